package dev.fairlead.driver;

import static dev.fairlead.driver.CallOptions.MASTER;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.CallOptions.within;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.fairlead.policy.WhenNoneIsFresh;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.TopologyEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole client against nodes that do what the test says: a master and a replica. */
@Timeout(30)
class ClientTest {
    private ScriptedNode master;
    private ScriptedNode replica;
    private RoutingClient client;
    private final List<RoutingEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        master = new ScriptedNode('a');
        replica = ScriptedNode.replicaOf(master);
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        master.close();
        replica.close();
    }

    private RoutingClientBuilder builder() {
        return RoutingClient.builder()
                .nodes(master.address())
                .connectTimeout(Duration.ofSeconds(3))
                .probePeriod(ofMillis(50))
                .listener(new RoutingListener() {
                    @Override
                    public void on(RoutingEvent event) {
                        events.add(event);
                    }

                    @Override
                    public boolean wantsCalls() {
                        return true;
                    }
                });
    }

    /** Connects, and waits until both nodes are in use. */
    private void connect(RoutingClientBuilder builder) {
        client = builder.build();
        await().until(() -> client.topology().shard().replicas().stream().anyMatch(each -> each.usable()));
    }

    private List<RoutingEvent.CallServed> served(String command) {
        List<RoutingEvent.CallServed> found = new ArrayList<>();
        for (RoutingEvent each : events) {
            if (each instanceof RoutingEvent.CallServed call && call.command().equals(command)) {
                found.add(call);
            }
        }
        return found;
    }

    @Test
    void writesGoToTheMasterAndReadsToTheReplicaFoundThroughIt() {
        connect(builder());
        client.execute(set("k", "v"));

        assertThat(client.execute(get("k"))).isEqualTo("v");

        assertThat(master.received("SET")).isEqualTo(1);
        assertThat(replica.received("GET")).isEqualTo(1);
        assertThat(master.received("GET")).isZero();
        assertThat(client.explain(get("k")).toString()).contains("GET k → replica " + replica.address());
        assertThat(client.explain(set("k", "v")).toString()).contains("SET k → master " + master.address());
    }

    @Test
    void theMasterIsFoundThroughAReplica() {
        connect(builder().nodes(replica.address()));

        client.execute(set("k", "v"));

        assertThat(master.value("k")).isEqualTo("v");
    }

    @Test
    void ownWritesAreReadFromTheMasterUntilTheReplicaProvablyHasThem() {
        connect(builder());
        replica.stopReplicating();
        client.execute(set("k", "v"));

        assertThat(client.execute(get("k"), READ_YOUR_WRITES)).isEqualTo("v");
        assertThat(replica.received("GET")).as("reads at the replica").isZero();
        assertThat(client.execute(get("other"), READ_YOUR_WRITES)).isNull();
        assertThat(replica.received("GET")).as("keys nobody wrote do not wait").isEqualTo(1);

        replica.resumeReplicating();
        await().untilAsserted(() -> {
            assertThat(client.execute(get("k"), READ_YOUR_WRITES)).isEqualTo("v");
            assertThat(replica.received("GET")).isEqualTo(2);
        });
    }

    @Test
    void aReadBehindAWriteWhoseReplyIsOutGoesToTheMasterInOrder() {
        connect(builder());
        replica.stopReplicating();
        CompletableFuture<?> write = client.executeAsync(set("k", "v"));
        CompletableFuture<String> read = client.executeAsync(get("k"), READ_YOUR_WRITES);

        assertThat(read.join()).isEqualTo("v");
        assertThat(write).isDone();
    }

    @Test
    void anotherSessionDoesNotWaitForTheseWrites() {
        connect(builder());
        replica.stopReplicating();
        client.execute(set("k", "v"));

        assertThat(client.newSession().execute(get("k"), READ_YOUR_WRITES)).isNull();
        assertThat(replica.received("GET")).isEqualTo(1);
    }

    @Test
    void aLaggingReplicaIsKeptOutOfBoundedReads() {
        connect(builder());
        replica.stopReplicating();
        client.execute(set("k", "v"));

        await().untilAsserted(() ->
                assertThat(client.execute(get("k"), maxLag(ofMillis(100)))).isEqualTo("v"));
        int before = replica.received("GET");
        for (int i = 0; i < 20; i++) {
            assertThat(client.execute(get("k"), maxLag(ofMillis(100)))).isEqualTo("v");
        }
        assertThat(replica.received("GET")).isEqualTo(before);
        assertThat(served("GET"))
                .last()
                .satisfies(call -> assertThat(call.passedOver().toString()).contains(replica.address()));
    }

    @Test
    void noFreshNodeIsNamedWithItsReasonWhenThePolicySaysFail() {
        connect(builder());
        replica.stopReplicating();
        client.execute(set("k", "v"));
        CallOptions strict = READ_YOUR_WRITES.whenNoneIsFresh(WhenNoneIsFresh.FAIL);
        RoutingClient replicasOnly = builder()
                .policies("version: 1\ndefaults: { from: replica, whenNoneIsFresh: fail }", "t.yaml")
                .build();
        try (replicasOnly) {
            await().until(() ->
                    replicasOnly.topology().shard().replicas().stream().anyMatch(each -> each.usable()));
            replicasOnly.execute(set("k", "w"));

            assertThatThrownBy(() -> replicasOnly.execute(get("k"), strict))
                    .isInstanceOf(NoFreshNodeException.class)
                    .hasMessageContaining("GET")
                    .hasMessageContaining(replica.address());
        }
    }

    @Test
    void aWriteWithoutAReplyIsOfUnknownOutcomeAndNotSentAgain() {
        connect(builder());
        master.answer("INCR", argv -> ScriptedNode.HANG_UP);

        assertThatThrownBy(() -> client.execute(incr("k"), within(ofMillis(800))))
                .isInstanceOfSatisfying(WriteOutcomeUnknownException.class, e -> {
                    assertThat(e.retryable()).isFalse();
                    assertThat(e.knownNotApplied()).isFalse();
                })
                .hasMessageContaining("INCR")
                .hasMessageContaining(master.address());
        await().until(() -> client.execute(get("k"), MASTER) == null);
        assertThat(master.received("INCR") + replica.received("INCR")).isEqualTo(1);
    }

    @Test
    void aWriteThatIsNotAnsweredInTimeIsOfUnknownOutcome() {
        connect(builder());
        master.answer("INCR", argv -> ScriptedNode.SILENCE);

        assertThatThrownBy(() -> client.execute(incr("k"), within(ofMillis(60))))
                .isInstanceOf(WriteOutcomeUnknownException.class)
                .hasMessageContaining("60 ms");
        CompletableFuture<Long> async = client.executeAsync(incr("k"), within(ofMillis(60)));
        assertThat(catchThrowable(() -> async.get(1, TimeUnit.SECONDS)))
                .hasCauseInstanceOf(WriteOutcomeUnknownException.class);
        assertThat(master.received("INCR")).isEqualTo(2);
    }

    @Test
    void aReadDoesNotWaitForAReplicaThatHangs() {
        CountDownLatch thaw = new CountDownLatch(1);
        connect(builder());
        client.execute(set("k", "v"));
        for (int i = 0; i < 20; i++) {
            client.execute(get("k")); // What its replies usually take.
        }
        replica.answer("GET", argv -> {
            awaitUninterruptibly(thaw);
            return ScriptedNode.bulk("late");
        });
        try {
            long begun = System.nanoTime();
            assertThat(client.execute(get("k"), within(Duration.ofSeconds(20)))).isEqualTo("v");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            assertThat(master.received("GET")).isEqualTo(1);
        } finally {
            thaw.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aReadThatIsNotAnsweredInTimeSaysSoAndWasNotApplied() {
        connect(builder());
        replica.answer("GET", argv -> ScriptedNode.SILENCE);
        master.answer("GET", argv -> ScriptedNode.SILENCE); // It is asked too, once the replica is overdue.

        assertThatThrownBy(() -> client.execute(get("k"), within(ofMillis(60))))
                .isInstanceOfSatisfying(DeadlineExceededException.class, e -> assertThat(e.retryable())
                        .isTrue())
                .hasMessageContaining("GET")
                .hasMessageContaining("no reply from 127.0.0.1:");
    }

    @Test
    void aReadWhoseNodeHangsUpIsServedByTheNext() {
        connect(builder());
        client.execute(set("k", "v"));
        replica.answer("GET", argv -> ScriptedNode.HANG_UP);

        assertThat(client.execute(get("k"))).isEqualTo("v");
        assertThat(master.received("GET")).isEqualTo(1);
    }

    @Test
    void aReplicaThatLoadsIsReadAroundAndTakenBack() {
        connect(builder());
        client.execute(set("k", "v"));
        replica.loading(true);

        assertThat(client.execute(get("k"))).isEqualTo("v");
        assertThat(client.execute(get("k"))).isEqualTo("v");
        replica.loading(false);
        int before = replica.received("GET");
        await().untilAsserted(() -> {
            client.execute(get("k"));
            assertThat(replica.received("GET")).isGreaterThan(before);
        });
    }

    @Test
    void aWriteThatIsRefusedWhileTheMasterLoadsIsSentAgainWhenItIsDone() {
        connect(builder());
        master.loading(true);
        CompletableFuture<?> write = client.executeAsync(set("k", "v"), within(Duration.ofSeconds(5)));
        await().until(() -> master.received("SET") >= 1);
        assertThat(write).isNotDone();

        master.loading(false);

        assertThat(write).succeedsWithin(Duration.ofSeconds(3));
        assertThat(master.value("k")).isEqualTo("v");
    }

    @Test
    void writesRefusedAsReadonlyAreHeldAndGoToTheNewMaster() throws IOException {
        connect(builder());
        client.execute(set("k", "1"));
        ScriptedNode oldMaster = master;
        ScriptedNode heir = replica;
        heir.promote('b');
        oldMaster.follow(heir);

        for (int i = 2; i < 20; i++) {
            client.execute(set("k", String.valueOf(i)));
        }

        assertThat(heir.value("k")).isEqualTo("19");
        assertThat(client.execute(get("k"), READ_YOUR_WRITES)).isEqualTo("19");
        await().untilAsserted(() -> assertThat(events).anySatisfy(event -> assertThat(event)
                .isInstanceOfSatisfying(RoutingEvent.TopologyChanged.class, changed -> assertThat(changed.change())
                        .isInstanceOf(TopologyEvent.MasterChanged.class)
                        .hasToString(changed.change().toString())
                        .asString()
                        .contains(heir.address()))));
    }

    @Test
    void aWriteAtAFrozenMasterThatWasSupersededEndsAsUnknown() throws InterruptedException {
        connect(builder());
        CountDownLatch frozen = new CountDownLatch(1);
        ScriptedNode old = master;
        old.answer("INCR", argv -> {
            await().atMost(Duration.ofSeconds(15)).until(() -> frozen.getCount() == 0);
            return ":1\r\n";
        });
        CompletableFuture<Long> write = client.executeAsync(incr("k"), within(Duration.ofSeconds(15)));
        await().until(() -> old.received("INCR") == 1);
        replica.promote('b');
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            var followed = client.topology().shard().master();
            return followed != null && followed.endpoint().toString().equals(replica.address());
        });

        try {
            // Its link is up and stays silent: the write need not wait for the deadline to hear that nobody will vouch
            // for it.
            assertThat(catchThrowable(() -> write.get(5, TimeUnit.SECONDS)))
                    .hasCauseInstanceOf(WriteOutcomeUnknownException.class)
                    .hasMessageContaining("another master");
        } finally {
            frozen.countDown();
        }
    }

    @Test
    void acknowledgedWritesThatTheNewMasterLacksAreReported() throws IOException {
        connect(builder());
        client.execute(set("k", "1"));
        replica.stopReplicating();
        for (int i = 0; i < 7; i++) {
            client.execute(set("k", "lost"));
        }
        await().until(() -> client.execute(get("k"), MASTER).equals("lost"));
        replica.promote('b');
        master.follow(replica);

        await().untilAsserted(() -> assertThat(events).anySatisfy(event -> assertThat(event)
                .isInstanceOfSatisfying(RoutingEvent.WritesLost.class, lost -> assertThat(lost.acknowledged())
                        .isBetween(7L, 8L))));
    }

    @Test
    void aMasterThatBeginsItsHistoryAnewInTheSameProcessHasLostNothing() {
        connect(builder());
        client.execute(set("k", "v"));
        int probes = master.received("INFO");
        await().until(() -> master.received("INFO") > probes + 3);

        master.beginHistory('b');
        await().untilAsserted(() ->
                assertThat(client.topology().shard().replicationId().toString()).contains("bbbb"));

        client.execute(set("k", "w"));
        assertThat(events).noneMatch(RoutingEvent.WritesLost.class::isInstance);
    }

    @Test
    void aReplicaThatTurnsUpUnderAnotherNameIsNotCountedTwice() {
        connect(builder());
        int probes = replica.received("INFO");
        await().until(() -> replica.received("INFO") > probes + 3);
        ScriptedNode named = master;
        named.answer("INFO", argv -> {
            String usual = named.usual("INFO", argv);
            String text = usual.substring(usual.indexOf('\n') + 1, usual.length() - 2);
            return ScriptedNode.bulk(
                    text + "slave9:ip=localhost,port=" + replica.port() + ",state=online,offset=100,lag=0\r\n");
        });

        await().untilAsserted(() -> assertThat(events).anySatisfy(event -> assertThat(event.toString())
                .contains("localhost:" + replica.port())
                .contains("same server")));
        assertThat(client.topology().shard().replicas()).hasSize(1);
    }

    @Test
    void aScriptThatAReplicaDoesNotKnowIsAskedForAtTheMaster() {
        connect(builder());
        replica.answer("EVALSHA", argv -> "-NOSCRIPT No matching script.\r\n");
        master.answer("EVALSHA", argv -> ":7\r\n");

        assertThat(client.execute(Command.of("EVALSHA", "a".repeat(40), 0).readOnly())
                        .asLong())
                .isEqualTo(7);
        assertThat(replica.received("EVALSHA")).isEqualTo(1);
    }

    @Test
    void aReadWaitsForAFreshReplicaAsLongAsItsPolicySays() {
        connect(builder().policies("version: 1\ndefaults: { from: replica, whenNoneIsFresh: { wait: 5s } }", "t.yaml"));
        replica.stopReplicating();
        client.execute(set("k", "v"));
        CompletableFuture<String> read =
                client.executeAsync(get("k"), READ_YOUR_WRITES.deadline(Duration.ofSeconds(8)));
        CompletableFuture<String> hasty = client.executeAsync(
                get("k"),
                READ_YOUR_WRITES.whenNoneIsFresh(new WhenNoneIsFresh(WhenNoneIsFresh.Kind.WAIT, ofMillis(50))));
        assertThat(catchThrowable(() -> hasty.get(2, TimeUnit.SECONDS))).hasCauseInstanceOf(NoFreshNodeException.class);
        assertThat(read).isNotDone();

        replica.resumeReplicating();

        assertThat(read).succeedsWithin(Duration.ofSeconds(3)).isEqualTo("v");
        assertThat(replica.received("GET")).isEqualTo(1);
    }

    @Test
    void aFullLinkRefusesWritesAtOnceAndNothingIsApplied() {
        connect(builder().maxInFlight(4));
        master.answer("INCR", argv -> ScriptedNode.SILENCE);
        List<CompletableFuture<Long>> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sent.add(client.executeAsync(incr("k"), within(Duration.ofSeconds(2))));
        }
        List<CompletableFuture<Long>> refused =
                sent.stream().filter(CompletableFuture::isDone).toList();

        // A probe that is under way takes one of the four places.
        assertThat(refused).hasSizeBetween(36, 37).contains(sent.get(39)).allSatisfy(each -> assertThat(
                        catchThrowable(each::join))
                .hasCauseInstanceOf(TooManyCallsException.class)
                .hasMessageContaining("maxInFlight"));
        await().untilAsserted(() -> assertThat(master.received("INCR")).isEqualTo(40 - refused.size()));
    }

    @Test
    void heldWritesLeaveInTheOrderInWhichTheyCame() {
        connect(builder());
        master.stop();
        await().until(() -> client.explain(set("k", "v")).target() == null);
        List<CompletableFuture<?>> writes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            writes.add(client.executeAsync(set("k", String.valueOf(i)), within(Duration.ofSeconds(5))));
        }
        assertThat(writes).noneMatch(CompletableFuture::isDone);
        List<String> order = new CopyOnWriteArrayList<>();
        replica.answer("SET", argv -> {
            order.add(argv.get(2));
            return replica.usual("SET", argv);
        });

        replica.promote('b');

        assertThat(CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)))
                .succeedsWithin(Duration.ofSeconds(5));
        assertThat(order).isSortedAccordingTo((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
        assertThat(order).hasSize(50);
    }

    @Test
    void writesPastTheBoundOfHeldCallsAreRefusedAtOnce() {
        connect(builder().heldCalls(3));
        master.stop();
        await().until(() -> client.explain(set("k", "v")).target() == null);
        List<CompletableFuture<?>> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(client.executeAsync(set("k", "v"), within(ofMillis(300))));
        }

        assertThatThrownBy(() -> client.execute(set("k", "v")))
                .isInstanceOf(TooManyCallsException.class)
                .hasMessageContaining("heldCalls");
        for (CompletableFuture<?> each : held) {
            assertThat(catchThrowable(() -> each.get(2, TimeUnit.SECONDS)))
                    .hasCauseInstanceOf(NoMasterException.class)
                    .hasMessageContaining(master.address());
        }
    }

    @Test
    void everyNodeMayGoAndComeBack() throws IOException {
        connect(builder());
        client.execute(set("k", "v"));
        master.stop();
        replica.stop();
        assertThatThrownBy(() -> client.execute(get("k"), within(ofMillis(200))))
                .isInstanceOf(RoutingException.class);
        assertThatThrownBy(() -> client.execute(set("k", "w"), within(ofMillis(200))))
                .isInstanceOf(RoutingException.class);

        master.restart();
        replica.restart();

        client.execute(set("k", "x"), within(Duration.ofSeconds(5)));
        assertThat(client.execute(get("k"), READ_YOUR_WRITES.deadline(Duration.ofSeconds(5))))
                .isEqualTo("x");
    }

    /** Behind a network that swallows everything: nothing breaks, and nothing comes. */
    @Test
    void aPeerThatFellSilentIsGivenUpAndDialledAgain() {
        connect(builder());
        long before = client.topology().shard().master().linkId();
        AtomicBoolean swallowed = new AtomicBoolean(true); // What is not answered holds up everything behind it.
        master.answer("INFO", argv -> swallowed.getAndSet(false) ? ScriptedNode.SILENCE : master.usual("INFO", argv));

        await().atMost(Duration.ofSeconds(20)).until(() -> {
            Node now = client.topology().shard().master();
            return now != null && now.usable() && now.linkId() != before;
        });

        client.execute(set("k", "v"), within(Duration.ofSeconds(5)));
        assertThat(master.value("k")).isEqualTo("v");
    }

    @Test
    void closeLeavesNoFutureOpen() {
        connect(builder());
        master.answer("INCR", argv -> ScriptedNode.SILENCE);
        replica.answer("GET", argv -> ScriptedNode.SILENCE);
        CompletableFuture<Long> write = client.executeAsync(incr("k"), within(Duration.ofSeconds(20)));
        CompletableFuture<String> read = client.executeAsync(get("k"), within(Duration.ofSeconds(20)));
        await().until(() -> master.received("INCR") == 1);

        client.close();

        assertThat(write).isCompletedExceptionally();
        assertThat(catchThrowable(write::join)).hasCauseInstanceOf(WriteOutcomeUnknownException.class);
        assertThat(catchThrowable(read::join)).hasCauseInstanceOf(ClientClosedException.class);
        assertThatThrownBy(() -> client.execute(get("k"))).isInstanceOf(ClientClosedException.class);
    }

    @Test
    void deadlinesAreKeptWhileTheClientCloses() {
        connect(builder());
        master.answer("INCR", argv -> ScriptedNode.SILENCE);
        CompletableFuture<Long> write = client.executeAsync(incr("k"), within(ofMillis(300)));
        await().until(() -> master.received("INCR") == 1);

        client.close(); // Waits two seconds for a reply.

        assertThat(catchThrowable(write::join)).hasMessageContaining("within the deadline of 300 ms");
    }

    @Test
    void waitingOnAnIoThreadIsRefused() {
        connect(builder());
        CountDownLatch staged = new CountDownLatch(1);
        replica.answer("GET", argv -> {
            await().until(() -> staged.getCount() == 0); // A reply ahead of thenApply would run the stage here.
            return ScriptedNode.bulk("v");
        });
        CompletableFuture<Throwable> seen =
                client.executeAsync(get("k")).thenApply(value -> catchThrowable(() -> client.execute(get("k"))));
        staged.countDown();

        assertThat(seen)
                .succeedsWithin(Duration.ofSeconds(5))
                .isInstanceOfSatisfying(IllegalStateException.class, refusal -> assertThat(refusal)
                        .hasMessageContaining("executeAsync"));
    }

    @Test
    void commandsThatChangeASharedConnectionAreRefusedBeforeTheyAreSent() {
        connect(builder());

        assertThatThrownBy(() -> client.execute(Command.of("MULTI")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MULTI")
                .hasMessageContaining("dedicated");
        assertThatThrownBy(() -> client.execute(Command.of("BLPOP", "k", 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BLPOP");
        assertThat(master.received("MULTI") + master.received("BLPOP")).isZero();
    }

    @Test
    void aServersErrorComesWithItsCodeAndNode() {
        connect(builder());
        master.answer("INCR", argv -> "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");

        assertThatThrownBy(() -> client.execute(incr("k"))).isInstanceOfSatisfying(ServerErrorException.class, e -> {
            assertThat(e.code()).isEqualTo("WRONGTYPE");
            assertThat(e.node()).hasToString(master.address());
            assertThat(e.knownNotApplied()).isTrue();
        });
    }

    @Test
    void noWriteIsSentTwiceAndEachExceptionTellsTheTruth() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        connect(builder());
        Map<String, Integer> arrivals = new ConcurrentHashMap<>();
        ScriptedNode node = master;
        node.answer("SET", argv -> {
            arrivals.merge(argv.get(2), 1, Integer::sum);
            return random.nextInt(100) < 2 ? ScriptedNode.HANG_UP : node.usual("SET", argv);
        });
        Map<String, CompletableFuture<Boolean>> writes = new HashMap<>();
        for (int i = 0; i < 3000; i++) {
            String value = String.valueOf(i);
            writes.put(value, client.executeAsync(set("k" + i % 7, value), within(ofMillis(1 + random.nextInt(60)))));
            if (i % 50 == 0) {
                client.executeAsync(get("k"), within(ofMillis(200)))
                        .exceptionally(e -> null)
                        .get(5, TimeUnit.SECONDS);
            }
        }
        int unknown = 0;
        int unapplied = 0;
        for (Map.Entry<String, CompletableFuture<Boolean>> each : writes.entrySet()) {
            Throwable failure = catchThrowable(() -> each.getValue().get(5, TimeUnit.SECONDS));
            int times = arrivals.getOrDefault(each.getKey(), 0);
            assertThat(times).as("arrivals of write %s", each.getKey()).isLessThanOrEqualTo(1);
            if (failure == null) {
                assertThat(times).as("acknowledged").isEqualTo(1);
                continue;
            }
            RoutingException said = (RoutingException) failure.getCause();
            if (said.knownNotApplied()) {
                unapplied++;
                assertThat(times).as("%s", said).isZero();
            } else {
                unknown++;
            }
        }
        assertThat(unknown).as("faults that really happened").isPositive();
        assertThat(unapplied + unknown).isLessThan(3000);
    }

    @Test
    void aReplyPastTheLimitFailsItsCallAloneAndIsNotAskedForAgain() {
        RespLimits limits = new RespLimits(64 << 10, 1 << 20, 1 << 20, 32, RespLimits.DEFAULT.maxLineBytes());
        connect(builder().replyLimits(limits));
        replica.answer("GET", argv -> ScriptedNode.bulk("x".repeat(100_000)));
        // On a busy machine the read may have left an overdue replica before.
        master.answer("GET", argv -> ScriptedNode.bulk("x".repeat(100_000)));

        assertThatThrownBy(() -> client.execute(get("large")))
                .isInstanceOf(UnreadableReplyException.class)
                .hasMessageContaining("GET")
                .hasMessageContaining("65536");
        assertThat(replica.received("GET")).isEqualTo(1);
        client.execute(set("k", "v"));
    }

    @Test
    void buildSaysWhatEachSeedAnswered() throws IOException {
        master.stop();
        ScriptedNode locked = new ScriptedNode('c');
        locked.answer("INFO", argv -> "-NOAUTH Authentication required.\r\n");
        try (locked) {
            assertThatThrownBy(() ->
                            builder().nodes(master.address(), locked.address()).build())
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining(master.address())
                    .hasMessageContaining("refused")
                    .hasMessageContaining(locked.address())
                    .hasMessageContaining("NOAUTH");
        }
    }
}
