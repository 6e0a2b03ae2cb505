package dev.fairlead.policy;

import dev.fairlead.topology.Node;
import dev.fairlead.topology.Role;

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
    LAST_WRITE_YOUNGER;

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
        if (masterOnly(settings)) {
            return QUALIFIED;
        }
        if (request.writeInFlight() && !master) {
            return WRITE_IN_FLIGHT;
        }
        // The master has whatever it acknowledged, up to and beyond the last write; no sample is needed to say so.
        boolean mustSee = request.mustSee() && !master;
        Node.Freshness freshness = node.freshness();
        if (settings.maxLag() == null && settings.maxLagBytes() < 0 && !mustSee) {
            return QUALIFIED;
        }
        if (node.disqualified() != null) {
            return DISQUALIFIED;
        }
        if ((settings.maxLag() != null || mustSee) && !freshness.proven()) {
            return UNPROVEN;
        }
        if (settings.maxLag() != null
                && request.nowNanos() - freshness.asOfNanos()
                        > settings.maxLag().toNanos()) {
            return TOO_OLD;
        }
        if (mustSee && freshness.asOfNanos() - request.mustSeeNanos() < 0) {
            return LAST_WRITE_YOUNGER;
        }
        if (settings.maxLagBytes() >= 0) {
            return bytes(request, freshness);
        }
        return QUALIFIED;
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

    /** Whether a fallback may use a node that this verdict kept out: stale it may be, but there, and asked for. */
    boolean mayBeFallback() {
        return this != NOT_ASKED && this != UNUSABLE && this != UNAVAILABLE;
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
        };
    }

    private static String why(RoutingRequest request, Node node) {
        RoutingSettings settings = request.settings();
        if (masterOnly(settings)) {
            return "the master is asked for";
        }
        if (request.writeInFlight()) {
            return "behind the write that has no reply yet";
        }
        if (request.mustSee()) {
            return "covers the last write " + Words.age(request.nowNanos() - request.mustSeeNanos()) + " ago";
        }
        if (settings.maxLag() != null) {
            return "within " + Words.age(settings.maxLag().toNanos());
        }
        return settings.maxLagBytes() >= 0 ? "within " + settings.maxLagBytes() + " bytes" : "no bound is asked for";
    }
}
