package dev.fairlead.it.bench;

import dev.fairlead.it.harness.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Appends one number a millisecond to a list of its own, one call at a time, and goes on whatever comes back. */
final class Writer extends Thread {
    final Subject subject;
    private final String list;
    private final List<long[]> acknowledged = new ArrayList<>();
    private final Map<String, Integer> errors = new TreeMap<>();
    private volatile boolean running = true;

    Writer(Subject subject) {
        super("writer-" + subject.name());
        this.subject = subject;
        this.list = "log:" + subject.name();
        setDaemon(true);
    }

    @Override
    public void run() {
        for (long number = 0; running; number++) {
            try {
                subject.append(list, Long.toString(number));
                acknowledged.add(new long[] {number, System.nanoTime()});
            } catch (RuntimeException e) {
                errors.merge(e.getClass().getSimpleName(), 1, Integer::sum);
            }
            FaultRow.pause(Duration.ofMillis(1));
        }
    }

    void finish() {
        running = false;
        try {
            join(30_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (isAlive()) {
            throw new IllegalStateException("A write of " + subject.name() + " did not end within 30 s.");
        }
    }

    /** Compares what was acknowledged with what the master has. After {@link #finish}. */
    Account account(RedisClient witness, long begunNanos, long promotedNanos) {
        Set<Object> found = new HashSet<>(witness.list("LRANGE", list, "0", "-1"));
        long lost = 0;
        long lostSince = 0;
        long pause = 0;
        long first = -1;
        long last = acknowledged.isEmpty() ? 0 : acknowledged.get(0)[1];
        for (long[] each : acknowledged) {
            pause = Math.max(pause, each[1] - last);
            last = each[1];
            if (!found.contains(Long.toString(each[0]))) {
                lost++;
                lostSince += each[1] - begunNanos > 0 ? 1 : 0;
            } else if (first < 0 && each[1] - promotedNanos > 0) {
                first = each[1] - promotedNanos;
            }
        }
        return new Account(
                acknowledged.size(),
                lost,
                lostSince,
                pause / 1_000_000,
                first < 0 ? -1 : first / 1_000_000,
                errors.isEmpty() ? "none" : errors.toString());
    }

    /** @param sincePromotionMillis until the first write that lasted; -1 when there was none */
    record Account(
            int acknowledged,
            long lost,
            long lostSince,
            long longestPauseMillis,
            long sincePromotionMillis,
            String errors) {}
}
