package dev.fairlead.driver;

import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.Commands.blpop;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.Commands.watch;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong on a connection of one's own, and what the caller is told. */
@Timeout(30)
class DedicatedTest {
    private ScriptedNode master;
    private ScriptedNode replica;
    private RoutingClient client;

    @BeforeEach
    void start() throws IOException {
        master = new ScriptedNode('a');
        replica = ScriptedNode.replicaOf(master);
        master.answer("MULTI", argv -> "+OK\r\n");
        master.answer("WATCH", argv -> "+OK\r\n");
        master.answer("UNWATCH", argv -> "+OK\r\n");
    }

    @AfterEach
    void stop() {
        client.close();
        master.close();
        replica.close();
    }

    private void connect() {
        connect(RoutingClient.builder().probePeriod(ofMillis(50)));
    }

    private void connect(RoutingClientBuilder builder) {
        client = builder.nodes(master.address()).defaultDeadline(ofSeconds(5)).build();
        await().until(() -> client.topology().shard().replicas().stream().anyMatch(each -> each.usable()));
    }

    /** The replica takes over, and the old master follows it. */
    private void failOver() {
        replica.promote('b');
        master.follow(replica);
    }

    private void awaitFollowed(ScriptedNode node) {
        await().until(() -> client.topology().shard().master() != null
                && client.topology().shard().master().endpoint().toString().equals(node.address()));
    }

    @Test
    void aConnectionIsKeptForTheNextUseAndForgetsWhatWasWatched() {
        connect();
        client.dedicated(link -> link.execute(watch("k")));
        int handshakes = master.received("CLIENT");
        client.dedicated(link -> link.execute(get("k")));

        assertThat(master.received("CLIENT")).as("handshakes").isEqualTo(handshakes);
        assertThat(master.received("UNWATCH")).isEqualTo(1);
    }

    @Test
    void aConnectionOnWhichACallWentUnansweredIsNotLentAgain() {
        connect();
        master.answer("GET", argv -> ScriptedNode.SILENCE);
        assertThatThrownBy(() -> client.dedicated(ofMillis(50), link -> link.execute(get("k"))))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("GET");
        master.answerAsUsual("GET");
        master.answer("GET", argv -> ScriptedNode.bulk("v"));

        assertThat(client.<String>dedicated(link -> link.execute(get("k")))).isEqualTo("v");
    }

    @Test
    void beforeEachUseTheConnectionIsAskedWhetherItLeadsToTheFollowedMaster() {
        connect(RoutingClient.builder().probePeriod(Duration.ofHours(1)));
        client.dedicated(link -> link.execute(get("k")));
        master.promote('c'); // The next probe is an hour away: only the question before the use can tell.

        String followed = client.dedicated(
                link -> client.topology().shard().replicationId().toString());

        assertThat(followed).isEqualTo("c".repeat(40));
    }

    @Test
    void whenEveryConnectionIsLentTheNextOneWaitsAndFails() {
        connect(RoutingClient.builder().dedicatedLinks(1));
        client.<Void>dedicated(link -> {
            assertThatThrownBy(() -> client.dedicated(ofMillis(50), second -> null))
                    .isInstanceOf(TooManyCallsException.class)
                    .hasMessageContaining("dedicatedLinks")
                    .hasMessageContaining("50 ms");
            return null;
        });
        assertThat(client.<String>dedicated(link -> "lent again")).isEqualTo("lent again");
    }

    @Test
    void execWhoseReplyIsLostIsOfUnknownOutcomeAndNotSentAgain() {
        connect();
        master.answer("SET", argv -> "+QUEUED\r\n");
        master.answer("EXEC", argv -> ScriptedNode.HANG_UP);

        assertThatThrownBy(() -> client.dedicated(link -> link.transaction(set("k", "v"))))
                .isInstanceOf(WriteOutcomeUnknownException.class)
                .hasMessageContaining("EXEC")
                .hasMessageContaining(master.address());
        assertThat(master.received("EXEC")).isEqualTo(1);
    }

    @Test
    void whenMultiIsRefusedNothingIsSentBehindIt() {
        connect();
        master.answer("MULTI", argv -> "-NOPERM this user has no permissions to run the 'multi' command\r\n");

        assertThatThrownBy(() -> client.dedicated(link -> link.transaction(set("k", "v"))))
                .isInstanceOf(ServerErrorException.class)
                .hasMessageContaining("NOPERM");
        assertThat(master.received("SET") + master.received("EXEC")).isZero();
    }

    @Test
    void aCommandThatIsRefusedWhenQueuedRefusesTheWholeTransactionByName() {
        connect();
        master.answer("SET", argv -> "+QUEUED\r\n");
        master.answer("INCR", argv -> "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
        master.answer("EXEC", argv -> "-EXECABORT Transaction discarded because of previous errors.\r\n");

        TransactionRefusedException refusal = catchThrowableOfType(
                TransactionRefusedException.class,
                () -> client.dedicated(link -> link.transaction(set("k", "v"), incr("n"))));

        assertThat(refusal).hasMessageContaining("INCR").hasMessageContaining("OOM");
        assertThat(refusal.knownNotApplied()).isTrue();
        assertThat(refusal.retryable()).isTrue();
    }

    @Test
    void theKeysOfATransactionCountForReadYourWritesFromExecOn() {
        connect();
        replica.stopReplicating();
        master.answer("SET", argv -> "+QUEUED\r\n");
        master.answer("EXEC", argv -> "*1\r\n+OK\r\n");
        client.dedicated(link -> link.transaction(set("k", "v")));

        client.execute(get("k"), READ_YOUR_WRITES);
        assertThat(replica.received("GET")).as("reads where the write is not").isZero();
        assertThat(master.received("GET")).isEqualTo(1);
    }

    @Test
    void aTransactionThatDidNotRunLeavesNoMark() {
        connect();
        replica.stopReplicating();
        master.answer("SET", argv -> "+QUEUED\r\n");
        master.answer("EXEC", argv -> "*-1\r\n");
        Optional<TransactionResult> result = client.dedicated(link -> link.transaction(set("k", "v")));

        assertThat(result).isEmpty();
        client.execute(get("k"), READ_YOUR_WRITES);
        assertThat(replica.received("GET")).isEqualTo(1);
    }

    @Test
    void afterAFailoverNothingMoreGoesToTheOldMaster() {
        connect();
        AtomicReference<DedicatedLinkLostException> lost = new AtomicReference<>();
        client.<Void>dedicated(link -> {
            link.execute(watch("stock"));
            failOver();
            awaitFollowed(replica);
            lost.set(catchThrowableOfType(DedicatedLinkLostException.class, () -> link.transaction(set("stock", "1"))));
            return null;
        });

        assertThat(lost.get()).hasMessageContaining(master.address()).hasMessageContaining("whole function");
        assertThat(lost.get().knownNotApplied()).isTrue();
        assertThat(master.received("MULTI")).isZero();
        String answeredBy = client.dedicated(link -> {
            link.execute(set("stock", "1"));
            return replica.value("stock");
        });
        assertThat(answeredBy).as("the next use is at the new master").isEqualTo("1");
    }

    @Test
    void aCommandThatBlocksAtADeposedMasterEndsWithTheFailover() {
        connect();
        master.answer("BLPOP", argv -> ScriptedNode.SILENCE);
        CompletableFuture<Object> blocked = CompletableFuture.supplyAsync(
                () -> client.dedicated(link -> link.execute(blpop(ofSeconds(3600), "jobs"))));
        await().until(() -> master.received("BLPOP") == 1);
        failOver();

        assertThatThrownBy(blocked::join).hasCauseInstanceOf(WriteOutcomeUnknownException.class);
    }

    @Test
    void aLentConnectionCannotBeLeftChangedNorBlockedForEver() {
        connect();
        client.<Void>dedicated(link -> {
            assertThatThrownBy(() -> link.execute(Command.of("MULTI"))).hasMessageContaining("transaction(");
            assertThatThrownBy(() -> link.execute(Command.of("SELECT", 1))).hasMessageContaining("SELECT");
            assertThatThrownBy(() -> link.transaction(watch("k"))).hasMessageContaining("WATCH");
            assertThatThrownBy(() -> link.execute(Command.of("BLPOP", "k", 0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("timeout 0");
            assertThatThrownBy(() -> link.execute(Command.of("XREAD", "BLOCK", "x", "STREAMS", "s", "0")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs a timeout");
            assertThatThrownBy(() -> link.transaction()).hasMessageContaining("1 to");
            return null;
        });
        assertThat(master.received("BLPOP") + master.received("XREAD") + master.received("WATCH"))
                .isZero();
    }

    @Test
    void aConnectionIsOfNoUseOutsideItsFunction() {
        connect();
        DedicatedLink kept = client.dedicated(link -> link);

        assertThatThrownBy(() -> kept.execute(get("k"))).isInstanceOf(IllegalStateException.class);
        assertThat(master.received("GET")).isZero();
    }

    @Test
    void closingTheClientEndsWhoWaitsForAConnection() {
        connect(RoutingClient.builder().dedicatedLinks(1));
        client.<Void>dedicated(link -> {
            CompletableFuture<Object> waiting =
                    CompletableFuture.supplyAsync(() -> client.dedicated(ofSeconds(3600), second -> null));
            client.close();
            assertThatThrownBy(waiting::join).hasCauseInstanceOf(ClientClosedException.class);
            return null;
        });
    }
}
