package dev.fairlead.driver.internal.execute;

import static dev.fairlead.driver.CallOptions.DEFAULTS;
import static dev.fairlead.driver.CallOptions.within;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.internal.execute.FakeCluster.MASTER;
import static dev.fairlead.driver.internal.execute.FakeCluster.OTHER_REPLICA;
import static dev.fairlead.driver.internal.execute.FakeCluster.REPLICA;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.DeadlineExceededException;
import dev.fairlead.driver.SetOption;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.policy.Retry;
import dev.fairlead.topology.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is sent again, and how often. */
class RetriesTest extends CallsOnAFakeCluster {
    private static final Endpoint[] NODES = {MASTER, REPLICA, OTHER_REPLICA};
    private static final CallOptions LAST_WINS = DEFAULTS.retry(Retry.LAST_WINS);

    /** The master's link breaks under the write; the same master is there again, and somebody has looked. */
    private void cutAndComeBack() {
        cluster.cut(MASTER);
        cluster.connect(MASTER);
        cluster.master(MASTER, 'a', null, 100);
        executor.resolved();
    }

    // Writes of unknown outcome

    @Test
    void aWriteThatMayHaveBeenAppliedIsNotSentAgainUnlessItsCallerSaysSo() {
        CompletableFuture<Boolean> write = submit(set("k", "v"));
        cutAndComeBack();
        assertThat(failure(write)).isInstanceOf(WriteOutcomeUnknownException.class);
        assertThat(cluster.waiting(MASTER)).isZero();
    }

    @Test
    void aLastWinsWriteIsSentAgainWhereTheCallAllowsIt() {
        CompletableFuture<Boolean> write = submit(set("k", "v"), LAST_WINS);
        cutAndComeBack();
        assertThat(write).isNotDone();
        cluster.answer(MASTER, "+OK\r\n");
        assertThat(write).isCompletedWithValue(true);
        assertThat(acknowledgements.leave(0, false)).isEqualTo(1);
    }

    @Test
    void aPolicyMayAllowItForSomeKeys() {
        executor = executor("""
            version: 1
            rules:
              - name: profiles
                match: { keys: "profile:*" }
                retry: last-wins
            """, 100);
        CompletableFuture<Boolean> allowed = submit(set("profile:1", "v"));
        CompletableFuture<Boolean> other = submit(set("order:1", "v"));
        cutAndComeBack();
        assertThat(allowed).isNotDone();
        assertThat(failure(other)).isInstanceOf(WriteOutcomeUnknownException.class);
    }

    @Test
    void theArgumentsDecideHowHarmfulASecondRunIs() {
        CallOptions checked = DEFAULTS.retry(Retry.CHECKED_WRITES);
        CompletableFuture<?> plain = submit(set("k", "v"), checked);
        CompletableFuture<?> ifAbsent = submit(set("k", "v", SetOption.ifAbsent()), checked);
        CompletableFuture<?> counter = submit(incr("k"), LAST_WINS);
        CompletableFuture<?> bitsRead = submit(Command.of("BITFIELD", "k", "GET", "u8", "0"));
        cutAndComeBack();
        assertThat(failure(plain)).isInstanceOf(WriteOutcomeUnknownException.class);
        assertThat(failure(counter)).isInstanceOf(WriteOutcomeUnknownException.class);
        assertThat(ifAbsent).isNotDone();
        assertThat(bitsRead).as("a write by name that changes nothing").isNotDone();
        assertThat(cluster.waiting(MASTER)).isEqualTo(2);
    }

    @Test
    void whatWasSentBeforeIsNotForgottenWhenTheSecondSendingIsRefusedOrNeverHappens() {
        CompletableFuture<Boolean> refused = submit(set("k", "v"), LAST_WINS);
        CompletableFuture<Boolean> held = submit(set("l", "v"), LAST_WINS.deadline(ofMillis(300)));
        cutAndComeBack();
        cluster.answer(MASTER, "-OOM command not allowed\r\n");
        assertThat(failure(refused))
                .as("the first sending may have been applied")
                .isInstanceOf(WriteOutcomeUnknownException.class)
                .hasMessageContaining("OOM");
        hold();
        cluster.answer(MASTER, READONLY);
        pass(ofMillis(400));
        assertThat(failure(held))
                .isInstanceOf(WriteOutcomeUnknownException.class)
                .hasMessageContaining("2 attempts");
    }

    @Test
    void aLastWinsWriteLeavesADeposedMasterForTheNextOne() {
        CompletableFuture<Boolean> write = submit(set("k", "v"), LAST_WINS);
        failOver();
        pass(ofMillis(251));
        executor.resolved();
        assertThat(cluster.waiting(REPLICA)).isEqualTo(1);
        cluster.answer(MASTER, "+OK\r\n"); // The frozen one wakes up.
        assertThat(write).isNotDone();
        cluster.answer(REPLICA, "+OK\r\n");
        assertThat(write).isCompletedWithValue(true);
    }

    // The budget of reads

    /** Every node refuses every read at once; answers how many sendings that makes. */
    private int refuseAll() {
        int refused = 0;
        for (boolean any = true; any; ) {
            any = false;
            for (Endpoint each : NODES) {
                for (int i = cluster.waiting(each); i > 0; i--) {
                    cluster.answer(each, "-MASTERDOWN Link with MASTER is down\r\n");
                    refused++;
                    any = true;
                }
            }
        }
        return refused;
    }

    @Test
    void aStormAgainstADeadClusterIsBoundedByTheBudget() {
        int seconds = 4;
        int perTick = 5;
        List<CompletableFuture<String>> reads = new ArrayList<>();
        int sent = 0;
        executor = executor("version: 1", 10_000);
        for (int tick = 0; tick < seconds * 200; tick++) {
            for (int i = 0; i < perTick; i++) {
                reads.add(submit(get("k"), within(ofMillis(200))));
            }
            sent += refuseAll();
            pass(ofMillis(5));
            sent += refuseAll();
        }
        int calls = seconds * 200 * perTick;
        int budget = calls / RetryBudget.CALLS_PER_TOKEN + seconds * RetryBudget.TOKENS_PER_SECOND + 1000;
        assertThat(sent).as("of %s calls", calls).isBetween(calls + budget / 2, calls + budget);
        pass(ofMillis(200));
        assertThat(reads).allMatch(CompletableFuture::isDone);
        assertThat(failure(reads.get(calls - 1)))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("retry budget");
    }

    @Test
    void aReadThatWaitsForTheBudgetGoesToAnotherNodeThanTheOneThatFailedIt() {
        executor = executor("version: 1", 10_000);
        for (int i = 0; i < 1_000; i++) { // More than the burst.
            submit(get("k"), within(ofMillis(50)));
            refuseAll();
        }
        pass(ofMillis(60));
        refuseAll();
        for (int round = 0; round < 60; round++) { // By chance it would be another one every second time.
            CompletableFuture<String> read = submit(get("k"), within(ofSeconds(1)));
            Endpoint first = onlyReader();
            cluster.answer(first, "-MASTERDOWN Link with MASTER is down\r\n");
            for (int i = 0; i < 100 && cluster.waiting(REPLICA) + cluster.waiting(OTHER_REPLICA) == 0; i++) {
                pass(ofMillis(5));
            }
            Endpoint second = onlyReader();
            assertThat(second).isNotEqualTo(first);
            cluster.answer(second, "$1\r\nv\r\n");
            assertThat(read).isCompletedWithValue("v");
        }
    }

    @Test
    void readsStayOnAnOverdueLinkOnceTheBudgetIsSpent() {
        executor = executor("version: 1\ndefaults: { from: replica }", 10_000);
        for (int i = 0; i < 1_000; i++) {
            submit(get("k"), within(ofMillis(50)));
            refuseAll();
        }
        for (int i = 0; i < 100; i++) {
            submit(get("k"), within(ofMillis(40)));
        }
        int before = cluster.waiting(REPLICA);
        assertThat(before).isPositive();
        when(cluster.link(REPLICA).isOverdue(anyLong())).thenReturn(true);
        int other = cluster.waiting(OTHER_REPLICA);
        cluster.now += ofMillis(30).toNanos();
        executor.look(cluster.link(REPLICA), cluster.now, true);
        assertThat(cluster.waiting(OTHER_REPLICA) - other)
                .as("20 of the 100 calls, 3 of the 30 ms")
                .isLessThanOrEqualTo(23);
    }

    @Test
    void aReadThatWasNeverWrittenPaysNothing() {
        for (int i = 0; i < 1_500; i++) {
            CompletableFuture<String> read = submit(get("k"));
            Endpoint first = onlyReader();
            cluster.refuseUnwritten(first);
            cluster.answer(onlyReader(), "$1\r\nv\r\n");
            assertThat(read).as("read %s", i).isCompletedWithValue("v");
        }
    }

    // Replicas that say that they are too old

    @Test
    void aReplicaThatRefusesToAnswerFromOldDataIsGoneRoundWithoutHarmToItsHealth() {
        for (int i = 0; i < 2_000; i++) { // More than the budget for reads that failed allows.
            CompletableFuture<String> read = submit(get("k"));
            Endpoint first = onlyReader();
            cluster.answer(first, "-STALE the data may be older than replica-max-staleness-ms\r\n");
            assertThat(cluster.waiting(first)).isZero();
            cluster.answer(onlyReader(), "$1\r\nv\r\n");
            assertThat(read).as("read %d", i).isCompletedWithValue("v");
        }
        verify(health, never()).failed(any(), anyLong(), any());
    }
}
