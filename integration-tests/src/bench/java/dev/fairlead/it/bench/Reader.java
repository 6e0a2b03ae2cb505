package dev.fairlead.it.bench;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Reads once a millisecond, one call at a time, and goes on whatever comes back. */
final class Reader extends Thread {
    /** A call that takes longer was waiting for something, not working. */
    private static final long BLOCKED_NANOS = 20_000_000;

    final Subject subject;
    private final Map<String, Integer> errors = new TreeMap<>();
    private volatile boolean running = true;
    private long reads;
    private long blockedNanos;
    private long totalNanos;
    private long longestNanos;

    Reader(Subject subject) {
        super("reader-" + subject.name());
        this.subject = subject;
        setDaemon(true);
    }

    @Override
    public void run() {
        long begun = System.nanoTime();
        long lastAnswer = begun;
        while (running) {
            long before = System.nanoTime();
            long answered = before;
            try {
                subject.get("anything");
                reads++;
                answered = System.nanoTime();
                longestNanos = Math.max(longestNanos, answered - lastAnswer);
                lastAnswer = answered;
            } catch (RuntimeException e) {
                answered = System.nanoTime();
                errors.merge(e.getClass().getSimpleName(), 1, Integer::sum);
            }
            if (answered - before > BLOCKED_NANOS) {
                blockedNanos += answered - before;
            }
            FaultRow.pause(Duration.ofMillis(1));
        }
        totalNanos = System.nanoTime() - begun;
    }

    void finish() {
        running = false;
        try {
            join(30_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (isAlive()) {
            throw new IllegalStateException("A read of " + subject.name() + " did not end within 30 s.");
        }
    }

    long reads() {
        return reads;
    }

    double blockedPercent() {
        return 100.0 * blockedNanos / totalNanos;
    }

    /** From one answer to the next. */
    long longestMillis() {
        return longestNanos / 1_000_000;
    }

    String errors() {
        return errors.isEmpty() ? "none" : errors.toString();
    }
}
