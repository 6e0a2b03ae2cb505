package dev.fairlead.samples;

import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.hgetAll;
import static dev.fairlead.driver.Commands.hset;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;

import dev.fairlead.driver.Command;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A mixed load on a few threads, each about a thousand rounds a second: a feed that one thread writes and two read under a
 * staleness bound, profiles that two sessions write and read back, and counters. It judges each read from the data alone.
 */
final class Load implements AutoCloseable {
    private static final int PROFILES = 200;
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();
    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(10);

    private final RoutingClient client;
    private final Duration bound;
    private final Witness feed = new Witness(System.nanoTime());
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong staleFeedReads = new AtomicLong();
    private final AtomicLong staleOwnReads = new AtomicLong();
    private volatile boolean running = true;

    /** @param bound the {@code maxLag} that the policy gives the feed */
    Load(RoutingClient client, Duration bound) {
        this.client = client;
        this.bound = bound;
        start("feed-writer", this::writeFeed);
        start("feed-reader-1", this::readFeed);
        start("feed-reader-2", this::readFeed);
        start("profiles-1", this::keepProfiles);
        start("profiles-2", this::keepProfiles);
        start("counters", this::count);
    }

    private void start(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        threads.add(thread);
        thread.start();
    }

    /** Reads that were older than the bound allows. */
    long staleFeedReads() {
        return staleFeedReads.get();
    }

    /** Read-your-writes reads that missed a write acknowledged to their own session. */
    long staleOwnReads() {
        return staleOwnReads.get();
    }

    private void writeFeed() {
        for (long sequence = 1; running; sequence++) {
            if (succeeds(client, set("feed:clock", Long.toString(sequence)))) {
                feed.acknowledged(sequence, System.nanoTime());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void readFeed() {
        while (running) {
            long began = System.nanoTime();
            try {
                if (feed.tooOld(client.execute(get("feed:clock")), began, bound.toNanos())) {
                    staleFeedReads.incrementAndGet();
                }
            } catch (RoutingException counted) {
                // The client tells its listeners of every failure; Tally counts it there.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Writes a profile, reads it back at once, then one that it wrote a while ago. */
    private void keepProfiles() {
        Session session = client.newSession();
        String prefix = "user:" + Thread.currentThread().getName() + ":";
        long[] acknowledged = new long[PROFILES];
        for (long sequence = 1; running; sequence++) {
            int profile = (int) (sequence % PROFILES);
            if (succeeds(session, set(prefix + profile, Long.toString(sequence)))) {
                acknowledged[profile] = sequence;
            }
            readBack(session, prefix, profile, acknowledged);
            readBack(session, prefix, (profile + PROFILES / 2) % PROFILES, acknowledged);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void readBack(Session session, String prefix, int profile, long[] acknowledged) {
        try {
            String shown = session.execute(get(prefix + profile));
            if ((shown == null ? 0 : Long.parseLong(shown)) < acknowledged[profile]) {
                staleOwnReads.incrementAndGet();
            }
        } catch (RoutingException counted) {
            LockSupport.parkNanos(PAUSE_NANOS); // Counted by Tally, as above.
        }
    }

    private void count() {
        for (long round = 0; running; round++) {
            succeeds(client, incr("counter:visits"));
            succeeds(client, get("counter:visits"));
            succeeds(client, hset("page:" + round % 50, "round", Long.toString(round)));
            succeeds(client, hgetAll("page:" + (round + 25) % 50));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static boolean succeeds(Session session, Command<?> command) {
        try {
            session.execute(command);
            return true;
        } catch (RoutingException counted) {
            LockSupport.parkNanos(PAUSE_NANOS); // Counted by Tally, as above.
            return false;
        }
    }

    /** Ends the load; returns when every thread has ended. */
    @Override
    public void close() {
        running = false;
        for (Thread thread : threads) {
            try {
                thread.join(JOIN_TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new IllegalStateException(thread.getName() + " did not end within " + JOIN_TIMEOUT);
            }
        }
    }
}
