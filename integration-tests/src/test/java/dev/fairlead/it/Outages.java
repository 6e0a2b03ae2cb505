package dev.fairlead.it;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * When masters changed: what was acknowledged before such a time may be lost, which the client reports and no level promises otherwise.
 * Thread-safe.
 */
final class Outages {
    /** How long before a change was heard of the master that it replaced may have gone on acknowledging alone. */
    private static final long BEFORE_NANOS = TimeUnit.SECONDS.toNanos(8);

    private record Outage(long fromNanos, long toNanos) {}

    private final List<Outage> all = new CopyOnWriteArrayList<>();

    /** A client says that the master changed. */
    void masterChanged() {
        long now = System.nanoTime();
        all.add(new Outage(now - BEFORE_NANOS, now));
    }

    void between(long fromNanos, long toNanos) {
        all.add(new Outage(fromNanos, toNanos));
    }

    boolean anyBetween(long fromNanos, long toNanos) {
        return all.stream().anyMatch(each -> each.fromNanos - toNanos <= 0 && each.toNanos - fromNanos >= 0);
    }
}
