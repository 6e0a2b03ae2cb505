package dev.fairlead.server;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.server.EmbeddedCluster.Member;
import dev.fairlead.server.internal.net.RedisProcess;
import dev.fairlead.server.internal.net.TestClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The cluster as a test's author uses it. */
class EmbeddedClusterTest {
    private static final Duration PATIENCE = ofSeconds(20);

    private static String info(Member node) throws IOException {
        try (TestClient client = new TestClient(node.port())) {
            return client.call("INFO", "replication").asString();
        }
    }

    private static String get(Member node, String key) throws IOException {
        try (TestClient client = new TestClient(node.port())) {
            return client.call("GET", key).asString();
        }
    }

    private static void set(Member node, String key, String value) throws IOException {
        try (TestClient client = new TestClient(node.port())) {
            assertThat(client.call("SET", key, value).asString()).isEqualTo("OK");
        }
    }

    private static void assertOneMaster(EmbeddedCluster cluster) throws IOException {
        Member master = cluster.master();
        for (Member node : cluster.nodes()) {
            if (node == master) {
                assertThat(info(node)).contains("role:master");
            } else {
                assertThat(info(node)).contains("role:slave", "master_port:" + master.port(), "master_link_status:up");
            }
        }
    }

    @Test
    void whatIsWrittenToTheMasterIsReadFromEveryReplica() throws IOException {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().start()) {
            assertThat(cluster.nodes()).hasSize(3);
            assertThat(cluster.seeds()).hasSize(3).contains(cluster.master().address());
            assertThat(cluster.sentinelAddresses()).hasSize(3);
            set(cluster.master(), "k", "v");
            for (int i = 0; i < 2; i++) {
                Member replica = cluster.replica(i);
                await().atMost(PATIENCE).until(() -> "v".equals(get(replica, "k")));
            }
            assertOneMaster(cluster);
        }
    }

    @Test
    void anOrderedFailoverGivesANewMasterAndTurnsTheOldOneIntoItsReplica() throws IOException {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().start()) {
            Member old = cluster.master();
            set(old, "k", "v");
            for (int i = 0; i < 2; i++) {
                Member replica = cluster.replica(i);
                await().atMost(PATIENCE).until(() -> "v".equals(get(replica, "k")));
            }
            long ordered = System.nanoTime();
            cluster.failover();
            Member master = cluster.awaitMasterOtherThan(old, PATIENCE);
            System.out.printf("ordered failover: all Sentinels agree after %d ms%n", millisSince(ordered));
            cluster.awaitStable(PATIENCE);
            System.out.printf("ordered failover: whole again after %d ms%n", millisSince(ordered));
            assertThat(master.isMaster()).isTrue();
            assertThat(get(master, "k")).isEqualTo("v");
            assertOneMaster(cluster);
        }
    }

    @Test
    void aCoordinatedFailoverLosesNoAcknowledgedWrite() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().start();
                Talk writer = new Talk(cluster.master().port())) {
            Member old = cluster.master();
            assertThat(writer.call("INCR", "counter")).isEqualTo("1");
            cluster.coordinatedFailover();
            long acknowledged = 1;
            String reply = writer.call("INCR", "counter");
            while (reply.equals("" + (acknowledged + 1))) {
                acknowledged++;
                reply = writer.call("INCR", "counter");
            }
            assertThat(reply).as("the old master's last word to its writer").startsWith("-READONLY");
            Member master = cluster.awaitMasterOtherThan(old, PATIENCE);
            assertThat(Talk.ask(master.port(), "GET", "counter")).isEqualTo("" + acknowledged);
            cluster.awaitStable(PATIENCE);
        }
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    @Test
    void aKilledMasterIsReplacedAndReturnsAsReplica() throws IOException {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().start()) {
            set(cluster.master(), "k", "v");
            Member survivor = cluster.replica(0);
            await().atMost(PATIENCE).until(() -> "v".equals(get(survivor, "k")));
            Member old = cluster.killMaster();
            long killed = System.nanoTime();
            cluster.awaitMasterOtherThan(old, PATIENCE);
            System.out.printf("kill: all Sentinels agree on a new master after %d ms%n", millisSince(killed));
            old.restart();
            cluster.awaitStable(PATIENCE);
            assertOneMaster(cluster);
            await().atMost(PATIENCE).until(() -> "v".equals(get(old, "k")));
        }
    }

    /** {@code -Dfairlead.sentinel.kills=50} takes more of them. */
    @Test
    void eachKillGivesOneFailoverAtADownAfterOf200Milliseconds() throws IOException {
        int kills = Integer.getInteger("fairlead.sentinel.kills", 5);
        try (EmbeddedCluster cluster =
                EmbeddedCluster.builder().downAfter(ofMillis(200)).start()) {
            List<TestClient> listeners = new ArrayList<>();
            for (Member sentinel : cluster.sentinels()) {
                TestClient listener = new TestClient(sentinel.port());
                listener.call("SUBSCRIBE", "+promoted-slave");
                listeners.add(listener);
            }
            for (int i = 0; i < kills; i++) {
                Member old = cluster.killMaster();
                cluster.awaitMasterOtherThan(old, PATIENCE);
                old.restart();
                cluster.awaitStable(PATIENCE);
            }
            int promotions = 0;
            for (TestClient listener : listeners) {
                promotions += listener.waitingReplies();
                listener.close();
            }
            assertThat(promotions).isEqualTo(kills);
        }
    }

    @Test
    void aPausedMasterIsReplacedAndIsAReplicaWhenItGoesOn() throws IOException {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().start()) {
            Member old = cluster.master();
            old.pause();
            cluster.awaitMasterOtherThan(old, PATIENCE);
            old.resume();
            cluster.awaitStable(PATIENCE);
            assertOneMaster(cluster);
        }
    }

    @Test
    void aMasterCutOffWithAMinorityIsReplacedByTheMajority() throws IOException {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().start()) {
            Member old = cluster.master();
            Set<Member> minority = Set.of(old, cluster.sentinel(0));
            Set<Member> majority =
                    Set.of(cluster.replica(0), cluster.replica(1), cluster.sentinel(1), cluster.sentinel(2));
            cluster.partition(minority, majority);
            await().atMost(PATIENCE).until(() -> cluster.master() != old);
            cluster.heal();
            cluster.awaitStable(PATIENCE);
            assertThat(cluster.master()).isNotSameAs(old);
            assertOneMaster(cluster);
        }
    }

    @Test
    void aDelayedReplicaAppliesWritesThatMuchLater() throws IOException {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().sentinels(1).start()) {
            Member delayed = cluster.replica(0);
            Member prompt = cluster.replica(1);
            delayed.delayReplication(ofMillis(400));
            long written = System.nanoTime();
            set(cluster.master(), "k", "v");
            await().atMost(PATIENCE).until(() -> "v".equals(get(prompt, "k")));
            assertThat(get(delayed, "k")).isNull();
            await().pollInterval(ofMillis(5)).atMost(PATIENCE).until(() -> "v".equals(get(delayed, "k")));
            assertThat(millisSince(written)).isGreaterThanOrEqualTo(400);
        }
    }

    @Test
    void aRestartedSentinelRemembersTheMaster() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().start()) {
            Member old = cluster.master();
            cluster.failover();
            Member master = cluster.awaitMasterOtherThan(old, PATIENCE);
            cluster.sentinels().forEach(Member::restart);
            cluster.awaitStable(PATIENCE);
            assertThat(cluster.master()).isSameAs(master);
        }
    }

    @Test
    void aClusterWithAPasswordFailsOverToo() {
        try (EmbeddedCluster cluster =
                EmbeddedCluster.builder().password("top secret").start()) {
            Member old = cluster.master();
            cluster.failover();
            cluster.awaitMasterOtherThan(old, PATIENCE);
            cluster.awaitStable(PATIENCE);
        }
    }

    static boolean redisIsInstalled() {
        return RedisProcess.isInstalled();
    }

    @Test
    @EnabledIf(value = "redisIsInstalled", disabledReason = "needs redis-server")
    void realSentinelsFailABundledMasterOver(@TempDir Path dir) throws IOException {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().sentinels(0).start();
                RedisProcess one = RedisProcess.sentinel(dir, cluster.master().port(), 500);
                RedisProcess two = RedisProcess.sentinel(dir, cluster.master().port(), 500);
                RedisProcess three = RedisProcess.sentinel(dir, cluster.master().port(), 500)) {
            List<RedisProcess> sentinels = List.of(one, two, three);
            Member old = cluster.nodes().get(0);
            await().atMost(PATIENCE).untilAsserted(() -> {
                for (RedisProcess sentinel : sentinels) {
                    try (TestClient client = new TestClient(sentinel.port())) {
                        var master =
                                client.call("SENTINEL", "MASTER", "mymaster").asMap();
                        assertThat(master.get("num-slaves").asString()).isEqualTo("2");
                        assertThat(master.get("num-other-sentinels").asString()).isEqualTo("2");
                    }
                }
            });
            old.kill();
            await().atMost(PATIENCE).untilAsserted(() -> {
                Set<String> masters = new HashSet<>();
                for (RedisProcess sentinel : sentinels) {
                    try (TestClient client = new TestClient(sentinel.port())) {
                        masters.add(client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
                                .asStrings()
                                .get(1));
                    }
                }
                assertThat(masters).hasSize(1).doesNotContain("" + old.port());
            });
            long masters = 0;
            for (Member node : cluster.nodes().subList(1, 3)) {
                masters += info(node).contains("role:master") ? 1 : 0;
            }
            assertThat(masters).isEqualTo(1);
        }
    }

    @Test
    void aWrongDirectiveIsNamed() {
        assertThatThrownBy(() ->
                        EmbeddedCluster.builder().set("no-such-thing", "1").start())
                .hasMessageContaining("no-such-thing");
    }

    @Test
    void closingEndsEveryThread() {
        Set<String> before = threads();
        EmbeddedCluster.builder().start().close();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(thread -> thread.getName() + "#" + thread.getId())
                .filter(name -> !name.startsWith("globalEventExecutor") && !name.startsWith("awaitility"))
                .collect(Collectors.toSet());
    }

    /** Starts one cluster in a JVM that has just begun, and prints how many milliseconds that took. */
    static final class ColdStart {
        public static void main(String[] arguments) {
            long begun = System.nanoTime();
            try (EmbeddedCluster cluster = EmbeddedCluster.builder().start()) {
                System.out.println("cold=" + millisSince(begun) + " nodes="
                        + cluster.nodes().size());
            }
        }
    }

    private static String coldStart() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ColdStart.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return printed.lines()
                .filter(line -> line.startsWith("cold="))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no cluster in a new JVM: " + printed));
    }

    @Test
    void startsInUnderASecond() throws IOException {
        String cold = coldStart();
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 21; i++) { // the first one warms this JVM up
            long begun = System.nanoTime();
            try (EmbeddedCluster cluster = EmbeddedCluster.builder().start()) {
                millis.add(millisSince(begun));
                assertThat(cluster.nodes()).hasSize(3);
            }
        }
        millis.remove(0);
        millis.sort(null);
        long p95 = millis.get(18); // the 19th of 20
        System.out.printf(
                "3 servers and 3 Sentinels up, in ms: in a new JVM %s; warm median %d, 95th percentile %d, all %s%n",
                cold, millis.get(10), p95, millis);
        assertThat(p95).isLessThan(1_000);
    }
}
