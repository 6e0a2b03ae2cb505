package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.EVENTUAL;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.CallOptions.maxLagBytes;
import static dev.fairlead.driver.CallOptions.policy;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.Answer;
import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.NoFreshNodeException;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.Session;
import dev.fairlead.driver.SharedProbes;
import dev.fairlead.it.harness.ClusterKind;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.TestNode;
import dev.fairlead.topology.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;

/** What a replica that lags may serve, and what not. Staleness is seen in the data: each value is a number that only grows. */
class FreshnessTest {
    private static final Duration LAG = ofMillis(400);
    private static final int ROUNDS = 400;

    @ClusterTest
    void readYourWritesIsNeverStaleWhileEventualReadsAre(ClusterUnderTest cluster) {
        cluster.delayReplication(cluster.replicas().get(0), LAG);
        try (RoutingClient client = Clients.of(cluster)) {
            int staleOwn = 0;
            int staleEventual = 0;
            for (int i = 1; i <= ROUNDS; i++) {
                client.execute(set("own", Integer.toString(i)));
                if (!Integer.toString(i).equals(client.execute(get("own"), READ_YOUR_WRITES))) {
                    staleOwn++;
                }
                if (!Integer.toString(i).equals(client.execute(get("own"), EVENTUAL))) {
                    staleEventual++;
                }
            }
            assertThat(staleOwn).isZero();
            assertThat(staleEventual)
                    .as("stale reads without the promise, which show that the replica did lag")
                    .isPositive();
        }
    }

    @ClusterTest
    void aReplicaThatIsProvenToHaveTheWriteServesReadYourWrites(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster)) {
            client.execute(set("own", "1"));
            await("a read on a replica").atMost(ofSeconds(10)).until(() -> {
                assertThat(client.execute(get("own"), READ_YOUR_WRITES)).isEqualTo("1");
                return replicaReads(cluster) > 0;
            });
        }
    }

    @ClusterTest
    void anotherSessionsWritesDoNotKeepReadsFromALaggingReplica(ClusterUnderTest cluster) {
        TestNode late = cluster.replicas().get(0);
        TestNode other = cluster.replicas().get(1);
        cluster.delayReplication(late, LAG);
        cluster.delayReplication(other, LAG);
        try (RoutingClient client = Clients.of(cluster)) {
            Session reader = client.newSession();
            client.execute(set("k", "written by the default session"));
            reader.execute(get("k"), READ_YOUR_WRITES);
            assertThat(cluster.calls(cluster.master(), "get")).isZero();
        }
    }

    @ClusterTest
    void maxLagKeepsALaggingReplicaOutAndLetsItInAgain(ClusterUnderTest cluster) {
        Duration bound = ofMillis(100);
        TestNode late = cluster.replicas().get(0);
        TestNode prompt = cluster.replicas().get(1);
        ConcurrentSkipListMap<Long, Long> acknowledged = new ConcurrentSkipListMap<>();
        try (RoutingClient client = Clients.of(cluster)) {
            Reader reader = new Reader(client, acknowledged, maxLag(bound), bound);
            await("both replicas in use").atMost(ofSeconds(10)).until(() -> {
                reader.step();
                return cluster.calls(late, "get") > 0 && cluster.calls(prompt, "get") > 0;
            });

            cluster.delayReplication(late, LAG);
            long until = System.nanoTime() + 2 * LAG.toNanos();
            while (System.nanoTime() - until < 0) {
                reader.step();
            }
            long servedByLate = cluster.calls(late, "get");
            long servedByPrompt = cluster.calls(prompt, "get");
            for (int i = 0; i < ROUNDS; i++) {
                reader.step();
            }
            assertThat(cluster.calls(late, "get"))
                    .as("reads of the lagging replica")
                    .isEqualTo(servedByLate);
            assertThat(cluster.calls(prompt, "get"))
                    .as("reads of the other one")
                    .isGreaterThan(servedByPrompt);

            cluster.delayReplication(late, ZERO);
            await("the replica that caught up in use again")
                    .atMost(ofSeconds(10))
                    .until(() -> {
                        reader.step();
                        return cluster.calls(late, "get") > servedByLate;
                    });
            assertThat(reader.tooOld).as("reads older than " + bound).isZero();
        }
    }

    @ClusterTest(replicas = 1)
    void whenNoReplicaIsFreshTheReadGoesToTheMasterOrFailsAsAskedFor(ClusterUnderTest cluster) {
        String yaml = """
                version: 1
                policies:
                  preferred: { from: replica-preferred, maxLag: 50ms }
                  strict: { from: replica, maxLag: 50ms, whenNoneIsFresh: fail }
                """;
        TestNode late = cluster.replicas().get(0);
        cluster.delayReplication(late, ofMillis(5_000));
        try (RoutingClient client = Clients.of(cluster, builder -> builder.policies(yaml, "routing.yaml"))) {
            await("the lag to be noticed").atMost(ofSeconds(5)).until(() -> {
                client.execute(set("k", "new"));
                return "new".equals(client.execute(get("k"), policy("preferred")))
                        && cluster.calls(cluster.master(), "get") > 0;
            });
            assertThatThrownBy(() -> client.execute(get("k"), policy("strict")))
                    .isInstanceOf(NoFreshNodeException.class)
                    .hasMessageContaining(late.address());
        }
    }

    @ClusterTest
    void aBoundInBytesKeepsOutWhatIsFurtherBehind(ClusterUnderTest cluster) {
        TestNode late = cluster.replicas().get(0);
        cluster.delayReplication(late, ofMillis(5_000));
        try (RoutingClient client = Clients.of(cluster)) {
            client.execute(set("k", "x".repeat(10_000)));
            CallOptions bound = maxLagBytes(1_000);
            client.execute(get("k"), bound);
            await("the backlog to be noticed").atMost(ofSeconds(5)).until(() -> {
                long before = cluster.calls(late, "get");
                for (int i = 0; i < 20; i++) {
                    client.execute(get("k"), bound);
                }
                return cluster.calls(late, "get") == before;
            });
            assertThat(client.explain(get("k"), bound).passedOver())
                    .extracting(candidate -> candidate.node().endpoint().toString())
                    .contains(late.address());
        }
    }

    @ClusterTest
    void clientsThatShareTheirProbesAskTheMasterOnceForAllAndKeepTheirBounds(ClusterUnderTest cluster) {
        int count = 16;
        CallOptions bound = maxLag(ofMillis(100));
        SharedProbes probes = new SharedProbes();
        List<RoutingClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                clients.add(Clients.of(cluster, builder -> builder.sharedProbes(probes)));
            }
            clients.get(0).execute(set("k", "v"));
            clients.forEach(each -> await("a replica serves " + each)
                    .atMost(ofSeconds(10))
                    .until(() -> each.answer(get("k"), bound).role() == Role.REPLICA));
            long asked = cluster.calls(cluster.master(), "info");
            long began = System.nanoTime();
            int byReplicas = 0;
            int rounds = 40;
            for (int i = 0; i < rounds; i++) {
                for (RoutingClient each : clients) {
                    Answer<String> answer = each.answer(get("k"), bound);
                    byReplicas += answer.role() == Role.REPLICA ? 1 : 0;
                }
                LockSupport.parkNanos(ofMillis(25).toNanos());
            }
            long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            assertThat(byReplicas).isGreaterThan(rounds * count / 2);
            // One question in 5 ms at most, and each client's own in 5 s; 16 by themselves ask 640 times a second.
            assertThat(cluster.calls(cluster.master(), "info") - asked)
                    .as("questions in %d ms", millis)
                    .isLessThan(millis / 5 + count * (2 + millis / 5_000));
        } finally {
            clients.forEach(RoutingClient::close);
        }
    }

    private static long replicaReads(ClusterUnderTest cluster) {
        return cluster.replicas().stream()
                .mapToLong(replica -> cluster.calls(replica, "get"))
                .sum();
    }

    /** Writes the next number, reads under a bound, and judges the read by when each number was acknowledged. */
    private static final class Reader {
        private final RoutingClient client;
        private final ConcurrentSkipListMap<Long, Long> acknowledged;
        private final CallOptions options;
        private final long boundNanos;
        private long number;
        private int tooOld;

        Reader(
                RoutingClient client,
                ConcurrentSkipListMap<Long, Long> acknowledged,
                CallOptions options,
                Duration bound) {
            this.client = client;
            this.acknowledged = acknowledged;
            this.options = options;
            this.boundNanos = bound.toNanos();
        }

        void step() {
            client.execute(set("number", Long.toString(++number)));
            acknowledged.put(System.nanoTime(), number);
            long asked = System.nanoTime();
            String value = client.execute(get("number"), options);
            var due = acknowledged.floorEntry(asked - boundNanos);
            if (due != null && (value == null || Long.parseLong(value) < due.getValue())) {
                tooOld++;
            }
        }
    }

    /** Only the bundled server tells offsets by itself. Were the driver to ask for them, each read would cost the master a question. */
    @ClusterTest(on = ClusterKind.BUNDLED)
    void readsOfOwnWritesAreServedByReplicasFiveMillisecondsBehindWithoutTheMaster(ClusterUnderTest cluster) {
        String yaml = """
                version: 1
                policies:
                  own: { from: replica, consistency: read-your-writes, whenNoneIsFresh: { wait: 900ms } }
                """;
        int rounds = 150;
        TestNode master = cluster.master();
        List<TestNode> replicas = cluster.replicas();
        replicas.forEach(each -> cluster.delayReplication(each, ofMillis(5)));
        try (RoutingClient client =
                Clients.of(cluster, builder -> builder.policies(yaml, "t.yaml").probePeriod(Duration.ofHours(1)))) {
            for (int i = 0; i < 20; i++) { // The first reads let the driver ask for offsets.
                client.execute(set("own", "warm up"));
                client.execute(get("own"), policy("own"));
            }
            long masterAsked = cluster.calls(master, "info");
            long replicasAsked = replicas.stream()
                    .mapToLong(each -> cluster.calls(each, "info"))
                    .sum();
            int stale = 0;
            for (int i = 0; i < rounds; i++) {
                client.execute(set("own", "v" + i));
                stale += client.execute(get("own"), EVENTUAL).equals("v" + i) ? 0 : 1;
                assertThat(client.execute(get("own"), policy("own"))).isEqualTo("v" + i);
            }
            assertThat(stale).as("eventual reads that show the delay").isPositive();
            assertThat(cluster.calls(master, "get")).as("reads at the master").isZero();
            // A pause of the machine costs a question now and then; at one for each read it would be 150.
            assertThat(cluster.calls(master, "info") - masterAsked).isLessThan(rounds / 3);
            assertThat(replicas.stream()
                                    .mapToLong(each -> cluster.calls(each, "info"))
                                    .sum()
                            - replicasAsked)
                    .isLessThan(rounds / 3);
        }
    }

    @ClusterTest(on = ClusterKind.BUNDLED)
    void aReplicaThatMayNotAnswerFromOldDataIsGoneRound(ClusterUnderTest cluster) {
        TestNode late = cluster.replicas().get(0);
        String yaml = """
                version: 1
                policies:
                  any: { balance: random }
                """;
        try (RoutingClient client = Clients.of(cluster, builder -> builder.policies(yaml, "t.yaml"));
                RedisClient direct = late.connect()) {
            client.execute(set("k", "v"));
            cluster.awaitReplication();
            direct.call("CONFIG", "SET", "replica-max-staleness-ms", "50");
            cluster.partition(Set.of(late));
            await("it refuses reads")
                    .atMost(ofSeconds(10))
                    .until(() -> direct.ask("GET", "k").toString().contains("STALE"));
            String refused = direct.info("stats").get("total_error_replies");
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(client.execute(get("k"), policy("any"))).isEqualTo("v");
            }
            assertThat(direct.info("stats").get("total_error_replies"))
                    .as("reads that it sent away")
                    .isNotEqualTo(refused);
        }
    }
}
