package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.DEFAULTS;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.Message;
import dev.fairlead.driver.MessageListener;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.Subscription;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.TestNode;
import dev.fairlead.policy.Hedge;
import dev.fairlead.policy.Retry;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Minutes of mixed calls against real servers and Sentinels, with a failover every 20 seconds, in turn planned, by {@code kill -9}, by
 * freezing the master, and as a storm of several in a row. What must be left at the end is nothing: no future without an end, no
 * connection at any server, no thread, no buffer that netty's leak detector (at paranoid) saw collected without a release.
 *
 * <p>Run by hand, with the number of minutes; prints the account, and ends with status 1 when something was left.
 */
final class Soak {
    private static final int IN_FLIGHT = 256;
    private static final int SUBMITTERS = 2;
    private static final Duration BETWEEN_FAILOVERS = ofSeconds(20);
    private static final int PATIENT_TURNS = 6; // Of half a minute each.
    private static final String NAME = "fairlead-soak";
    private static final AtomicLong LEAKS = new AtomicLong();

    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final AtomicLong pending = new AtomicLong();
    private final LongAdder calls = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private volatile boolean running = true;

    private Soak() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.setProperty("io.netty.leakDetection.level", "paranoid");
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new CountingLeaks());
        Duration time = Duration.ofMinutes(arguments.length == 0 ? 10 : Long.parseLong(arguments[0]));
        boolean clean;
        try (ClusterUnderTest cluster = ClusterUnderTest.ofProcesses(2, 3, ofMillis(500))) {
            clean = new Soak().run(cluster, time);
        }
        System.exit(clean ? 0 : 1);
    }

    private boolean run(ClusterUnderTest cluster, Duration time) throws InterruptedException {
        RoutingClient client =
                Clients.bySentinels(cluster, builder -> builder.clientName(NAME).cache("k:"));
        Subscription subscription = client.subscribe(
                new MessageListener() {
                    @Override
                    public void message(Message message) {
                        messages.increment();
                    }
                },
                "news");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            threads.add(start(() -> submit(client)));
        }
        threads.add(start(() -> transactions(client)));
        long end = System.nanoTime() + time.toNanos();
        int failovers = 0;
        for (long next = System.nanoTime(); next - end < 0; next += BETWEEN_FAILOVERS.toNanos()) {
            LockSupport.parkNanos(next - System.nanoTime());
            if (failovers > 0) {
                patiently(cluster::awaitSettled);
            }
            disturb(cluster, failovers++ % 4);
        }
        LockSupport.parkNanos(end - System.nanoTime());
        running = false;
        for (Thread each : threads) {
            each.join(ofSeconds(60).toMillis());
        }
        long stuck = threads.stream().filter(Thread::isAlive).count();
        patiently(cluster::awaitSettled);
        boolean written = client.execute(set("after", "all"), CallOptions.within(ofSeconds(20)));
        long pendingBeforeClose = pending.get();
        subscription.close();
        client.close();
        long pendingAfterClose = pending.get();
        long connections = connections(cluster);
        long left = Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.isAlive() && each.getName().startsWith("fairlead-"))
                .count();
        collectGarbage();
        System.out.printf(
                "%d s, %d failovers, %d calls, %d messages; outcomes %s%n",
                time.toSeconds(), failovers, calls.sum(), messages.sum(), new TreeMap<>(outcomes));
        System.out.printf(
                "left: %d calls of stuck threads, %d futures before and %d after the close, %d connections, %d"
                        + " threads, %d buffers leaked%n",
                stuck, pendingBeforeClose, pendingAfterClose, connections, left, LEAKS.get());
        return written && stuck + pendingBeforeClose + pendingAfterClose + connections + left + LEAKS.get() == 0;
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "soak");
        thread.setDaemon(true); // A run that fails ends.
        thread.start();
        return thread;
    }

    /** Calls of every kind, as many in flight as there are permits. */
    private void submit(RoutingClient client) {
        Semaphore room = new Semaphore(IN_FLIGHT);
        while (running) {
            room.acquireUninterruptibly();
            CompletableFuture<?> call = one(client);
            calls.increment();
            pending.incrementAndGet();
            call.whenComplete((value, failure) -> {
                pending.decrementAndGet();
                count(failure);
                room.release();
            });
        }
        room.acquireUninterruptibly(IN_FLIGHT);
    }

    private static CompletableFuture<?> one(RoutingClient client) {
        int choice = ThreadLocalRandom.current().nextInt(100);
        String key = "k:" + choice % 10;
        if (choice < 40) {
            return client.executeAsync(get(key));
        } else if (choice < 55) {
            return client.executeAsync(get(key), READ_YOUR_WRITES);
        } else if (choice < 65) {
            return client.executeAsync(get(key), maxLag(ofMillis(200)).hedge(Hedge.P95));
        } else if (choice < 70) {
            return client.executeAsync(get(key), DEFAULTS.hedge(Hedge.after(ofMillis(5))));
        } else if (choice < 85) {
            return client.executeAsync(set(key, "x".repeat(100)), DEFAULTS.retry(Retry.LAST_WINS));
        } else if (choice < 95) {
            return client.executeAsync(incr("counter"));
        } else if (choice < 97) {
            return client.executeAsync(incr("durable").durable(1, ofMillis(100)));
        } else if (choice < 99) {
            return client.batchAsync(incr("counter"), get("counter"), get(key));
        }
        return client.executeAsync(Command.of("PUBLISH", "news", "hello"));
    }

    private void transactions(RoutingClient client) {
        while (running) {
            try {
                client.dedicated(link -> link.transaction(incr("a"), incr("b")));
                count(null);
            } catch (RoutingException e) {
                count(e);
            }
            LockSupport.parkNanos(ofMillis(5).toNanos());
        }
    }

    private void count(Throwable outcome) {
        Throwable failure = outcome instanceof CompletionException ? outcome.getCause() : outcome;
        String name = failure == null ? "answered" : failure.getClass().getSimpleName();
        outcomes.computeIfAbsent(name, each -> new LongAdder()).increment();
    }

    private static void disturb(ClusterUnderTest cluster, int kind) {
        TestNode master = cluster.master();
        switch (kind) {
            case 0 -> order(cluster);
            case 1 -> {
                master.kill();
                patiently(() -> cluster.awaitMasterOtherThan(master));
                master.restart();
            }
            case 2 -> {
                master.pause();
                patiently(() -> cluster.awaitMasterOtherThan(master));
                master.resume();
            }
            default -> {
                for (int i = 0; i < 4; i++) {
                    order(cluster);
                    LockSupport.parkNanos(ofSeconds(2).toNanos());
                }
            }
        }
    }

    /** Where one of several orders in a row has failed, real Sentinels begin no failover for twice their failover-timeout, two minutes. */
    private static void patiently(Runnable wait) {
        for (int turn = 1; ; turn++) {
            try {
                wait.run();
                return;
            } catch (ConditionTimeoutException e) {
                if (turn == PATIENT_TURNS) {
                    throw e;
                }
                System.out.println("still waiting: " + e.getMessage());
            }
        }
    }

    /** Sentinels refuse while one is under way, or no replica is fit: then the next order may do. */
    private static void order(ClusterUnderTest cluster) {
        try (RedisClient sentinel = cluster.sentinels().get(0).connect()) {
            sentinel.ask("SENTINEL", "FAILOVER", ClusterUnderTest.MASTER_NAME);
        }
    }

    private static long connections(ClusterUnderTest cluster) {
        long count = 0;
        for (List<TestNode> all : List.of(cluster.nodes(), cluster.sentinels())) {
            for (TestNode each : all) {
                try (RedisClient asked = each.connect()) {
                    count += asked.text("CLIENT", "LIST")
                            .lines()
                            .filter(line -> line.contains("name=" + NAME))
                            .count();
                } catch (UncheckedIOException e) {
                    System.out.println(each + " cannot be asked: " + e.getMessage());
                    count++;
                }
            }
        }
        return count;
    }

    /** A leaked buffer is noticed when it was collected and another one is made. */
    private static void collectGarbage() {
        for (int i = 0; i < 10; i++) {
            System.gc();
            LockSupport.parkNanos(ofMillis(100).toNanos());
            PooledByteBufAllocator.DEFAULT.ioBuffer(16).release();
        }
    }

    /** Counts what the detectors of netty report, and prints it. */
    private static final class CountingLeaks extends ResourceLeakDetectorFactory {
        @Override
        @SuppressWarnings("deprecation") // Abstract there, so it has to be here.
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            return new ResourceLeakDetector<T>(resource, samplingInterval) {
                @Override
                protected void reportTracedLeak(String resourceType, String records) {
                    LEAKS.incrementAndGet();
                    System.out.println("leaked " + resourceType + records);
                }

                @Override
                protected void reportUntracedLeak(String resourceType) {
                    LEAKS.incrementAndGet();
                    System.out.println("leaked " + resourceType);
                }
            };
        }
    }
}
