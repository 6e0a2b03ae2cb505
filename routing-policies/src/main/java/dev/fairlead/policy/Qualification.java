package dev.fairlead.policy;

import dev.fairlead.topology.Node;
import dev.fairlead.topology.Role;
import dev.fairlead.topology.Sightings;

/** Judges one node for one read. The verdict costs nothing; its words are made only where somebody wants to read them. */
enum Qualification {
    QUALIFIED,
    /** {@code from} or the consistency leaves this node out. */
    NOT_ASKED,
    /** It holds nothing that any read may see. */
    UNUSABLE,
    /** Its link or its breaker does not take calls. */
    UNAVAILABLE,
    WRITE_IN_FLIGHT,
    /** Nothing bounded may be read there. */
    DISQUALIFIED,
    UNPROVEN,
    TOO_OLD,
    NO_RECENT_SAMPLE,
    TOO_FAR_BEHIND,
    LAST_WRITE_YOUNGER,
    LAST_READ_YOUNGER,
    SHORT_OF_TOKEN,
    /** What a token stands for cannot be told from here. */
    TOKEN_UNPROVABLE;

    /* Every instant is compared by its difference: nanoTime may wrap. */
    static Qualification of(RoutingRequest request, Node node, LoadView load) {
        RoutingSettings settings = request.settings();
        boolean master = node.role() == Role.MASTER;
        if (!asked(settings, master)) {
            return NOT_ASKED;
        }
        if (!node.usable()) {
            return UNUSABLE;
        }
        if (!load.available(node)) {
            return UNAVAILABLE;
        }
        Demand demand = request.demand();
        if (demand.isUnprovable() || demand.isLost()) {
            return TOKEN_UNPROVABLE;
        }
        if (masterOnly(settings)) {
            return QUALIFIED;
        }
        // The master has whatever it acknowledged, and whatever a replica of its history can show; no sample is needed
        // to say so.
        boolean demanding = demand.isAny() && !master;
        if (demanding && demand.writeInFlight()) {
            return WRITE_IN_FLIGHT;
        }
        if (settings.maxLag() == null && settings.maxLagBytes() < 0 && !demanding) {
            return QUALIFIED;
        }
        if (node.disqualified() != null) {
            return DISQUALIFIED;
        }
        Qualification past = demanding ? past(demand, node) : QUALIFIED;
        if (past != QUALIFIED) {
            return past;
        }
        Node.Freshness freshness = node.freshness();
        if (settings.maxLag() != null && !freshness.proven()) {
            return UNPROVEN;
        }
        if (settings.maxLag() != null
                && request.nowNanos() - freshness.asOfNanos()
                        > settings.maxLag().toNanos()) {
            return TOO_OLD;
        }
        if (settings.maxLagBytes() >= 0) {
            return bytes(request, freshness);
        }
        return QUALIFIED;
    }

    /** Whether a replica has what the session must see. */
    private static Qualification past(Demand demand, Node node) {
        boolean proven = node.freshness().proven();
        if (!demand.hasWrites(node)) {
            return proven ? LAST_WRITE_YOUNGER : UNPROVEN;
        }
        if (!Demand.isFresh(node, demand.sawNanos(node))) {
            return proven ? LAST_READ_YOUNGER : UNPROVEN;
        }
        boolean hasPosition = node.position() != null;
        return demand.token() != null
                        && !(hasPosition
                                && node.position().offset() >= demand.token().offset())
                ? SHORT_OF_TOKEN
                : QUALIFIED;
    }

    private static Qualification bytes(RoutingRequest request, Node.Freshness freshness) {
        if (freshness.lagBytes() < 0 || request.nowNanos() - freshness.lagSampleNanos() > request.maxSampleAgeNanos()) {
            return NO_RECENT_SAMPLE;
        }
        return freshness.lagBytes() <= request.settings().maxLagBytes() ? QUALIFIED : TOO_FAR_BEHIND;
    }

    private static boolean asked(RoutingSettings settings, boolean master) {
        return master ? settings.from() != ReadFrom.REPLICA || masterOnly(settings) : !masterOnly(settings);
    }

    /** Whether only the master's own answer will do, so that there is nothing to fall back on. */
    static boolean masterOnly(RoutingSettings settings) {
        return settings.from() == ReadFrom.MASTER || settings.consistency() == Consistency.MASTER;
    }

    /**
     * Whether a fallback may use a node that this verdict kept out: stale it may be, but there, and asked for. Of a token that cannot be
     * proven nobody can say how much a replica lacks: that is for the master alone.
     */
    boolean mayBeFallback(boolean master) {
        return this != NOT_ASKED && this != UNUSABLE && this != UNAVAILABLE && (master || this != TOKEN_UNPROVABLE);
    }

    String words(RoutingRequest request, Node node) {
        RoutingSettings settings = request.settings();
        Node.Freshness freshness = node.freshness();
        return switch (this) {
            case QUALIFIED -> why(request, node);
            case NOT_ASKED -> masterOnly(settings) ? "only the master is asked" : "only replicas are asked";
            case UNUSABLE, DISQUALIFIED -> node.disqualified();
            case UNAVAILABLE -> "its link is down or overdue, or its circuit breaker is open";
            case WRITE_IN_FLIGHT -> "a write that this read must see has no reply yet";
            case UNPROVEN -> "nothing is proven of its freshness yet";
            case TOO_OLD ->
                Words.age(request.nowNanos() - freshness.asOfNanos()) + " behind, the bound is "
                        + Words.age(settings.maxLag().toNanos());
            case NO_RECENT_SAMPLE -> "no sample of the master's offset is recent enough to count bytes";
            case TOO_FAR_BEHIND -> freshness.lagBytes() + " bytes behind, the bound is " + settings.maxLagBytes();
            case LAST_WRITE_YOUNGER -> "the last write is younger";
            case LAST_READ_YOUNGER -> "the last read elsewhere is younger";
            case SHORT_OF_TOKEN ->
                "it is not known to have reached the token's offset "
                        + request.demand().token().offset();
            case TOKEN_UNPROVABLE ->
                request.demand().isLost()
                        ? "what the token stands for was lost in a failover"
                        : "the token's replication history is not known here";
        };
    }

    private static String why(RoutingRequest request, Node node) {
        RoutingSettings settings = request.settings();
        if (masterOnly(settings)) {
            return "the master is asked for";
        }
        Demand demand = request.demand();
        if (demand.writeInFlight()) {
            return "behind the write that has no reply yet";
        }
        if (demand.wroteNanos() != Sightings.NEVER) {
            return "covers the last write " + Words.age(request.nowNanos() - demand.wroteNanos()) + " ago";
        }
        if (demand.token() != null) {
            return "covers the token";
        }
        if (demand.seen() != null) {
            long saw = demand.sawNanos(node);
            return saw == Sightings.NEVER
                    ? "has all that was read before"
                    : "covers the last read elsewhere " + Words.age(request.nowNanos() - saw) + " ago";
        }
        if (settings.maxLag() != null) {
            return "within " + Words.age(settings.maxLag().toNanos());
        }
        return settings.maxLagBytes() >= 0 ? "within " + settings.maxLagBytes() + " bytes" : "no bound is asked for";
    }
}
