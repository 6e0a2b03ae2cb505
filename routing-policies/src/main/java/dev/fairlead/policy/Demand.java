package dev.fairlead.policy;

import dev.fairlead.topology.Node;
import dev.fairlead.topology.Sightings;
import dev.fairlead.topology.TokenStanding;

/**
 * What a read must see of its session's past. Immutable.
 *
 * @param wroteNanos acknowledgement time of the last write that it must see; {@link Sightings#NEVER} when there is none
 * @param covered what else shows that a replica has those writes; null when nothing does
 * @param writeInFlight a write that it must see has no reply yet: only the master, behind it on the same link
 * @param seen what it must not fall behind; null when it may fall behind anything
 * @param token what the tokens it honours come to here; null when there are none
 */
public record Demand(long wroteNanos, Covered covered, boolean writeInFlight, Sightings seen, TokenStanding token) {
    /**
     * An offset of the followed history that covers the writes whose replies named one.
     *
     * @param offset what a replica must have applied
     * @param othersNanos acknowledgement time of the last of the writes whose replies did not; {@link Sightings#NEVER} when there are none
     */
    public record Covered(long offset, long othersNanos) {}

    public static final Demand NOTHING = new Demand(Sightings.NEVER, null, false, null, null);

    /** Of writes that are known by their instants alone. */
    public Demand(long wroteNanos, boolean writeInFlight, Sightings seen, TokenStanding token) {
        this(wroteNanos, null, writeInFlight, seen, token);
    }

    /** Every write up to this instant. */
    public static Demand ofWrites(long wroteNanos, boolean writeInFlight) {
        return new Demand(wroteNanos, writeInFlight, null, null);
    }

    /** Whether a replica can fail it at all. */
    public boolean isAny() {
        return wroteNanos != Sightings.NEVER || writeInFlight || seen != null || token != null;
    }

    /** Whether the offsets that replicas tell by themselves decide it, so that the master need not be asked for anything. */
    public boolean isOfOffsets() {
        return seen == null
                && (wroteNanos == Sightings.NEVER || covered != null && covered.othersNanos() == Sightings.NEVER);
    }

    /** Whether a replica has the writes of the session that this read must see. */
    boolean hasWrites(Node node) {
        if (wroteNanos == Sightings.NEVER) {
            return true;
        }
        boolean applied =
                covered != null && node.position() != null && node.position().offset() >= covered.offset();
        return isFresh(node, applied ? covered.othersNanos() : wroteNanos);
    }

    static boolean isFresh(Node node, long asOfNanos) {
        Node.Freshness freshness = node.freshness();
        return asOfNanos == Sightings.NEVER || freshness.proven() && freshness.asOfNanos() - asOfNanos >= 0;
    }

    /** Whether what a token stands for cannot be told from here: the fallback of the policy decides, and no replica serves. */
    public boolean isUnprovable() {
        return token != null && token.kind() == TokenStanding.Kind.UNPROVABLE;
    }

    /** Whether a token stands for writes that are gone: no node can serve the read. */
    public boolean isLost() {
        return token != null && token.kind() == TokenStanding.Kind.LOST;
    }

    /** What this node must have been fresh as of when it served earlier reads; {@link Sightings#NEVER} when nothing. */
    long sawNanos(Node node) {
        return seen == null ? Sightings.NEVER : seen.mustSeeNanos(node.incarnation());
    }
}
