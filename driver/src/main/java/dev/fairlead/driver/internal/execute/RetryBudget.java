package dev.fairlead.driver.internal.execute;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What one client may add to the servers' load by sending reads a second time, whatever for: a node failed, its replies are overdue, a
 * hedge. A token bucket; each such sending takes a token, and where there is none it does not take place now.
 *
 * <p>Guarantees: over any time the sendings that were paid for are at most a fifth of the calls made in it, {@value #TOKENS_PER_SECOND}
 * for each of its seconds, and the burst. A call that is sent once pays nothing and does not touch the bucket. Thread-safe by its own
 * lock, held for a few instructions.
 */
final class RetryBudget {
    /** 5: a cluster that fails every read is asked 1.2 times as often as a healthy one. */
    static final int CALLS_PER_TOKEN = 5;

    /** 100: what keeps a client that makes few calls looking for a node; no server notices it. */
    static final int TOKENS_PER_SECOND = 100;

    private final LongSupplier calls;
    private final LongSupplier clock;
    private final int burst;
    private double tokens;
    private long seenCalls;
    private long seenNanos;

    /**
     * @param calls how many calls were made so far
     * @param burst most tokens at once, there from the beginning: as many reads as one link may have in flight when it breaks
     */
    RetryBudget(LongSupplier calls, LongSupplier clock, int burst) {
        this.calls = calls;
        this.clock = clock;
        this.burst = burst;
        this.tokens = burst;
        this.seenNanos = clock.getAsLong();
    }

    /** Takes a token; false when there is none. */
    synchronized boolean take() {
        long now = clock.getAsLong();
        long made = calls.getAsLong();
        double earned = (double) (made - seenCalls) / CALLS_PER_TOKEN
                + (double) (now - seenNanos) * TOKENS_PER_SECOND / TimeUnit.SECONDS.toNanos(1);
        tokens = Math.min(burst, tokens + earned);
        seenCalls = made;
        seenNanos = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
