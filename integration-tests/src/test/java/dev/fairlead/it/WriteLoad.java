package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.within;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.rpush;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A writer and a reader that go on through whatever happens. Each write appends a number of its own to one list, so that the
 * list shows which writes were applied, and which twice. Started at once; {@link #finish} ends both and gives the account.
 */
final class WriteLoad implements AutoCloseable {
    static final String LIST = "log";

    private static final CallOptions WRITE = within(Duration.ofSeconds(10));
    private static final Duration PACE = Duration.ofMillis(1);

    private final RoutingClient client;
    private final AtomicLong lost = new AtomicLong();
    private final List<Long> acknowledged = new ArrayList<>();
    private final List<Long> unknown = new ArrayList<>();
    private final List<RoutingException> refused = new CopyOnWriteArrayList<>();
    private final List<RoutingException> failedReads = new CopyOnWriteArrayList<>();
    private final Thread writer = new Thread(this::write, "write-load");
    private final Thread reader = new Thread(this::read, "read-load");
    private volatile boolean running = true;
    private volatile long written;
    private volatile long reads;
    private long longestPauseNanos;
    private volatile Throwable broken;

    WriteLoad(RoutingClient client) {
        this.client = client;
        client.addListener(event -> {
            if (event instanceof RoutingEvent.WritesLost loss) {
                // -1: not known how many. Then nothing can be held against the report.
                lost.addAndGet(loss.acknowledged() < 0 ? Integer.MAX_VALUE : loss.acknowledged());
            }
        });
        writer.start();
        reader.start();
    }

    /** Acknowledged so far. */
    long written() {
        return written;
    }

    long reads() {
        return reads;
    }

    /** Ends the load and compares what the client said with the list as the master has it. */
    Account finish(TestNode master) {
        close();
        if (broken != null) {
            throw new AssertionError("The load ended early.", broken);
        }
        Set<Long> found = new HashSet<>();
        long twice = 0;
        try (RedisClient witness = master.connect()) {
            for (Object entry : witness.list("LRANGE", LIST, "0", "-1")) {
                twice += found.add(Long.parseLong((String) entry)) ? 0 : 1;
            }
        }
        long missing =
                acknowledged.stream().filter(number -> !found.contains(number)).count();
        long foreign = found.stream()
                .filter(number -> !acknowledged.contains(number) && !unknown.contains(number))
                .count();
        return new Account(
                acknowledged.size(),
                unknown.size(),
                missing,
                lost.get(),
                twice,
                foreign,
                List.copyOf(refused),
                List.copyOf(failedReads),
                Duration.ofNanos(longestPauseNanos));
    }

    @Override
    public String toString() {
        return written + " written, " + reads + " read, refused " + refused + ", reads failed " + failedReads;
    }

    @Override
    public void close() {
        running = false;
        try {
            writer.join(20_000);
            reader.join(20_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive() || reader.isAlive()) {
            throw new IllegalStateException("A call did not end by its deadline.");
        }
    }

    private void write() {
        try {
            long last = System.nanoTime();
            for (long number = 0; running; number++) {
                try {
                    client.execute(rpush(LIST, Long.toString(number)), WRITE);
                    acknowledged.add(number);
                    long now = System.nanoTime();
                    longestPauseNanos = Math.max(longestPauseNanos, now - last);
                    last = now;
                    written++;
                } catch (WriteOutcomeUnknownException e) {
                    unknown.add(number);
                } catch (RoutingException e) {
                    refused.add(e);
                }
                pace();
            }
        } catch (Throwable e) {
            broken = e;
        }
    }

    private void read() {
        try {
            while (running) {
                try {
                    client.execute(get("anything"));
                    reads++;
                } catch (RoutingException e) {
                    failedReads.add(e);
                }
                pace();
            }
        } catch (Throwable e) {
            broken = e;
        }
    }

    private static void pace() {
        LockSupport.parkNanos(PACE.toNanos());
    }

    /**
     * What came of a load.
     *
     * @param missing acknowledged, and not in the list
     * @param reportedLost by {@code WritesLost} events
     * @param twice in the list more than once
     * @param foreign in the list, though the client said that they were certainly not applied
     * @param refused known not to be applied, by their deadline
     */
    record Account(
            int acknowledged,
            int unknown,
            long missing,
            long reportedLost,
            long twice,
            long foreign,
            List<RoutingException> refused,
            List<RoutingException> failedReads,
            Duration longestPause) {}
}
