package dev.fairlead.driver.internal.discovery;

import java.util.concurrent.TimeUnit;

/** How often nodes are probed: a quarter of the tightest bound in use, and slowly when none is. Thread-safe; races cost one probe. */
final class ProbePace {
    /** A quarter: the age of a proof is a period, a round trip, and the replica's own delay; all must fit into the bound. */
    private static final int PROBES_PER_BOUND = 4;

    /** 5 ms: 200 probes a second and node, some 20 µs each at the server, are 0.4% of it. */
    static final long FASTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** How long a bound counts as in use after the last call that asked for it. */
    static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The instant of use is written down only so often: every read passes here. */
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

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

    long periodNanos(long now) {
        if (!used || now - usedNanos > MEMORY_NANOS) {
            return idleNanos;
        }
        return Math.min(idleNanos, Math.max(FASTEST_NANOS, tightestNanos / PROBES_PER_BOUND));
    }
}
