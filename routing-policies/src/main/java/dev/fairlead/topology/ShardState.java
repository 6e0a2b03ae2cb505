package dev.fairlead.topology;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A shard with the facts that it was derived from, which the next reduction starts from. Immutable. */
record ShardState(
        Facts facts, Node master, List<Node> replicas, List<Node> others, WriteGate writeGate, Set<Rule> rules)
        implements Shard {

    /**
     * What was observed, and what was decided by it.
     *
     * @param seeds addresses that do not leave while they are seeds
     * @param nodes by address, one per server
     * @param aliases other names of servers in {@code nodes}
     * @param followed the master that was adopted last; null before the first, or when its address turned out to be another's
     * @param followedRunId its process, where known; null otherwise
     * @param lineage the history it writes; null before the first
     * @param samples its offsets
     * @param selection a Sentinel's choice of a successor; null when there is none
     * @param provisional what an early adoption may have to take back; null when nothing
     * @param incarnations how many have begun so far, of all nodes
     * @param voidBeforeNanos answers to requests sent before this instant say nothing about time; only with {@code clockJumped}
     */
    record Facts(
            List<Endpoint> seeds,
            boolean withSentinels,
            Map<Endpoint, NodeState> nodes,
            Map<Endpoint, Endpoint> aliases,
            Endpoint followed,
            String followedRunId,
            Lineage lineage,
            MasterSamples samples,
            Fences fences,
            SentinelBoard board,
            Selection selection,
            Provisional provisional,
            long adoptedNanos,
            long incarnations,
            boolean clockJumped,
            long voidBeforeNanos) {}

    /** A failover in progress: what a Sentinel selected, and whether writes are still held for it. */
    record Selection(Endpoint sentinel, Endpoint selected, long sinceNanos, boolean holds) {}

    /** An adoption that no Sentinel has announced yet: how to go back. {@code aborted}: the Sentinels gave that failover up. */
    record Provisional(Endpoint oldMaster, Lineage oldLineage, boolean aborted) {}

    ShardState {
        replicas = List.copyOf(replicas);
        others = List.copyOf(others);
    }

    @Override
    public Node node(Endpoint endpoint) {
        if (master != null && master.endpoint().equals(endpoint)) {
            return master;
        }
        for (Node replica : replicas) {
            if (replica.endpoint().equals(endpoint)) {
                return replica;
            }
        }
        for (Node other : others) {
            if (other.endpoint().equals(endpoint)) {
                return other;
            }
        }
        return null;
    }

    @Override
    public ReplicationId replicationId() {
        return facts.lineage == null ? null : facts.lineage.current();
    }

    @Override
    public long adoptedNanos() {
        return facts.adoptedNanos;
    }

    @Override
    public TokenStanding standing(ConsistencyToken token) {
        return facts.lineage == null
                ? TokenStanding.unprovable(token.positions().get(0))
                : facts.lineage.standing(token, facts.provisional == null, rules);
    }

    @Override
    public ConsistencyToken tokenSince(long nanos) {
        boolean sampled = master != null
                && !facts.samples.isEmpty()
                && (facts.samples.newestSentNanos() - nanos >= 0 || !rules.contains(Rule.TOKEN_OF_A_LATER_SAMPLE));
        return sampled
                ? new ConsistencyToken(
                        List.of(new ReplicationPosition(facts.lineage.current(), facts.samples.newestOffset())))
                : null;
    }
}
