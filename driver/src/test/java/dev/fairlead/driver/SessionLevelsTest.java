package dev.fairlead.driver;

import static dev.fairlead.driver.CallOptions.EVENTUAL;
import static dev.fairlead.driver.CallOptions.MASTER;
import static dev.fairlead.driver.CallOptions.MONOTONIC_READS;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.SESSION;
import static dev.fairlead.driver.CallOptions.after;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.CallOptions.policy;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.fairlead.policy.WhenNoneIsFresh;
import dev.fairlead.topology.ConsistencyToken;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Role;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What sessions and tokens promise, seen through a master and a replica that stops and goes on when told. */
@Timeout(60)
class SessionLevelsTest {
    private static final String POLICIES = """
            version: 1
            policies:
              replica: { from: replica, whenNoneIsFresh: fail }
              own: { consistency: session }
              moving: { consistency: monotonic-reads }
            """;

    /** What the replica has: a read that is slow there may not go to the master instead. */
    private static final CallOptions AT_REPLICA = policy("replica");

    private ScriptedNode master;
    private ScriptedNode replica;
    private RoutingClient writer;
    private RoutingClient client;

    @BeforeEach
    void start() throws IOException {
        master = new ScriptedNode('a');
        replica = ScriptedNode.replicaOf(master);
        writer = connect(builder -> builder);
    }

    @AfterEach
    void stop() {
        writer.close();
        if (client != null) {
            client.close();
        }
        master.close();
        replica.close();
    }

    /** Connects, and waits until both nodes are in use. */
    private RoutingClient connect(UnaryOperator<RoutingClientBuilder> settings) {
        RoutingClient made = settings.apply(RoutingClient.builder()
                        .nodes(master.address())
                        .connectTimeout(ofSeconds(3))
                        .defaultDeadline(ofSeconds(5))
                        .policies(POLICIES, "t.yaml")
                        .probePeriod(ofMillis(50)))
                .build();
        await().until(() -> made.topology().shard().replicas().stream().anyMatch(each -> each.usable()));
        return made;
    }

    private static ConsistencyToken tokenOf(char id, long offset) {
        ReplicationId history = new ReplicationId(String.valueOf(id).repeat(40));
        return new ConsistencyToken(List.of(new ReplicationPosition(history, offset)));
    }

    private void awaitReplicaRead(Session session, CallOptions options, String value) {
        int before = replica.received("GET");
        await().untilAsserted(() -> {
            assertThat(session.execute(get("k"), options)).isEqualTo(value);
            assertThat(replica.received("GET")).isGreaterThan(before);
        });
    }

    @Test
    void monotonicReadsNeverGoBackBehindWhatAnotherNodeShowed() {
        client = connect(builder -> builder);
        Session reader = client.newSession();
        assertThat(reader.execute(get("k"), MONOTONIC_READS.and(AT_REPLICA))).isNull();
        replica.stopReplicating();
        writer.execute(set("k", "new"));
        assertThat(reader.execute(get("k"), MONOTONIC_READS.and(AT_REPLICA)))
                .as("it has seen nothing newer")
                .isNull();

        assertThat(reader.execute(get("k"), MASTER)).isEqualTo("new");

        assertThat(reader.execute(get("k"), EVENTUAL.and(AT_REPLICA))).isNull();
        assertThat(reader.execute(get("k"), MONOTONIC_READS)).isEqualTo("new");
        assertThat(client.newSession().execute(get("k"), MONOTONIC_READS.and(AT_REPLICA)))
                .as("another session")
                .isNull();
        replica.resumeReplicating();
        awaitReplicaRead(reader, MONOTONIC_READS, "new");
    }

    @Test
    void monotonicReadsAloneDoNotWaitForOwnWritesAndSessionReadsDo() {
        client = connect(builder -> builder);
        replica.stopReplicating();
        Session session = client.newSession();
        session.execute(set("k", "own"));

        assertThat(session.execute(get("k"), MONOTONIC_READS.and(AT_REPLICA))).isNull();
        assertThat(session.execute(get("k"), SESSION)).isEqualTo("own");
        assertThat(session.execute(get("k"), MONOTONIC_READS))
                .as("once it was shown")
                .isEqualTo("own");
    }

    @Test
    void aLevelIsSetForTheClientASessionAPolicyOrACall() {
        client = connect(builder -> builder.defaults(READ_YOUR_WRITES));
        replica.stopReplicating();
        client.execute(set("k", "own"));

        assertThat(client.execute(get("k"))).as("the client's default").isEqualTo("own");
        assertThat(client.execute(get("k"), EVENTUAL.and(AT_REPLICA)))
                .as("the call's own")
                .isNull();
        Session loose = client.newSession(EVENTUAL.and(AT_REPLICA));
        loose.execute(set("k", "newer"));
        assertThat(loose.execute(get("k"))).as("the session's default").isNull();
        assertThat(writer.newSession(SESSION).explain(get("k")).toString()).contains(", session");
        try (RoutingClient plain = connect(builder -> builder)) {
            assertThat(plain.explain(get("k"), policy("own")).toString()).contains(", session");
            assertThat(plain.explain(get("k"), policy("moving")).toString()).contains(", monotonic-reads");
        }
    }

    @Test
    void aTokenCarriesWritesToAnotherClient() {
        client = connect(builder -> builder);
        replica.stopReplicating();
        writer.execute(set("k", "written elsewhere"));
        String header = writer.token().toString();

        Session session = client.newSession(ConsistencyToken.parse(header));
        assertThat(session.execute(get("k"))).isEqualTo("written elsewhere");
        assertThat(session.execute(get("k"), READ_YOUR_WRITES)).isEqualTo("written elsewhere");
        assertThat(session.execute(get("k"), EVENTUAL.and(AT_REPLICA))).isNull();
        assertThat(client.execute(get("k"), AT_REPLICA)).as("without the token").isNull();
        assertThat(client.execute(get("k"), after(ConsistencyToken.parse(header))))
                .isEqualTo("written elsewhere");
        assertThat(client.explain(get("k"), after(ConsistencyToken.parse(header)))
                        .toString())
                .contains("not known to have reached the token's offset 110");

        replica.resumeReplicating();
        awaitReplicaRead(session, READ_YOUR_WRITES, "written elsewhere");
    }

    /** What a session has only read is in its token as well: who is told of it must be able to see it. */
    @Test
    void aTokenCarriesWhatWasRead() {
        client = connect(builder -> builder);
        replica.stopReplicating();
        writer.execute(set("k", "read there"));
        Session reader = client.newSession();
        assertThat(reader.execute(get("k"), MASTER)).isEqualTo("read there");

        try (RoutingClient third = connect(builder -> builder)) {
            assertThat(third.newSession(reader.token()).execute(get("k"))).isEqualTo("read there");
        }
    }

    @Test
    void aTokenPastTheForkIsLostAndOneBelowItIsNot() {
        client = connect(builder -> builder);
        writer.execute(set("k", "kept"));
        ConsistencyToken kept = writer.token();
        replica.stopReplicating();
        writer.execute(set("k", "lost"));
        ConsistencyToken lost = writer.token();
        assertThat(client.newSession(lost).execute(get("k"))).isEqualTo("lost");

        replica.promote('b');
        master.follow(replica);
        await().until(() -> client.topology().shard().master() != null
                && client.topology().shard().master().endpoint().port() == replica.port());

        assertThatThrownBy(() -> client.newSession(lost).execute(get("k")))
                .isInstanceOfSatisfying(ConsistencyTokenLostException.class, e -> {
                    assertThat(e.bytesPastFork()).isEqualTo(10);
                    assertThat(e.retryable()).isFalse();
                    assertThat(e).hasMessageContaining("GET").hasMessageContaining("offset 120");
                });
        assertThatThrownBy(() -> client.newSession(kept, lost).execute(get("k")))
                .as("of merged ones, too")
                .isInstanceOf(ConsistencyTokenLostException.class);
        assertThat(client.newSession(kept).execute(get("k"))).isEqualTo("kept");
        assertThat(client.newSession(lost).execute(get("k"), EVENTUAL)).isEqualTo("kept");
    }

    @Test
    void aTokenOfAnUnknownHistoryFallsBackAsThePolicySaysAndNeverOnAReplica() {
        client = connect(builder -> builder);
        writer.execute(set("k", "v"));
        CallOptions unknown = after(tokenOf('f', 1));
        int before = replica.received("GET");

        assertThat(client.execute(get("k"), unknown)).isEqualTo("v");
        Answer<String> answer = client.answer(get("k"), unknown.whenNoneIsFresh(WhenNoneIsFresh.LEAST_STALE));
        assertThat(answer.fallback()).isTrue();
        assertThat(answer.role()).isEqualTo(Role.MASTER);
        assertThatThrownBy(() -> client.execute(get("k"), unknown.whenNoneIsFresh(WhenNoneIsFresh.FAIL)))
                .isInstanceOf(NoFreshNodeException.class)
                .hasMessageContaining("the token's replication history is not known here");
        assertThatThrownBy(
                        () -> client.execute(get("k"), unknown.whenNoneIsFresh(WhenNoneIsFresh.waiting(ofMillis(50)))))
                .isInstanceOf(NoFreshNodeException.class);
        assertThat(replica.received("GET")).isEqualTo(before);
    }

    /** The reader has not noticed the failover that made the token's history: it looks before it falls back. */
    @Test
    void aTokenOfAFailoverNotYetNoticedIsLookedForFirst() {
        client = connect(builder -> builder.probePeriod(ofSeconds(3600)));
        replica.promote('b');
        master.follow(replica);
        await().until(() -> writer.topology().shard().master() != null
                && writer.topology().shard().master().endpoint().port() == replica.port());
        writer.execute(set("k", "after the failover"));
        assertThat(client.topology().shard().master().endpoint().port())
                .as("the reader's master")
                .isEqualTo(master.port());

        // A fallback would be the former master, which has by now what the token stands for.
        CallOptions noFallback = CallOptions.DEFAULTS.whenNoneIsFresh(WhenNoneIsFresh.FAIL);
        assertThat(client.newSession(writer.token()).execute(get("k"), noFallback))
                .isEqualTo("after the failover");
    }

    @Test
    void aMasterWithoutOffsetsGivesNoToken() {
        master.answer(
                "INFO", argv -> master.usual("INFO", argv).replace("repl_backlog_active:1", "repl_backlog_active:0"));
        assertThatThrownBy(() -> writer.token())
                .isInstanceOf(NoTokenException.class)
                .hasMessageContaining(master.address());
    }

    @Test
    void aTokenThatNobodyCanGiveEndsAtTheDeadlineOrTheClose() {
        client = connect(builder -> builder.defaultDeadline(ofMillis(300)));
        master.answer("INFO", argv -> ScriptedNode.SILENCE);
        assertThatThrownBy(() -> client.token()).isInstanceOf(NoMasterException.class);

        CompletableFuture<ConsistencyToken> waiting = writer.tokenAsync();
        writer.close();
        assertThat(catchThrowable(waiting::join)).hasCauseInstanceOf(ClientClosedException.class);
        assertThat(catchThrowable(writer.tokenAsync()::join)).hasCauseInstanceOf(ClientClosedException.class);
    }

    @Test
    void anAnswerOfTheLeastStaleNodeSaysHowStale() {
        client = connect(builder ->
                builder.policies("version: 1\ndefaults: { from: replica, whenNoneIsFresh: least-stale }", "t.yaml"));
        Answer<String> fresh = client.answer(get("k"), maxLag(ofSeconds(10)));
        assertThat(fresh.fallback()).isFalse();
        assertThat(fresh.staleness()).hasValueSatisfying(age -> assertThat(age).isLessThan(ofSeconds(10)));
        replica.stopReplicating();
        writer.execute(set("k", "new"));

        await().untilAsserted(() -> {
            Answer<String> stale = client.answer(get("k"), maxLag(ofMillis(50)));
            assertThat(stale.fallback()).isTrue();
            assertThat(stale.role()).isEqualTo(Role.REPLICA);
            assertThat(stale.value()).isNull();
            assertThat(stale.staleness())
                    .hasValueSatisfying(age -> assertThat(age).isGreaterThan(ofMillis(50)));
        });
    }

    /** What a failover may have lost is counted from the last sample on: there has to be one without a bound in use, too. */
    @Test
    void aMasterThatAcknowledgesWritesIsSampledAlthoughNoBoundIsInUse() {
        client = connect(builder -> builder.probePeriod(ofSeconds(3600)));
        for (int i = 0; i < 3; i++) {
            client.execute(set("k", "v" + i));
            long offset = 110 + 10L * i;
            await("a sample that covers write " + i)
                    .until(() -> client.topology().shard().master().position().offset() >= offset);
        }
    }

    @Test
    void aSessionIsToldOfTheFailoversThatMayHaveLostItsOwnWrites() {
        client = connect(builder -> builder);
        Session early = client.newSession();
        Session late = client.newSession();
        early.execute(set("k", "kept"));
        early.token(); // A sample that left after the write, and that the replica reaches.
        replica.stopReplicating();
        late.execute(set("k", "lost"));
        assertThat(late.writesLost()).isEmpty();

        replica.promote('b');
        master.follow(replica);
        await().until(() -> client.topology().shard().master() != null
                && client.topology().shard().master().endpoint().port() == replica.port());

        await().until(() -> !late.writesLost().isEmpty());
        late.execute(set("k", "again"));
        assertThat(late.writesLost())
                .as("it stays, whatever comes after")
                .singleElement()
                .satisfies(loss -> {
                    assertThat(loss.acknowledged()).isEqualTo(1);
                    assertThat(loss.loss().bytesSeenPastFork()).isIn(0L, 10L);
                });
        assertThat(early.writesLost()).isEmpty();
        assertThat(client.newSession().writesLost()).as("one made since").isEmpty();
    }
}
