package dev.fairlead.it.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes a number a millisecond and reads it back at once, on the calling thread. */
final class ReadBack {
    private final Subject subject;
    private final String key;
    private final List<Long> acknowledgedNanos = new ArrayList<>();
    private long stale;
    private long backInTime;
    private long oldestNanos;

    ReadBack(Subject subject) {
        this.subject = subject;
        this.key = "own:" + subject.name();
    }

    void run(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        int lastSeen = -1;
        while (System.nanoTime() - end < 0) {
            int number = acknowledgedNanos.size();
            subject.set(key, Integer.toString(number));
            acknowledgedNanos.add(System.nanoTime());
            long asked = System.nanoTime();
            String answer = subject.get(key);
            int seen = answer == null ? -1 : Integer.parseInt(answer);
            if (seen < number) {
                stale++;
                // What it shows was true until the next write was acknowledged.
                oldestNanos = Math.max(oldestNanos, asked - acknowledgedNanos.get(seen + 1));
            }
            if (seen < lastSeen) {
                backInTime++;
            }
            lastSeen = seen;
            FaultRow.pause(Duration.ofMillis(1));
        }
    }

    double stalePercent() {
        return 100.0 * stale / acknowledgedNanos.size();
    }

    long backInTime() {
        return backInTime;
    }

    long oldestMillis() {
        return oldestNanos / 1_000_000;
    }
}
