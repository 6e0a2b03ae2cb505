package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.EVENTUAL;
import static dev.fairlead.driver.CallOptions.MASTER;
import static dev.fairlead.driver.CallOptions.MONOTONIC_READS;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.SESSION;
import static dev.fairlead.driver.CallOptions.after;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.Commands.get;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.ConsistencyTokenLostException;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingClientBuilder;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.RoutingListener;
import dev.fairlead.driver.RuleSwitches;
import dev.fairlead.driver.Session;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.TestNode;
import dev.fairlead.topology.ConsistencyToken;
import dev.fairlead.topology.TopologyEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * Every level's promise, judged by what real servers answered while their replicas lag, freeze and lose their links. Each read at a level
 * has an eventual one beside it that is judged by the same rule, and has to break it: otherwise the faults were none.
 *
 * <p>{@code -Dfairlead.fire.reads=20000} asks for more reads of each level; {@code -Dfairlead.fire.seed=…} for other faults. With Sentinels
 * masters are killed, too, {@code -Dfairlead.fire.failovers=3} times: a long test, which the profile {@code slow} runs.
 */
@Timeout(900)
class ConsistencyUnderFireTest {
    private static final int READS = Integer.getInteger("fairlead.fire.reads", 300);
    private static final int FAILOVERS = Integer.getInteger("fairlead.fire.failovers", 3);
    private static final long SEED = Long.getLong("fairlead.fire.seed", System.nanoTime());
    private static final Duration LONGEST = Duration.ofSeconds(Integer.getInteger("fairlead.fire.seconds", 60));
    private static final Duration TIGHT = ofMillis(20);
    private static final Duration WIDE = ofMillis(100);

    /** How many of its last numbers a writer looks back at: old enough that replicas may serve, young enough that some may not. */
    private static final int LOOK_BACK = 40;

    @ClusterTest
    void everyLevelHoldsWhileReplicasLagFreezeAndLoseTheirLinks(ClusterUnderTest cluster) throws InterruptedException {
        try (Fire fire = new Fire(cluster, builder -> builder.nodes(cluster.addresses()))) {
            fire.run(fire::lagFreezeAndCut);
            fire.verdict();
        }
    }

    @ClusterTest(sentinels = 3)
    @Tag("long")
    void everyLevelHoldsAcrossFailovers(ClusterUnderTest cluster) throws InterruptedException {
        try (Fire fire = new Fire(
                cluster, builder -> builder.sentinels(ClusterUnderTest.MASTER_NAME, cluster.sentinelAddresses()))) {
            fire.wantedKills = FAILOVERS;
            fire.run(fire::killMasters);
            fire.verdict();
            assertThat(fire.kills).isGreaterThanOrEqualTo(FAILOVERS);
        }
    }

    /** The checker is worth something: it finds every level broken when the clients take each replica for as fresh as its master. */
    @ClusterTest
    @Tag("long")
    void everyLevelIsFoundBrokenWhenNothingHasToBeProven(ClusterUnderTest cluster) throws InterruptedException {
        try (Fire fire = new Fire(
                cluster, builder -> RuleSwitches.without("FRESH_AS_PROVEN", builder.nodes(cluster.addresses())))) {
            fire.untilBroken = true;
            fire.run(fire::lagFreezeAndCut);
            fire.judges.forEach(System.out::println);
            assertThat(fire.broken.get()).isNull();
            assertThat(fire.judges).allSatisfy(each -> assertThat(each.broken.get())
                    .as("broken promises: %s", each)
                    .isPositive());
        }
    }

    private interface Settings {
        RoutingClientBuilder of(RoutingClientBuilder builder);
    }

    private interface Faults {
        void go() throws InterruptedException;
    }

    /** One run: a client that writes, one that reads, and somebody who disturbs. */
    private static final class Fire implements AutoCloseable {
        private final ClusterUnderTest cluster;
        private final Random random = new Random(SEED);
        private final Outages outages = new Outages();
        private final List<Judge> judges = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicReference<Throwable> broken = new AtomicReference<>();
        private final RoutingClient writer;
        private final RoutingClient reader;
        private final long deadlineNanos = System.nanoTime() + LONGEST.toNanos();
        private volatile boolean running = true;
        private int kills;
        private int wantedKills;
        private boolean untilBroken;

        Fire(ClusterUnderTest cluster, Settings settings) {
            this.cluster = cluster;
            System.out.println("seed=" + SEED + ", " + READS + " reads a level on " + cluster);
            writer = client(settings);
            reader = client(settings);
        }

        private RoutingClient client(Settings settings) {
            RoutingListener heard = event -> {
                if (event instanceof RoutingEvent.TopologyChanged change
                        && change.change() instanceof TopologyEvent.MasterChanged master
                        && master.from() != null) {
                    outages.masterChanged();
                }
            };
            return Clients.ready(
                    cluster,
                    settings.of(RoutingClient.builder()).listener(heard).probePeriod(ofMillis(200)));
        }

        void run(Faults faults) throws InterruptedException {
            NumberedWrites own = new NumberedWrites("own", writer.newSession());
            begin(ownWrites(judge("read-your-writes"), own, READ_YOUR_WRITES));
            begin(ownWrites(
                    judge("session"), new NumberedWrites("session", writer.newSession(SESSION)), CallOptions.DEFAULTS));
            begin(neverBack(judge("monotonic-reads"), own));
            begin(tokens(judge("token")));
            begin(bounded(judge("maxLag " + TIGHT.toMillis() + " ms"), own, TIGHT));
            begin(bounded(judge("maxLag " + WIDE.toMillis() + " ms"), own, WIDE));
            try {
                while (going()) {
                    faults.go();
                }
            } finally {
                running = false;
                for (Thread each : threads) {
                    each.join(TimeUnit.SECONDS.toMillis(30));
                }
            }
        }

        /** Until every level has its reads and every rule was broken by eventual ones, or the time is over. */
        private boolean going() {
            boolean enough = judges.stream()
                    .allMatch(each -> untilBroken
                            ? each.broken.get() > 0
                            : each.reads.get() >= READS && each.eventualBroken.get() > 0);
            return broken.get() == null && (!enough || kills < wantedKills) && System.nanoTime() - deadlineNanos < 0;
        }

        void verdict() {
            judges.forEach(System.out::println);
            assertThat(broken.get()).isNull();
            assertThat(threads).noneMatch(Thread::isAlive);
            for (Judge each : judges) {
                assertThat(each.broken).as("%s", each.first).hasValue(0);
                assertThat(each.reads.get()).as("reads: %s", each).isPositive();
                assertThat(each.eventualBroken.get())
                        .as("eventual reads that break the rule: %s", each)
                        .isPositive();
            }
        }

        private Judge judge(String level) {
            Judge judge = new Judge(level, outages);
            judges.add(judge);
            return judge;
        }

        private void begin(Runnable step) {
            Thread thread = new Thread(() -> {
                try {
                    while (running) {
                        step.run();
                        LockSupport.parkNanos(200_000); // All of them share two cores with the servers.
                    }
                } catch (Throwable e) {
                    broken.compareAndSet(null, e);
                }
            });
            threads.add(thread);
            thread.start();
        }

        // The levels

        /** Writes a number and reads a key that it wrote a while ago, in the same session. */
        private Runnable ownWrites(Judge judge, NumberedWrites numbers, CallOptions level) {
            Random any = new Random(SEED);
            Session session = numbers.session();
            return () -> {
                numbers.writeNext();
                int key = NumberedWrites.keyOf(Math.max(0, numbers.last() - any.nextInt(LOOK_BACK)));
                for (CallOptions options : List.of(level, EVENTUAL)) {
                    Map.Entry<Long, Long> required = numbers.acknowledgedBefore(key, System.nanoTime());
                    read(judge, session, options, numbers.key(key), () -> required);
                }
            };
        }

        /** Reads what another writes, any key, now and then on the master, and never goes back behind what it was shown. */
        private Runnable neverBack(Judge judge, NumberedWrites numbers) {
            Random any = new Random(SEED);
            Session session = reader.newSession();
            long[] seen = {0};
            return () -> {
                int key = any.nextInt(NumberedWrites.keys());
                boolean atMaster = any.nextInt(8) == 0;
                for (CallOptions options :
                        List.of(atMaster ? MONOTONIC_READS.and(MASTER) : MONOTONIC_READS, EVENTUAL)) {
                    long before = seen[0];
                    String shown = read(judge, session, options, numbers.key(key), () -> numbers.upTo(key, before));
                    seen[0] = Math.max(seen[0], shown == null ? 0 : Long.parseLong(shown));
                }
            };
        }

        /** One client writes and makes a token; the other reads with it. */
        private Runnable tokens(Judge judge) {
            Random any = new Random(SEED);
            Session session = writer.newSession();
            NumberedWrites numbers = new NumberedWrites("token", session);
            return () -> {
                for (int i = 0; i < 4; i++) {
                    numbers.writeNext();
                }
                long asked = System.nanoTime();
                ConsistencyToken token;
                try {
                    token = ConsistencyToken.parse(session.token().toString());
                } catch (RoutingException e) {
                    judge.failed.incrementAndGet();
                    return;
                }
                for (int i = 0; i < 6; i++) {
                    int key = any.nextInt(NumberedWrites.keys());
                    boolean ofSession = any.nextBoolean();
                    Session there = ofSession ? reader.newSession(token) : reader;
                    CallOptions options = ofSession ? CallOptions.DEFAULTS : after(token);
                    read(judge, there, options, numbers.key(key), () -> numbers.acknowledgedBefore(key, asked));
                    read(judge, reader, EVENTUAL, numbers.key(key), () -> numbers.acknowledgedBefore(key, asked));
                    LockSupport.parkNanos(any.nextInt(5_000_000));
                }
            };
        }

        /** Reads what another writes, at most so old. */
        private Runnable bounded(Judge judge, NumberedWrites numbers, Duration bound) {
            Random any = new Random(SEED);
            return () -> {
                int key = any.nextInt(NumberedWrites.keys());
                for (CallOptions options : List.of(maxLag(bound), EVENTUAL)) {
                    Map.Entry<Long, Long> required =
                            numbers.acknowledgedBefore(key, System.nanoTime() - bound.toNanos());
                    read(judge, reader, options, numbers.key(key), () -> required);
                }
            };
        }

        private interface Requirement {
            Map.Entry<Long, Long> now();
        }

        private String read(Judge judge, Session session, CallOptions options, String key, Requirement requirement) {
            Map.Entry<Long, Long> required = requirement.now();
            try {
                String shown = session.execute(get(key), options);
                judge.read(options == EVENTUAL, key, required, shown);
                return shown;
            } catch (ConsistencyTokenLostException e) {
                long now = System.nanoTime();
                boolean happened = required == null || outages.anyBetween(required.getValue(), now);
                (happened ? judge.excused : judge.broken).incrementAndGet();
                judge.first.compareAndSet(null, e.getMessage());
            } catch (RoutingException e) {
                judge.failed.incrementAndGet();
            }
            return null;
        }

        // The faults

        private void lagFreezeAndCut() throws InterruptedException {
            TestNode replica =
                    cluster.nodes().get(1 + random.nextInt(cluster.nodes().size() - 1));
            switch (random.nextInt(4)) {
                case 0 -> freeze(replica);
                case 1 -> cut(cluster.nodes().get(0));
                default -> {
                    cluster.delayReplication(replica, ofMillis(30 + random.nextInt(250)));
                    Thread.sleep(300 + random.nextInt(300));
                    cluster.delayReplication(replica, Duration.ZERO);
                }
            }
            Thread.sleep(random.nextInt(100));
        }

        private static void freeze(TestNode replica) throws InterruptedException {
            replica.pause();
            try {
                Thread.sleep(300);
            } finally {
                replica.resume();
            }
        }

        /** Every replica loses its link to the master, and goes on from where it was. */
        private static void cut(TestNode master) {
            try (RedisClient client = master.connect()) {
                client.ask("CLIENT", "KILL", "TYPE", "replica");
            }
        }

        private void killMasters() throws InterruptedException {
            for (int i = 0; i < 4; i++) {
                List<TestNode> replicas = cluster.replicas();
                freeze(replicas.get(random.nextInt(replicas.size())));
                cut(cluster.master()); // Replicas look for it again within a second, and serve what they have
                // until then.
                Thread.sleep(random.nextInt(500));
            }
            TestNode old = cluster.master();
            long from = System.nanoTime();
            old.kill();
            kills++;
            cluster.awaitMasterOtherThan(old);
            old.restart();
            cluster.awaitSettled();
            outages.between(from, System.nanoTime());
            cluster.awaitReplication();
            Thread.sleep(500);
        }

        @Override
        public void close() {
            running = false;
            writer.close();
            reader.close();
        }
    }
}
