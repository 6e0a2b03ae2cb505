package dev.fairlead.driver.internal.session;

import java.util.concurrent.TimeUnit;

/**
 * How many writes were acknowledged when, of those that are in the history that is being written; asked once a history ends how many came
 * after an instant. What came before survives into the next history, and may be lost with that one. Thread-safe by its own lock, held
 * for a few instructions.
 *
 * <p>Counts stand in buckets of a millisecond, each with its last instant; what falls out of the ring stays in one sum. An answer is
 * therefore an upper bound: too high by at most the acknowledgements of one millisecond, or by the old sum when asked about an
 * instant that far back. It is zero exactly when there were none.
 */
public final class AcknowledgementLog {
    /** 16,384 ms: past the longest time between two probes, which is what the question reaches back to. */
    private static final int BUCKETS = 1 << 14;

    private final long[] millis = new long[BUCKETS];
    private final int[] counts = new int[BUCKETS];
    private final long[] lasts = new long[BUCKETS];
    private long latest;
    private boolean any;
    private long older;
    /** The last instant that {@link #older} counts; means nothing while that is 0. */
    private long newestOlder;

    public AcknowledgementLog() {}

    public synchronized void acknowledged(long nanos) {
        long now = toMillis(nanos);
        int index = Math.floorMod(now, BUCKETS);
        if (millis[index] != now) {
            if (counts[index] > 0) {
                newestOlder = older == 0 || lasts[index] - newestOlder > 0 ? lasts[index] : newestOlder;
                older += counts[index];
            }
            millis[index] = now;
            counts[index] = 0;
        }
        counts[index]++;
        lasts[index] = nanos;
        latest = any && latest - nanos > 0 ? latest : nanos;
        any = true;
    }

    /** Whether anything was acknowledged at or after this instant. */
    public synchronized boolean anySince(long nanos) {
        return any && latest - nanos >= 0;
    }

    /**
     * The history ends and a new one begins. At most so many acknowledgements of the old one came at or after the instant; of all
     * of it when the instant is not known. They are forgotten.
     */
    public synchronized long leave(long survivedUntilNanos, boolean known) {
        long sum = 0;
        if (!known || newestOlder - survivedUntilNanos >= 0) {
            sum = older;
            older = 0;
        }
        for (int i = 0; i < BUCKETS; i++) {
            if (counts[i] > 0 && (!known || lasts[i] - survivedUntilNanos >= 0)) {
                sum += counts[i];
                counts[i] = 0;
            }
        }
        return sum;
    }

    private static long toMillis(long nanos) {
        return Math.floorDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
    }
}
