package dev.fairlead.driver.internal.session;

import static dev.fairlead.topology.Sightings.NEVER;

import dev.fairlead.topology.ReplicationPosition;

/**
 * What a read has to see of some writes. Immutable.
 *
 * @param nanos when the last of them was acknowledged; {@link dev.fairlead.topology.Sightings#NEVER} when there were none
 * @param place where the replication stream covers them all; null when that is not known
 */
record Mark(long nanos, Place place) {
    static final Mark NONE = new Mark(NEVER, null);

    /**
     * What the master said with its reply to a write: as any answer of its, it covers whatever had been acknowledged before the write
     * was sent.
     */
    record Place(ReplicationPosition position, long sentNanos) {
        boolean covers(long acknowledgedNanos) {
            return sentNanos - acknowledgedNanos >= 0;
        }
    }

    /** These writes and others, in whatever order they were made. */
    Mark and(Mark other) {
        if (nanos == NEVER || other.nanos == NEVER) {
            return nanos == NEVER ? other : this;
        }
        Mark newer = other.nanos - nanos >= 0 ? other : this;
        Mark older = newer == this ? other : this;
        if (newer.place == null || newer.place.covers(older.nanos)) {
            return newer;
        }
        // Sent before the older one was acknowledged, so of two histories at most one is known to have both.
        boolean comparable = older.place != null && older.place.position.id().equals(newer.place.position.id());
        boolean further = comparable && older.place.position.offset() > newer.place.position.offset();
        return comparable && !further ? newer : new Mark(newer.nanos, further ? older.place : null);
    }
}
