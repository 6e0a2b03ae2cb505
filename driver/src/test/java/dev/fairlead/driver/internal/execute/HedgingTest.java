package dev.fairlead.driver.internal.execute;

import static dev.fairlead.driver.CallOptions.DEFAULTS;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.policy;
import static dev.fairlead.driver.CallOptions.within;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.internal.execute.FakeCluster.MASTER;
import static dev.fairlead.driver.internal.execute.FakeCluster.OTHER_REPLICA;
import static dev.fairlead.driver.internal.execute.FakeCluster.REPLICA;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.DeadlineExceededException;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.policy.Hedge;
import dev.fairlead.topology.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reads that are asked of a second node, and how many reads the master is given when there are no replicas to take them. */
class HedgingTest extends CallsOnAFakeCluster {
    private static final CallOptions HEDGED = DEFAULTS.hedge(Hedge.after(ofMillis(10)));
    private static final String OLD = "$3\r\nold\r\n";
    private static final String VALUE = "$1\r\nv\r\n";

    private Endpoint first;
    private Endpoint second;

    /** A read that waits for both replicas. */
    private CompletableFuture<String> hedged() {
        CompletableFuture<String> read = submit(get("k"), HEDGED);
        first = onlyReader();
        second = first.equals(REPLICA) ? OTHER_REPLICA : REPLICA;
        pass(ofMillis(9));
        assertThat(cluster.waiting(second)).as("too early").isZero();
        pass(ofMillis(1));
        assertThat(cluster.waiting(second)).isEqualTo(1);
        assertThat(cluster.waiting(MASTER)).isZero();
        return read;
    }

    private void fail(Endpoint node) {
        cluster.next(node).onFailure(new LinkException(LinkException.Kind.OUTCOME_UNKNOWN, node, "cut"));
    }

    @Test
    void theSecondNodesAnswerCountsWhenItComesFirstAndTheLateOneIsDropped() {
        CompletableFuture<String> read = hedged();
        cluster.answer(second, VALUE);
        assertThat(read).isCompletedWithValue("v");
        cluster.answer(first, OLD);
        assertThat(read).isCompletedWithValue("v");
    }

    @Test
    void theFirstNodesAnswerCountsWhenItComesAfterAll() {
        CompletableFuture<String> read = hedged();
        cluster.answer(first, VALUE);
        assertThat(read).isCompletedWithValue("v");
        cluster.answer(second, OLD);
        assertThat(read).isCompletedWithValue("v");
    }

    @Test
    void whicheverFailsTheOtherOneStillAnswers() {
        CompletableFuture<String> read = hedged();
        fail(first);
        assertThat(cluster.waiting(MASTER)).as("the second one is still asked").isZero();
        cluster.answer(second, VALUE);
        assertThat(read).isCompletedWithValue("v");

        read = hedged();
        fail(second);
        assertThat(read).isNotDone();
        cluster.answer(first, VALUE);
        assertThat(read).isCompletedWithValue("v");
    }

    @Test
    void whenBothFailTheReadGoesOnOnceToAThirdNode() {
        CompletableFuture<String> read = hedged();
        fail(second);
        fail(first);
        assertThat(cluster.waiting(MASTER)).isEqualTo(1);
        cluster.answer(MASTER, VALUE);
        assertThat(read).isCompletedWithValue("v");

        read = hedged();
        fail(first);
        fail(second);
        assertThat(cluster.waiting(MASTER)).isEqualTo(1);
        cluster.answer(MASTER, VALUE);
        assertThat(read).isCompletedWithValue("v");
    }

    @Test
    void aHedgedReadEndsAtItsDeadlineWhenNeitherNodeAnswers() {
        CompletableFuture<String> read = submit(get("k"), HEDGED.deadline(ofMillis(100)));
        pass(ofMillis(10));
        pass(ofMillis(89));
        assertThat(read).isNotDone();
        pass(ofMillis(1));
        assertThat(failure(read)).isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void onlyWhoAsksForItIsHedged() {
        submit(get("k"), within(ofSeconds(1)));
        pass(ofMillis(500));
        assertThat(onlyReader()).isNotNull();
        assertThat(cluster.waiting(MASTER)).isZero();
    }

    @Test
    void aHedgeGoesOnlyWhereTheReadMayGo() {
        executor = executor("version: 1\npolicies: { near: { from: replica, maxLag: 50ms, hedge: 10ms } }", 100);
        submit(get("k"), policy("near"));
        first = onlyReader();
        cluster.now += ofMillis(100).toNanos();
        cluster.master(MASTER, 'a', null, 200);
        cluster.replica(first, MASTER, 'a', 200);
        pass(ofMillis(1));
        assertThat(onlyReader())
                .as("the other replica is too old, the master is not asked")
                .isEqualTo(first);

        submit(set("k", "v"));
        submit(get("k"), READ_YOUR_WRITES.hedge(Hedge.after(ofMillis(10))));
        pass(ofMillis(50));
        assertThat(cluster.waiting(MASTER)).as("behind its write").isEqualTo(2);
        assertThat(onlyReader()).isEqualTo(first);
    }

    @Test
    void p95WaitsForWhatNineteenOfTwentyReadsTake() {
        CallOptions p95 = DEFAULTS.hedge(Hedge.P95);
        for (int i = 0; i < 128; i++) {
            CompletableFuture<String> read = submit(get("k"), p95);
            cluster.now += ofMillis(i % 32 == 0 ? 80 : 4).toNanos();
            cluster.answer(onlyReader(), VALUE);
            assertThat(read).isCompleted();
        }
        submit(get("k"), p95);
        pass(ofMillis(3));
        assertThat(onlyReader()).isNotNull();
        pass(ofMillis(2));
        assertThat(cluster.waiting(REPLICA) + cluster.waiting(OTHER_REPLICA)).isEqualTo(2);
    }

    @Test
    void hedgesArePaidForFromTheBudget() {
        List<CompletableFuture<String>> reads = new ArrayList<>();
        for (int i = 0; i < 900; i++) {
            reads.add(submit(get("k"), HEDGED.deadline(ofSeconds(60))));
        }
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 900; j++) {
                reads.add(submit(get("k"), HEDGED.deadline(ofSeconds(60))));
            }
            pass(ofMillis(10));
        }
        int sent = cluster.waiting(REPLICA) + cluster.waiting(OTHER_REPLICA) + cluster.waiting(MASTER);
        assertThat(sent - reads.size()).isBetween(1_000, 1_000 + reads.size() / 5 + 4);
    }

    @Test
    void nothingIsHedgedRightAfterAPauseOfThisJvm() {
        submit(get("k"), HEDGED);
        first = onlyReader();
        cluster.now += ofMillis(300).toNanos();
        executor.look(cluster.link(first), cluster.now, false);
        assertThat(onlyReader()).isEqualTo(first);
    }

    // The master's share

    private void losesItsReplicas() {
        cluster.cut(REPLICA);
        cluster.cut(OTHER_REPLICA);
    }

    @Test
    void readsThatNoReplicaCanTakeLeaveTheMasterRoomForWrites() {
        executor = executor("version: 1", 10_000);
        losesItsReplicas();
        List<CompletableFuture<String>> reads = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            reads.add(submit(get("k")));
        }
        assertThat(cluster.waiting(MASTER)).as("a quarter of 1,000").isEqualTo(250);
        CompletableFuture<Boolean> write = submit(set("k", "v"));
        assertThat(cluster.waiting(MASTER)).isEqualTo(251);
        for (int i = 0; i < 250; i++) {
            cluster.answer(MASTER, VALUE);
        }
        cluster.answer(MASTER, "+OK\r\n");
        assertThat(write).isCompletedWithValue(true);
        for (int round = 0; round < 7; round++) {
            pass(ofMillis(5));
            for (int i = cluster.waiting(MASTER); i > 0; i--) {
                cluster.answer(MASTER, VALUE);
            }
        }
        assertThat(reads).allMatch(CompletableFuture::isDone);
    }

    @Test
    void readsThatAreMeantForTheMasterHaveAllOfIt() {
        executor = executor("version: 1\npolicies: { exact: { from: master }, both: { from: any } }", 100);
        losesItsReplicas();
        for (int i = 0; i < 300; i++) {
            submit(get("k"), policy("exact"));
            submit(get("k"), policy("both"));
            submit(get("k"), CallOptions.MASTER);
        }
        assertThat(cluster.waiting(MASTER)).isEqualTo(900);
    }

    @Test
    void aReadThatWaitsForTheMasterEndsAtItsDeadlineAndGoesToAReplicaThatIsBack() {
        losesItsReplicas();
        for (int i = 0; i < 250; i++) {
            submit(get("k"), within(ofSeconds(60)));
        }
        CompletableFuture<String> brief = submit(get("k"), within(ofMillis(20)));
        CompletableFuture<String> patient = submit(get("k"), within(Duration.ofSeconds(1)));
        pass(ofMillis(20));
        assertThat(brief).isCompletedExceptionally();
        cluster.connect(REPLICA);
        cluster.replica(REPLICA, MASTER, 'a', 100);
        executor.changed();
        cluster.answer(REPLICA, VALUE);
        assertThat(patient).isCompletedWithValue("v");
    }
}
