package dev.fairlead.samples;

import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Remembers when each value of a growing sequence was acknowledged, and so knows what a later read must at least show.
 * One thread writes the sequence, any thread asks. Bounded by the length of the run: one entry a write.
 */
final class Witness {
    private final ConcurrentSkipListMap<Long, Long> acknowledged = new ConcurrentSkipListMap<>();
    private final long origin;

    /** @param origin an instant of {@code System.nanoTime()} before the first write; makes instants comparable as numbers */
    Witness(long origin) {
        this.origin = origin;
    }

    /** Value {@code sequence} was acknowledged at {@code nanos}. */
    void acknowledged(long sequence, long nanos) {
        acknowledged.put(nanos - origin, sequence);
    }

    /** What everybody must see who is at most as old as this instant: the newest value acknowledged before it; 0 when none was. */
    long newestBefore(long nanos) {
        var entry = acknowledged.lowerEntry(nanos - origin);
        return entry == null ? 0 : entry.getValue();
    }

    /** Whether a read that began at {@code began} and showed {@code shown} (null: nothing) is older than {@code boundNanos} allows. */
    boolean tooOld(String shown, long began, long boundNanos) {
        return (shown == null ? 0 : Long.parseLong(shown)) < newestBefore(began - boundNanos);
    }
}
