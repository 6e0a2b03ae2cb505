package dev.fairlead.driver.internal.execute;

import java.util.Arrays;

/**
 * What the last {@value #WINDOW} reads took that may be hedged by their like. Thread-safe by its own lock, held for a few instructions
 * and, once in {@value #EVERY} reads, for sorting the window.
 */
final class ReadTimes {
    /** 128: six of them lie above the 95th percentile, and a change of the servers' pace is seen within as many reads. */
    private static final int WINDOW = 128;

    /** 16: sorting 128 numbers takes some microseconds, shared by 16 reads. */
    private static final int EVERY = 16;

    /** What is said before the first {@link #EVERY} reads: nothing is known to be slow yet. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private final long[] window = new long[WINDOW];
    private int taken;
    private volatile long p95Nanos = UNKNOWN;

    synchronized void took(long nanos) {
        window[taken++ % WINDOW] = nanos;
        if (taken % EVERY == 0) {
            int count = Math.min(taken, WINDOW);
            long[] sorted = Arrays.copyOf(window, count);
            Arrays.sort(sorted);
            p95Nanos = sorted[count * 95 / 100];
        }
        if (taken == 2 * WINDOW) {
            taken = WINDOW; // The window stays full, and the count does not overflow.
        }
    }

    /** 19 of 20 took no longer. */
    long p95Nanos() {
        return p95Nanos;
    }
}
