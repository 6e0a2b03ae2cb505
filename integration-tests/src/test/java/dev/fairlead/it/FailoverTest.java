package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.within;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.it.harness.ClusterKind;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.TestNode;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Timeout;

/** What an application sees of a failover: a pause, and the truth about each of its writes. */
@Timeout(120)
class FailoverTest {
    @ClusterTest(sentinels = 3)
    void aPlannedFailoverIsFollowedAndNoWriteIsLostOrDoubled(ClusterUnderTest cluster) {
        TestNode old = cluster.master();
        try (RoutingClient client = Clients.bySentinels(cluster, builder -> builder);
                WriteLoad load = new WriteLoad(client)) {
            awaitMore(client, load);
            cluster.failover();
            awaitMore(client, load);
            TestNode master = cluster.master();
            assertThat(master).isNotEqualTo(old);
            judge(load.finish(master));
        }
    }

    @ClusterTest(sentinels = 3)
    void aKilledMasterIsReplacedAndReadsNeverStop(ClusterUnderTest cluster) {
        TestNode old = cluster.master();
        try (RoutingClient client = Clients.bySentinels(cluster, builder -> builder);
                WriteLoad load = new WriteLoad(client)) {
            awaitMore(client, load);
            old.kill();
            cluster.awaitMasterOtherThan(old);
            awaitMore(client, load);
            old.restart();
            // Sentinels at this down-after may fail a healthy new master over once more: only now is it known who it
            // is.
            cluster.awaitSettled();
            awaitMore(client, load);
            TestNode master = cluster.master();
            judge(load.finish(master));

            cluster.awaitReplication();
            Clients.awaitReplicas(client, 2);
            // The old master among them, unless the Sentinels made it the master again.
            for (TestNode replica : cluster.replicas()) {
                long before = cluster.calls(replica, "get");
                await("reads on " + replica).atMost(ofSeconds(20)).until(() -> {
                    client.execute(get("anything"));
                    return cluster.calls(replica, "get") > before;
                });
            }
            // Real Sentinels may fail over once more at any time: whoever is the master then must get the client's
            // writes.
            await("writes at the master of the moment")
                    .atMost(ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> {
                        client.execute(set("after", "all"));
                        try (RedisClient witness = cluster.master().connect()) {
                            return "all".equals(witness.text("GET", "after"));
                        }
                    });
        }
    }

    @ClusterTest(sentinels = 3)
    void aWriteAtAFrozenMasterEndsAsUnknownOnceAnotherTakesOver(ClusterUnderTest cluster) {
        TestNode old = cluster.master();
        try (RoutingClient client = Clients.bySentinels(cluster, builder -> builder)) {
            old.pause();
            try {
                CompletableFuture<Long> write = client.executeAsync(incr("counter"), within(ofSeconds(60)));
                cluster.awaitMasterOtherThan(old);
                assertThat(write)
                        .failsWithin(ofSeconds(10))
                        .withThrowableThat()
                        .withCauseInstanceOf(WriteOutcomeUnknownException.class);
                assertThat(client.execute(incr("other"))).isEqualTo(1);
            } finally {
                old.resume();
            }
        }
    }

    /**
     * The master is cut off from everybody but the application, which goes on writing to it until the others have made another one. What
     * it acknowledged meanwhile is lost, and is told; from the change on nothing more is written to it.
     */
    @ClusterTest(sentinels = 3, on = ClusterKind.BUNDLED) // The one network that tests can cut.
    void aMasterThatIsCutOffIsLeftAndWhatItAcknowledgedIsAccountedFor(ClusterUnderTest cluster) {
        TestNode old = cluster.master();
        try (RoutingClient client = Clients.bySentinels(cluster, builder -> builder);
                WriteLoad load = new WriteLoad(client)) {
            awaitMore(client, load);
            cluster.partition(Set.of(old, cluster.sentinels().get(0)));
            await("another master").atMost(ofSeconds(30)).until(() -> {
                Node now = client.topology().shard().master();
                return now != null && !now.endpoint().equals(endpoint(old));
            });
            awaitMore(client, load); // One write may have been on its way to the old master.
            long before = cluster.calls(old, "rpush");
            awaitMore(client, load);
            assertThat(cluster.calls(old, "rpush"))
                    .as("writes at the old master after the change")
                    .isEqualTo(before);
            cluster.heal();
            cluster.awaitSettled();
            awaitMore(client, load);
            judgeWrites(load.finish(cluster.master()));
        }
    }

    /** A power cut: every node is gone at once, and all come back without data. The application keeps its client. */
    @ClusterTest(sentinels = 3)
    void allNodesDownAndBackIsAnOutageAndNotTheEnd(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.bySentinels(cluster, builder -> builder);
                WriteLoad load = new WriteLoad(client)) {
            awaitMore(client, load);
            cluster.nodes().forEach(TestNode::kill);
            assertThatThrownBy(() -> client.execute(get("k"), within(ofMillis(300))))
                    .isInstanceOf(RoutingException.class);
            cluster.nodes().forEach(TestNode::restart);
            cluster.awaitSettled();
            awaitMore(client, load);
            WriteLoad.Account account = load.finish(cluster.master());
            assertThat(account.reportedLost())
                    .as("the report that acknowledged writes are gone: %s", account)
                    .isPositive();
            judgeWrites(account);
            Clients.awaitReplicas(client, 2);
        }
    }

    private static Endpoint endpoint(TestNode node) {
        return new Endpoint(node.host(), node.port());
    }

    /** Without Sentinels an operator promotes by hand; the nodes' own words are all there is to go by. */
    @ClusterTest
    void aPromotionByHandIsFollowedOnceTheOldMasterIsAReplica(ClusterUnderTest cluster) {
        TestNode old = cluster.master();
        TestNode next = cluster.replicas().get(0);
        try (RoutingClient client = Clients.of(cluster)) {
            client.execute(set("before", "1"));
            cluster.awaitReplication();
            call(next, "REPLICAOF", "NO", "ONE");
            for (TestNode node : cluster.nodes()) {
                if (node != next) {
                    call(node, "REPLICAOF", next.host(), Integer.toString(next.port()));
                }
            }
            cluster.awaitSettled();
            await("a write to reach " + next)
                    .atMost(ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> {
                        client.execute(set("after", "2"));
                        return true;
                    });
            assertThat(cluster.calls(next, "set")).isPositive();
            assertThat(client.execute(get("before"))).isEqualTo("1");
        }
        assertThat(cluster.master()).isNotEqualTo(old);
    }

    private static void judge(WriteLoad.Account account) {
        judgeWrites(account);
        assertThat(account.refused()).as("writes given up: %s", account).isEmpty();
        assertThat(account.failedReads()).as("reads that failed: %s", account).isEmpty();
    }

    private static void judgeWrites(WriteLoad.Account account) {
        assertThat(account.twice()).as("writes applied twice: %s", account).isZero();
        assertThat(account.foreign())
                .as("writes applied though refused: %s", account)
                .isZero();
        assertThat(account.missing())
                .as("acknowledged writes gone without a report: %s", account)
                .isLessThanOrEqualTo(account.reportedLost());
        System.out.printf(
                "%d acknowledged, %d of unknown outcome, %d missing (%d reported), longest pause %d ms%n",
                account.acknowledged(),
                account.unknown(),
                account.missing(),
                account.reportedLost(),
                account.longestPause().toMillis());
    }

    private static void awaitMore(RoutingClient client, WriteLoad load) {
        long writes = load.written() + 200;
        long reads = load.reads() + 200;
        try {
            await().atMost(ofSeconds(30)).until(() -> load.written() > writes && load.reads() > reads);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "the load does not go on; " + load + "\n" + client.topology() + "\n"
                            + client.explain(set("k", "v")),
                    e);
        }
    }

    private static void call(TestNode node, String... argv) {
        try (RedisClient client = node.connect()) {
            client.call(argv);
        }
    }
}
