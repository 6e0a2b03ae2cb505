package dev.fairlead.driver.internal.execute;

import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.within;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.internal.execute.FakeCluster.MASTER;
import static dev.fairlead.driver.internal.execute.FakeCluster.OTHER_REPLICA;
import static dev.fairlead.driver.internal.execute.FakeCluster.REPLICA;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.driver.TooManyCallsException;
import dev.fairlead.driver.WriteNotDurableException;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.route.Router;
import dev.fairlead.topology.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Writes that are done only when replicas have them. */
class DurableWritesTest extends CallsOnAFakeCluster {
    private CompletableFuture<Long> acknowledged(int replicas) {
        CompletableFuture<Long> write = submit(incr("k").durable(replicas, ofMillis(50)));
        cluster.now += ofMillis(1).toNanos();
        cluster.answer(MASTER, ":1\r\n");
        assertThat(write).as("the master's word is not enough").isNotDone();
        return write;
    }

    /** The master is asked for its offset, and these replicas say that they have it. */
    private void probe(long offset, Endpoint... level) {
        cluster.now += ofMillis(1).toNanos();
        cluster.master(MASTER, 'a', null, offset);
        for (Endpoint each : level) {
            cluster.replica(each, MASTER, 'a', offset);
        }
        executor.changed();
    }

    @Test
    void aDurableWriteIsDoneWhenSoManyReplicasHaveIt() {
        int before = cluster.probesAskedFor;
        CompletableFuture<Long> write = acknowledged(2);
        assertThat(cluster.probesAskedFor)
                .as("nobody waits for the next regular probe")
                .isGreaterThan(before);
        probe(200, REPLICA);
        assertThat(write).as("one of two").isNotDone();
        probe(200, REPLICA, OTHER_REPLICA);
        assertThat(write).isCompletedWithValue(1L);
    }

    @Test
    void whatWasKnownBeforeTheAcknowledgementProvesNothing() {
        CompletableFuture<Long> write = submit(incr("k").durable(1, ofMillis(50)));
        cluster.now += ofMillis(1).toNanos();
        cluster.master(MASTER, 'a', null, 200); // Asked before the acknowledgement, possibly before the write.
        cluster.now += ofMillis(1).toNanos();
        cluster.answer(MASTER, ":1\r\n");
        cluster.replica(REPLICA, MASTER, 'a', 200);
        executor.changed();
        assertThat(write).isNotDone();
        probe(200, REPLICA);
        assertThat(write).isCompletedWithValue(1L);
    }

    @Test
    void whenTheTimeIsOverItSaysHowManyReplicasHaveItAndThatItWasApplied() {
        CompletableFuture<Long> write = acknowledged(2);
        probe(200, REPLICA);
        pass(ofMillis(48));
        assertThat(write).isNotDone();
        pass(ofMillis(2));
        assertThat(failure(write))
                .isInstanceOfSatisfying(WriteNotDurableException.class, told -> {
                    assertThat(told.replicas()).isEqualTo(1);
                    assertThat(told.node()).isEqualTo(MASTER);
                    assertThat(told.retryable()).isFalse();
                    assertThat(told.knownNotApplied()).isFalse();
                })
                .hasMessageContaining("1 of 2");
        assertThat(acknowledgements.leave(0, false))
                .as("acknowledged all the same")
                .isEqualTo(1);
    }

    @Test
    void anotherMasterEndsTheWaitAtOnce() {
        CompletableFuture<Long> write = acknowledged(1);
        failOver();
        executor.changed();
        assertThat(failure(write))
                .isInstanceOf(WriteNotDurableException.class)
                .hasMessageContaining("0 of 1")
                .hasMessageContaining("another master");
    }

    @Test
    void aLinkThatBreaksUnderTheWriteLeavesItsOutcomeUnknown() {
        CompletableFuture<Long> write = submit(incr("k").durable(1, ofMillis(50)));
        cluster.next(MASTER).onFailure(new LinkException(LinkException.Kind.OUTCOME_UNKNOWN, MASTER, "cut"));
        assertThat(failure(write)).isInstanceOf(WriteOutcomeUnknownException.class);
    }

    @Test
    void nobodyElseWaitsForTheReplicas() {
        CompletableFuture<Long> durable = acknowledged(2);
        CompletableFuture<Long> plain = submit(incr("k"));
        CompletableFuture<Long> modest = submit(incr("k").durable(1, ofMillis(50)));
        cluster.answer(MASTER, ":2\r\n");
        assertThat(plain).isCompletedWithValue(2L);
        cluster.answer(MASTER, ":3\r\n");
        probe(200, REPLICA);
        assertThat(modest).isCompletedWithValue(3L);
        assertThat(durable).isNotDone();
    }

    @Test
    void aReadOfTheSameSessionSeesItWithoutWaiting() {
        acknowledged(2);
        CompletableFuture<String> read = submit(get("k"), READ_YOUR_WRITES);
        cluster.answer(MASTER, "$1\r\n1\r\n");
        assertThat(read).isCompletedWithValue("1");
    }

    @Test
    void closingEndsTheWait() {
        CompletableFuture<Long> waiting = acknowledged(1);
        CompletableFuture<Long> inFlight = submit(incr("k").durable(1, ofMillis(50)));
        executor.close();
        assertThat(failure(waiting))
                .isInstanceOf(WriteNotDurableException.class)
                .hasMessageContaining("closed");
        cluster.answer(MASTER, ":2\r\n");
        assertThat(failure(inFlight))
                .isInstanceOf(WriteNotDurableException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void whatWaitsIsBounded() {
        List<CompletableFuture<Long>> writes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            writes.add(acknowledged(1));
        }
        assertThat(failure(submit(incr("k").durable(1, ofMillis(50)))))
                .isInstanceOf(TooManyCallsException.class)
                .hasMessageContaining("1000");
        probe(200, REPLICA);
        assertThat(writes).allMatch(CompletableFuture::isDone);
        acknowledged(1);
    }

    @Test
    void whoAwaitsItGetsTheTimeoutOnTopOfTheDeadline() {
        CompletableFuture<Boolean> write = submit(set("k", "v").durable(1, ofMillis(100)), within(ofMillis(20)));
        pass(ofMillis(15));
        cluster.answer(MASTER, "+OK\r\n");
        pass(ofMillis(90));
        assertThat(write).isNotDone();
        probe(200, REPLICA);
        assertThat(write).isCompletedWithValue(true);
    }

    @Test
    void onlyWritesAndSensibleBoundsAreTaken() {
        assertThatThrownBy(() -> get("k").durable(1, ofMillis(50)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("GET");
        assertThatThrownBy(() -> incr("k").durable(0, ofMillis(50))).hasMessageContaining("1 to 63");
        assertThatThrownBy(() -> incr("k").durable(1, ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> Router.checkDedicated(incr("k").durable(1, ofMillis(50))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("WAIT");
    }
}
