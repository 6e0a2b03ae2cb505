package dev.fairlead.topology;

/**
 * What is known of one server as of a topology's instant. Immutable.
 *
 * @param endpoint where it answers
 * @param role what it last said it is
 * @param linkId incarnation of the link that its samples were taken on; a read that relies on them must use a link opened
 *     before them: this one. 0 when no link is up
 * @param incarnation names the stretch of its life in which what it has shown once it still has (rules 3 and 6): another link, role,
 *     history or master, an offset that fell, a sync or a load begin a new one. No two nodes share one; 0 before the first
 * @param position what it has applied, and in which history; null when it has none that counts (rule 2 of the freshness clock)
 * @param freshness what is proven about it; {@link Freshness#NONE} when nothing is
 * @param usable whether it may serve a read that asks for no bound: it answers, holds data of the followed history, and is not
 *     fenced, loading, in a full sync or writable on its own; a replica cut off from its master stays usable
 * @param disqualified why it may serve no bounded read at all (fenced, loading, writable replica, other history, unreachable);
 *     null when nothing speaks against it. A node that is not usable always has one
 */
public record Node(
        Endpoint endpoint,
        Role role,
        long linkId,
        long incarnation,
        ReplicationPosition position,
        Freshness freshness,
        boolean usable,
        String disqualified) {

    /**
     * What the samples prove about a node.
     *
     * @param proven whether {@code asOfNanos} means anything
     * @param asOfNanos everything acknowledged to anyone before this instant of the client's clock is on the node
     * @param lagBytes newest master offset less this node's; -1 when unknown
     * @param lagSampleNanos when the newest master sample behind {@code lagBytes} was sent
     */
    public record Freshness(boolean proven, long asOfNanos, long lagBytes, long lagSampleNanos) {
        public static final Freshness NONE = new Freshness(false, 0, -1, 0);
    }
}
