package dev.fairlead.it;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts how the reads of one level kept its promise, and how eventual reads beside them, judged by the same rule, did not: a rule that
 * finds nothing there either would prove nothing. Thread-safe.
 */
final class Judge {
    private final String level;
    private final Outages outages;
    final AtomicLong reads = new AtomicLong();
    final AtomicLong broken = new AtomicLong();
    final AtomicLong eventualReads = new AtomicLong();
    final AtomicLong eventualBroken = new AtomicLong();
    final AtomicLong excused = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    final AtomicReference<String> first = new AtomicReference<>();

    Judge(String level, Outages outages) {
        this.level = level;
        this.outages = outages;
    }

    /**
     * @param required the number that the read had to show at least, with the instant of its acknowledgement; null when none
     * @param shown what it showed; null when nothing
     */
    void read(boolean eventual, String key, Map.Entry<Long, Long> required, String shown) {
        (eventual ? eventualReads : reads).incrementAndGet();
        long number = shown == null ? 0 : Long.parseLong(shown);
        if (required == null || number >= required.getKey()) {
            return;
        }
        long now = System.nanoTime();
        if (outages.anyBetween(required.getValue(), now)) {
            excused.incrementAndGet();
        } else if (eventual) {
            eventualBroken.incrementAndGet();
        } else {
            broken.incrementAndGet();
            first.compareAndSet(
                    null,
                    level + ": " + key + " showed " + number + ", and " + required.getKey() + " was acknowledged "
                            + (now - required.getValue()) / 1_000 + " µs before");
        }
    }

    @Override
    public String toString() {
        return String.format(
                "%-22s %,8d reads %6d broken   %,8d eventual reads %6d broken   %d excused by a failover, %d failed",
                level,
                reads.get(),
                broken.get(),
                eventualReads.get(),
                eventualBroken.get(),
                excused.get(),
                failed.get());
    }
}
