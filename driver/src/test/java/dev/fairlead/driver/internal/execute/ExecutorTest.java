package dev.fairlead.driver.internal.execute;

import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.CallOptions.within;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.internal.execute.FakeCluster.MASTER;
import static dev.fairlead.driver.internal.execute.FakeCluster.OTHER_REPLICA;
import static dev.fairlead.driver.internal.execute.FakeCluster.REPLICA;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.fairlead.driver.ClientClosedException;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.DeadlineExceededException;
import dev.fairlead.driver.NoMasterException;
import dev.fairlead.driver.TooManyCallsException;
import dev.fairlead.driver.UnreadableReplyException;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.topology.Endpoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The steps of a call. */
class ExecutorTest extends CallsOnAFakeCluster {
    // Deadlines

    @Test
    void aHeldWriteEndsAtItsDeadlineAndIsNeverSent() {
        hold();
        CompletableFuture<?> write = submit(set("k", "v"), within(ofMillis(100)));
        pass(ofMillis(99));
        assertThat(write).isNotDone();
        pass(ofMillis(1));
        assertThat(failure(write)).isInstanceOf(NoMasterException.class).hasMessageContaining("selected");
        failOver();
        executor.changed();
        assertThat(cluster.waiting(MASTER) + cluster.waiting(REPLICA)).isZero();
    }

    @Test
    void aHeldWriteIsNotSentPastItsDeadlineThoughNobodyHasLookedSince() {
        hold();
        CompletableFuture<?> write = submit(set("k", "v"), within(ofMillis(100)));
        cluster.now += ofMillis(101).toNanos();
        failOver();
        executor.changed(); // Comes ahead of the next tick.
        assertThat(cluster.waiting(REPLICA)).isZero();
        assertThat(failure(write)).isInstanceOf(NoMasterException.class);
    }

    @Test
    void aWriteInFlightEndsAtItsDeadlineWithItsOutcomeUnknownAndItsLateReplyIsDropped() {
        CompletableFuture<Long> write = submit(incr("k"), within(ofMillis(100)));
        executor.look(cluster.link(MASTER), cluster.now + ofMillis(99).toNanos(), false);
        assertThat(write).isNotDone();
        executor.look(cluster.link(MASTER), cluster.now + ofMillis(100).toNanos(), false);
        assertThat(failure(write)).isInstanceOf(WriteOutcomeUnknownException.class);
        cluster.next(MASTER).onFailure(new LinkException(LinkException.Kind.OUTCOME_UNKNOWN, MASTER, "cut"));
        assertThat(cluster.suspicions).isEmpty();
    }

    @Test
    void deadlinesHoldWhenTheClockPassesItsEnd() {
        cluster.now = Long.MAX_VALUE - ofMillis(50).toNanos();
        sentinelNames(MASTER, 1);
        hold();
        CompletableFuture<?> write = submit(set("k", "v"), within(ofMillis(100)));
        pass(ofMillis(60));
        assertThat(cluster.now).isNegative();
        assertThat(write).isNotDone();
        pass(ofMillis(40));
        assertThat(failure(write)).isInstanceOf(NoMasterException.class);
    }

    // Holds

    @Test
    void writesLeaveInTheOrderInWhichTheyCameWhateverTheOrderInWhichTheyWereHeld() {
        submit(set("k", "1"));
        submit(set("k", "2"));
        cluster.answer(MASTER, READONLY);
        submit(set("k", "3"));
        cluster.answer(MASTER, READONLY); // The second is held after the third.
        assertThat(cluster.waiting(MASTER)).isZero();

        failOver();
        executor.resolved();

        for (String value : new String[] {"1", "2", "3"}) {
            assertThat(new String(cluster.next(REPLICA).argv()[2])).isEqualTo(value);
        }
    }

    /** Valkey's word for READONLY, to those who asked for it. */
    @Test
    void whatAFormerMasterRedirectsWasNotAppliedAndGoesToTheNextOne() {
        CompletableFuture<?> write = submit(set("k", "v"));
        cluster.answer(MASTER, "-REDIRECT 10.0.0.9:6379\r\n");
        assertThat(write).isNotDone();

        failOver();
        executor.resolved();

        assertThat(new String(cluster.next(REPLICA).argv()[2])).isEqualTo("v");
    }

    @Test
    void nothingOvertakesAWriteThatIsHeld() {
        hold();
        submit(set("k", "1"));
        failOver(); // Seen, and the held ones not told yet.
        submit(set("k", "2"));
        executor.changed();
        assertThat(new String(cluster.next(REPLICA).argv()[2])).isEqualTo("1");
        assertThat(new String(cluster.next(REPLICA).argv()[2])).isEqualTo("2");
    }

    @Test
    void closingFailsWhatIsHeld() {
        hold();
        CompletableFuture<?> write = submit(set("k", "v"));
        executor.close();
        assertThat(failure(write)).isInstanceOf(ClientClosedException.class);
        assertThat(failure(submit(set("k", "v")))).isInstanceOf(ClientClosedException.class);
    }

    // Retries

    @Test
    void aReadGoesToTheNextNodeAndAWriteIsNotSentAgainWhenTheLinkIsLost() {
        submit(get("k"));
        Endpoint first = onlyReader();
        cluster.cut(first);
        assertThat(onlyReader()).isNotEqualTo(first);

        CompletableFuture<Long> write = submit(incr("k"));
        cluster.cut(MASTER);
        assertThat(failure(write)).isInstanceOf(WriteOutcomeUnknownException.class);
    }

    @Test
    void aWriteThatItsClosingLinkNeverWroteWaitsForTheNextOne() {
        CompletableFuture<Long> write = submit(incr("k"));
        cluster.refuseUnwritten(MASTER); // The topology does not know of the close yet.
        assertThat(write).isNotDone();
        assertThat(cluster.waiting(MASTER)).as("nobody has looked again yet").isZero();
        executor.resolved();
        cluster.answer(MASTER, ":1\r\n");
        assertThat(write).isCompletedWithValue(1L);
    }

    @Test
    void aFullLinkRefusesWritesAndSendsReadsElsewhere() {
        cluster.room = 1;
        submit(incr("k"));
        assertThat(failure(submit(incr("k"))))
                .isInstanceOf(TooManyCallsException.class)
                .hasMessageContaining("maxInFlight");
        submit(get("other"));
        submit(get("other"));
        assertThat(cluster.waiting(REPLICA)).isEqualTo(1);
        assertThat(cluster.waiting(OTHER_REPLICA)).isEqualTo(1);
        verify(health, atLeastOnce()).acquire(any());
    }

    @Test
    void aReadBehindItsWriteIsRefusedByAFullMasterLikeTheWrite() {
        cluster.room = 1;
        submit(incr("k"));
        assertThat(failure(submit(get("k"), READ_YOUR_WRITES))).isInstanceOf(TooManyCallsException.class);
    }

    @Test
    void aRefusedReadGivesItsBreakersPermissionBack() {
        submit(get("k"));
        Endpoint node = onlyReader();
        verify(health, never()).release(any());
        cluster.refuseUnwritten(node);
        verify(health).release(node);
    }

    @Test
    void aRequestThatCannotBeSentIsTheCallersMistake() {
        CompletableFuture<Long> write = submit(incr("k"));
        cluster.next(MASTER).onFailure(new LinkException(LinkException.Kind.UNSENDABLE, MASTER, "a request of 3 GB"));
        assertThat(failure(write))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("INCR")
                .hasMessageContaining("3 GB");
    }

    @Test
    void aFaultInOneHeldReadFailsItAloneAndTheOthersGoOn() {
        executor = executor("version: 1\ndefaults: { from: replica, whenNoneIsFresh: { wait: 500ms } }", 100);
        cluster.cut(REPLICA);
        cluster.cut(OTHER_REPLICA);
        CompletableFuture<String> first = submit(get("k"));
        CompletableFuture<String> second = submit(get("k"));
        assertThat(first).isNotDone();
        cluster.connect(REPLICA);
        cluster.replica(REPLICA, MASTER, 'a', 100);

        cluster.afterLook = () -> {
            throw new AssertionError("a fault of ours");
        };
        executor.changed();

        assertThat(failure(first)).hasMessage("a fault of ours");
        cluster.answer(REPLICA, "$1\r\nv\r\n");
        assertThat(second).isCompletedWithValue("v");
    }

    @Test
    void aReadIsQualifiedAnewWhenItIsSentAgain() {
        submit(get("k"), maxLag(ofMillis(100)));
        Endpoint first = onlyReader();
        Endpoint second = first.equals(REPLICA) ? OTHER_REPLICA : REPLICA;
        cluster.now += ofMillis(200).toNanos();
        cluster.master(MASTER, 'a', null, 200); // The master is fresh, the replicas were last seen 200 ms ago.
        cluster.cut(first);
        assertThat(cluster.waiting(second)).isZero();
        assertThat(cluster.waiting(MASTER)).isEqualTo(1);
    }

    @Test
    void aReadLeavesAnOverdueLinkOnlyForANodeThatMayServeItNow() {
        submit(get("k"), maxLag(ofMillis(100)));
        Endpoint first = onlyReader();
        Endpoint second = first.equals(REPLICA) ? OTHER_REPLICA : REPLICA;
        when(cluster.link(first).isOverdue(anyLong())).thenReturn(true);
        executor.look(cluster.link(first), cluster.now, false);
        assertThat(cluster.waiting(second))
                .as("this JVM paused, the node may not have")
                .isZero();

        cluster.now += ofMillis(200).toNanos();
        cluster.master(MASTER, 'a', null, 200);
        executor.look(cluster.link(first), cluster.now, true);

        assertThat(cluster.waiting(second)).as("too old by now").isZero();
        assertThat(cluster.waiting(MASTER)).isEqualTo(1);
        verify(health).release(first);
    }

    @Test
    void aReadThatEveryNodeRefusesRestsBetweenItsRoundsAndEndsAtItsDeadline() {
        CompletableFuture<String> read = submit(get("k"), within(Duration.ofSeconds(2)));
        int asked = 0;
        long deadline = cluster.now + Duration.ofSeconds(2).toNanos();
        while (cluster.now < deadline) {
            assertThat(read).as("%s attempts", asked).isNotDone();
            for (Endpoint each : new Endpoint[] {REPLICA, OTHER_REPLICA, MASTER, REPLICA, OTHER_REPLICA}) {
                if (cluster.waiting(each) > 0) {
                    asked++;
                    cluster.answer(each, "-MASTERDOWN Link with MASTER is down\r\n");
                }
            }
            pass(ofMillis(5));
        }
        assertThat(failure(read)).isInstanceOf(DeadlineExceededException.class).hasMessageContaining("2000 ms");
        assertThat(asked).isBetween(60, 200);
    }

    @Test
    void aScriptThatAReplicaLacksIsAskedForAtTheMasterOnly() {
        submit(Command.of("EVALSHA", "a".repeat(40), 0).readOnly());
        Endpoint first = onlyReader();
        cluster.answer(first, "-NOSCRIPT No matching script.\r\n");
        assertThat(cluster.waiting(REPLICA) + cluster.waiting(OTHER_REPLICA)).isZero();
        assertThat(cluster.waiting(MASTER)).isEqualTo(1);
    }

    // The order of a session's writes and the reads behind them

    @Test
    void aReadBehindAWriteThatIsRefusedIsAskedAgainBehindIt() {
        submit(set("k", "v"));
        CompletableFuture<String> read = submit(get("k"), READ_YOUR_WRITES);
        cluster.answer(MASTER, READONLY);
        cluster.answer(MASTER, "$-1\r\n");
        assertThat(read).isNotDone();
        failOver();
        executor.resolved();
        cluster.answer(REPLICA, "+OK\r\n");
        cluster.answer(REPLICA, "$1\r\nv\r\n");
        assertThat(read).isCompletedWithValue("v");
    }

    @Test
    void anErrorDoesNotCountEitherWhenTheWriteAheadWasRefused() {
        submit(set("k", "v"));
        CompletableFuture<String> read = submit(get("k"), READ_YOUR_WRITES);
        cluster.answer(MASTER, READONLY);
        cluster.answer(MASTER, "-WRONGTYPE what was there before the write\r\n");
        assertThat(read).isNotDone();
    }

    @Test
    void aReadSentInTheInstantInWhichItsWriteIsRefusedIsAskedAgain() {
        submit(set("k", "v"));
        cluster.atTheGate = () -> cluster.answer(MASTER, READONLY);
        CompletableFuture<String> read = submit(get("k"), READ_YOUR_WRITES);
        assertThat(cluster.waiting(MASTER))
                .as("sent without the write ahead of it")
                .isEqualTo(1);
        cluster.answer(MASTER, "$-1\r\n");
        assertThat(read).isNotDone();
    }

    @Test
    void aReadDoesNotGoToTheNewMasterAheadOfItsWriteThatTheOldOneIsStillToRefuse() {
        submit(set("k", "v"));
        cluster.now += ofMillis(10).toNanos();
        failOver();
        CompletableFuture<String> read = submit(get("k"), READ_YOUR_WRITES);
        assertThat(cluster.waiting(REPLICA)).as("ahead of the write").isZero();

        cluster.answer(MASTER, READONLY);
        executor.resolved();
        pass(ofMillis(5));
        assertThat(cluster.waiting(REPLICA)).as("the write alone").isEqualTo(1);
        cluster.answer(REPLICA, "+OK\r\n");
        pass(ofMillis(5));
        cluster.answer(REPLICA, "$1\r\nv\r\n");
        assertThat(read).isCompletedWithValue("v");
    }

    // Acknowledgements

    @Test
    void anAcknowledgementFromAFencedHistoryIsNone() {
        CompletableFuture<Long> write = submit(incr("k"));
        failOver();
        cluster.answer(MASTER, ":1\r\n");
        assertThat(failure(write)).isInstanceOf(WriteOutcomeUnknownException.class);
        assertThat(acknowledgements.leave(0, false)).isZero();
    }

    @Test
    void anUnreadableAcknowledgementFromAFencedHistoryIsNoneEither() {
        CompletableFuture<Long> write = submit(incr("k"));
        failOver();
        cluster.next(MASTER)
                .onFailure(new LinkException(LinkException.Kind.UNREADABLE_REPLY, MASTER, "larger than the limit"));
        assertThat(failure(write)).isInstanceOf(WriteOutcomeUnknownException.class);
        assertThat(acknowledgements.leave(0, false)).isZero();
    }

    @Test
    void anUnreadableReplyToAWriteCountsAsItsAcknowledgement() {
        CompletableFuture<Long> write = submit(incr("k"));
        cluster.answer(MASTER, "*0\r\n");
        assertThat(failure(write)).isInstanceOf(UnreadableReplyException.class);
        assertThat(acknowledgements.leave(0, false)).as("noted, once").isEqualTo(1);
    }

    @Test
    void anAcknowledgementInTheInstantOfTheFailoverIsCountedOrNotBelieved() {
        CompletableFuture<Long> write = submit(incr("k"));
        cluster.afterLook = this::failOver;
        cluster.answer(MASTER, ":1\r\n");
        assertThat(failure(write)).isInstanceOf(WriteOutcomeUnknownException.class);
    }

    /** The nodes were probed at offset 100, and nobody asks them again. */
    @Test
    void aWriteWhosePlaceIsNamedIsReadFromTheReplicaThatReportsThatOffset() {
        submit(set("k", "v"));
        cluster.now += ofMillis(1).toNanos();
        cluster.answer(
                MASTER, "|1\r\n$15\r\nfairlead-offset\r\n*2\r\n$40\r\n" + "a".repeat(40) + "\r\n:150\r\n+OK\r\n");
        int probes = cluster.probesAskedFor;

        submit(get("k"), READ_YOUR_WRITES);
        assertThat(cluster.next(MASTER)).as("the replicas have 100 so far").isNotNull();

        cluster.push(OTHER_REPLICA, 'a', 150);
        submit(get("k"), READ_YOUR_WRITES);
        assertThat(cluster.waiting(OTHER_REPLICA)).isEqualTo(1);
        assertThat(cluster.waiting(MASTER) + cluster.waiting(REPLICA)).isZero();
        assertThat(cluster.probesAskedFor)
                .as("probes that begin with the master")
                .isEqualTo(probes);
    }
}
