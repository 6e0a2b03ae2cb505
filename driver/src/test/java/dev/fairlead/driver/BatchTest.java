package dev.fairlead.driver;

import static dev.fairlead.driver.Commands.dbSize;
import static dev.fairlead.driver.Commands.del;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.mget;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.fairlead.resp.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many commands at once, split between a master and a replica that has stopped replicating. */
@Timeout(30)
class BatchTest {
    private ScriptedNode master;
    private ScriptedNode replica;
    private RoutingClient client;

    @BeforeEach
    void start() throws IOException {
        master = new ScriptedNode('a');
        replica = ScriptedNode.replicaOf(master);
        client = RoutingClient.builder()
                .nodes(master.address())
                .probePeriod(Duration.ofHours(1)) // Nothing but the batch is to be on the links.
                .defaultDeadline(ofSeconds(5))
                .maxInFlight(200)
                .build();
        await().until(() -> client.topology().shard().replicas().stream().anyMatch(each -> each.usable()));
        client.execute(set("old", "1"));
        replica.stopReplicating();
    }

    @AfterEach
    void stop() {
        client.close();
        master.close();
        replica.close();
    }

    @Test
    void repliesComeInTheOrderOfTheCommandsWhereverTheyWent() {
        List<Reply> replies = client.batch(set("k", "v"), get("old"), set("l", "w"), get("k"), get("none"));

        assertThat(replies)
                .containsExactly(
                        new Reply.Simple("OK"), Reply.bulk("1"), new Reply.Simple("OK"), Reply.bulk("v"), Reply.NULL);
        assertThat(replica.received("GET")).as("reads of what is not written").isEqualTo(2);
        // On a busy machine more: those of the replica may be found overdue there, and be asked for here as well.
        assertThat(master.received("GET")).as("reads in line with the writes").isPositive();
    }

    /** At a replica, the read could come after the write behind it had been replicated. */
    @Test
    void aReadAheadOfAWriteOfItsKeyStaysAheadOfIt() {
        assertThat(client.batch(get("old"), set("old", "2"), get("old")))
                .containsExactly(Reply.bulk("1"), new Reply.Simple("OK"), Reply.bulk("2"));
        assertThat(master.received("GET")).isEqualTo(2);
    }

    @Test
    void whichReadsStayWithTheWritesFollowsFromTheKeysOfBoth() {
        assertThat(Batch.besideWrites(List.of(get("a"), get("b")))).containsExactly(false, false);
        assertThat(Batch.besideWrites(List.of(get("a"), get("b"), mget("c", "b"), del("x", "b"))))
                .containsExactly(false, true, true, false);
        assertThat(Batch.besideWrites(List.of(get("a"), Command.of("FLUSHALL"))))
                .as("a write of everything")
                .containsExactly(true, false);
        assertThat(Batch.besideWrites(List.of(dbSize(), set("a", "1"), get("b"))))
                .as("a read of everything")
                .containsExactly(true, false, false);
        assertThat(Batch.besideWrites(List.of(get("a"), Command.of("EVAL", "return redis.call('flushall')", 0))))
                .as("a script")
                .containsExactly(true, false);
    }

    @Test
    void eachNodeGetsItsShareInOnePiece() {
        List<Command<?>> commands = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            commands.add(set("k" + i, "v"));
            commands.add(get("other" + i));
        }
        int atMaster = master.pieces();
        int atReplica = replica.pieces();
        client.batch(commands.toArray(Command<?>[]::new));

        assertThat(master.received("SET")).isEqualTo(101);
        assertThat(replica.received("GET")).isEqualTo(100);
        // A probe that is sent meanwhile takes along what is there already, and a replica found overdue leaves reads to
        // the master.
        assertThat(master.pieces() - atMaster).as("pieces at the master").isBetween(1, 4);
        assertThat(replica.pieces() - atReplica).as("pieces at the replica").isBetween(1, 2);
    }

    @Test
    void anErrorOfTheServerStandsInItsPlaceAndTheOthersAreServed() {
        master.answer("INCR", argv -> "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");

        List<Reply> replies = client.batch(set("k", "v"), incr("list"), set("l", "w"));

        assertThat(replies.get(1).isError()).isTrue();
        assertThat(((Reply.ServerError) replies.get(1)).text()).startsWith("WRONGTYPE Operation");
        assertThat(master.value("l")).isEqualTo("w");
    }

    @Test
    void aBatchThatLosesItsMasterTellsWhichCommandsHaveNoReply() {
        master.answer("INCR", argv -> ScriptedNode.HANG_UP);

        BatchIncompleteException incomplete = catchThrowableOfType(
                BatchIncompleteException.class,
                () -> client.batch(CallOptions.within(ofMillis(500)), set("k", "v"), get("old"), incr("n")));

        assertThat(incomplete).hasMessageContaining("1 of the 3").hasMessageContaining("at 2: INCR");
        assertThat(incomplete.replies()).containsExactly(new Reply.Simple("OK"), Reply.bulk("1"), null);
        assertThat(incomplete.failures().get(2)).isInstanceOf(WriteOutcomeUnknownException.class);
        assertThat(incomplete.knownNotApplied()).isFalse();
        assertThat(master.received("INCR")).isEqualTo(1);
    }

    @Test
    void theAsynchronousBatchSaysTheSame() {
        assertThat(client.batchAsync(set("k", "v"), get("k")).join())
                .containsExactly(new Reply.Simple("OK"), Reply.bulk("v"));
        master.answer("INCR", argv -> ScriptedNode.HANG_UP);
        assertThatThrownBy(() -> client.batchAsync(incr("n")).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(BatchIncompleteException.class);
    }

    @Test
    void aBatchWithACommandThatCannotBeInItIsNotSentAtAll() {
        assertThatThrownBy(() -> client.batch(set("k", "v"), Command.of("BLPOP", "l", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BLPOP")
                .hasMessageContaining("dedicated");
        Command<?>[] many = new Command<?>[201];
        Arrays.fill(many, set("k", "v"));
        assertThatThrownBy(() -> client.batch(many)).hasMessageContaining("maxInFlight");
        assertThat(master.value("k")).isNull();
        assertThat(client.batch()).isEmpty();
    }
}
