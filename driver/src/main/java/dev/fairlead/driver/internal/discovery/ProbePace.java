package dev.fairlead.driver.internal.discovery;

import java.util.concurrent.TimeUnit;

/**
 * How often nodes are probed: a quarter of the tightest bound in use, slowly when none is, and fast while writes are held. Thread-safe;
 * races cost one probe.
 */
final class ProbePace {
    /** A quarter: the age of a proof is a period, a round trip, and the replica's own delay; all must fit into the bound. */
    private static final int PROBES_PER_BOUND = 4;

    /** 5 ms: 200 probes a second and node, some 20 µs each at the server, are 0.4% of it. */
    static final long FASTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** How long a bound counts as in use after the last call that asked for it. */
    static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The instant of use is written down only so often: every read passes here. */
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A 64th: an outage of 1 s is over at most 16 ms before it is noticed, one of a minute 1 s, and many clients do not add to it. */
    private static final int PROBES_PER_OUTAGE = 64;

    private final long idleNanos;
    private volatile long tightestNanos;
    private volatile long usedNanos;
    private volatile boolean used;

    ProbePace(long idleNanos) {
        this.idleNanos = idleNanos;
    }

    /** A call with this bound was made. */
    void boundInUse(long boundNanos, long now) {
        boolean stale = !used || now - usedNanos > MEMORY_NANOS;
        if (stale || boundNanos < tightestNanos) {
            tightestNanos = boundNanos;
            usedNanos = now;
            used = true;
        } else if (boundNanos == tightestNanos && now - usedNanos > GRAIN_NANOS) {
            usedNanos = now;
        }
    }

    /** Whether any bound is in use. */
    boolean isUsed(long now) {
        return used && now - usedNanos <= MEMORY_NANOS;
    }

    long periodNanos(long now) {
        if (!isUsed(now)) {
            return idleNanos;
        }
        return Math.min(idleNanos, Math.max(FASTEST_NANOS, tightestNanos / PROBES_PER_BOUND));
    }

    /** While writes are held: fastest at first, then the more slowly the longer it lasts, down to the pace of bounds in use. */
    long heldNanos(long heldForNanos, long now) {
        return Math.min(periodNanos(now), Math.max(FASTEST_NANOS, heldForNanos / PROBES_PER_OUTAGE));
    }
}
