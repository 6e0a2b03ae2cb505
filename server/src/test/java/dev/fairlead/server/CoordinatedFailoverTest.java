package dev.fairlead.server;

import static dev.fairlead.server.TestServers.replicaOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** FAILOVER: as the master of bundled and real replicas, as the replica of a real master, and each way in which it is given up. */
@Timeout(90)
class CoordinatedFailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path dir;

    private static String state(int port) {
        return Talk.field(port, "master_failover_state");
    }

    private static void awaitState(int port, String state) {
        Await.until(state, PATIENCE, () -> state.equals(state(port)));
    }

    private static void awaitRole(int port, String role) {
        Await.until(role, PATIENCE, () -> role.equals(Talk.field(port, "role")));
    }

    /** Writes until it is refused. @return how many writes were acknowledged */
    private static CompletableFuture<Integer> writer(int port) {
        return CompletableFuture.supplyAsync(() -> {
            try (Talk talk = new Talk(port)) {
                int acknowledged = 0;
                String reply = talk.call("INCR", "counter");
                while (!reply.startsWith("-")) {
                    acknowledged++;
                    assertThat(reply).isEqualTo("" + acknowledged);
                    reply = talk.call("INCR", "counter");
                }
                assertThat(reply).startsWith("-READONLY");
                return acknowledged;
            }
        });
    }

    @Test
    void aRealReplicaTakesOverUnderLoadWithEveryAcknowledgedWrite() throws Exception {
        try (FairleadServer old = FairleadServer.builder().start();
                RealRedis target = new RealRedis(dir, "--replicaof", "127.0.0.1 " + old.port());
                FairleadServer other = replicaOf(old.port())) {
            Await.level(old.port(), target.port);
            Await.level(old.port(), other.port());
            CompletableFuture<Integer> acknowledged = writer(old.port());
            Await.until("some writes", PATIENCE, () -> Talk.ask(target.port, "GET", "counter") != null);

            assertThat(Talk.ask(old.port(), "FAILOVER", "TO", "127.0.0.1", "" + target.port))
                    .isEqualTo("OK");

            int count = acknowledged.get(20, TimeUnit.SECONDS);
            awaitRole(target.port, "master");
            assertThat(Talk.ask(target.port, "GET", "counter")).isEqualTo("" + count);
            assertThat(state(old.port())).isEqualTo("no-failover");
            assertThat(Talk.ask(target.port, "SET", "after", "1")).isEqualTo("OK");
            Await.level(target.port, old.port());
            Await.level(target.port, other.port());
            assertThat(Talk.field(target.port, "sync_full")).as("full resyncs").isEqualTo("0");
            assertThat(Talk.ask(old.port(), "GET", "after")).isEqualTo("1");
        }
    }

    @Test
    void aRealMasterHandsOverToUsUnderLoadWithEveryAcknowledgedWrite() throws Exception {
        try (RealRedis old = new RealRedis(dir);
                FairleadServer target = replicaOf(old.port)) {
            Await.level(old.port, target.port());
            CompletableFuture<Integer> acknowledged = writer(old.port);
            Await.until("some writes", PATIENCE, () -> Talk.ask(target.port(), "GET", "counter") != null);

            assertThat(Talk.ask(old.port, "FAILOVER", "TO", "127.0.0.1", "" + target.port()))
                    .isEqualTo("OK");

            int count = acknowledged.get(20, TimeUnit.SECONDS);
            awaitRole(target.port(), "master");
            assertThat(Talk.ask(target.port(), "GET", "counter")).isEqualTo("" + count);
            assertThat(Talk.ask(target.port(), "SET", "after", "1")).isEqualTo("OK");
            Await.level(target.port(), old.port);
            assertThat(Talk.field(target.port(), "sync_full"))
                    .as("full resyncs")
                    .isEqualTo("0");
        }
    }

    @Test
    void whileItWaitsForAReplicaWritesAreHeldUntilItIsAborted() {
        try (FairleadServer master = FairleadServer.builder().start();
                FairleadServer replica = replicaOf(master.port());
                Talk client = new Talk(master.port())) {
            Await.level(master.port(), replica.port());
            replica.faults().pause();
            client.call("SET", "before", "1");
            assertThat(Talk.ask(master.port(), "FAILOVER")).isEqualTo("OK");
            assertThat(state(master.port())).isEqualTo("waiting-for-sync");
            client.send("SET", "held", "1");
            Await.until("it is held", PATIENCE, () -> "1".equals(Talk.field(master.port(), "blocked_clients")));
            assertThat(Talk.ask(master.port(), "EXISTS", "held"))
                    .as("reads go on")
                    .isEqualTo("0");
            assertThat(Talk.ask(master.port(), "CLIENT", "UNPAUSE")).isEqualTo("OK");
            assertThat(Talk.ask(master.port(), "EXISTS", "held"))
                    .as("the pause is not CLIENT's")
                    .isEqualTo("0");
            assertThat(Talk.ask(master.port(), "FAILOVER")).isEqualTo("-ERR FAILOVER already in progress.");
            assertThat(Talk.ask(master.port(), "REPLICAOF", "127.0.0.1", "1"))
                    .isEqualTo("-ERR REPLICAOF not allowed while failing over.");
            assertThat(Talk.ask(master.port(), "PSYNC", "?", "-1"))
                    .isEqualTo("-NOMASTERLINK Can't SYNC while failing over");

            assertThat(Talk.ask(master.port(), "FAILOVER", "ABORT")).isEqualTo("OK");

            assertThat(client.read()).isEqualTo("OK");
            assertThat(state(master.port())).isEqualTo("no-failover");
            assertThat(Talk.field(master.port(), "role")).isEqualTo("master");
            assertThat(Talk.ask(master.port(), "FAILOVER", "ABORT")).isEqualTo("-ERR No failover in progress.");
            replica.faults().resume();
            Await.level(master.port(), replica.port());
        }
    }

    @Test
    void aReplicaThatIsNotLevelInTimeEndsIt() {
        try (FairleadServer master = FairleadServer.builder().start();
                FairleadServer replica = replicaOf(master.port());
                Talk client = new Talk(master.port())) {
            Await.level(master.port(), replica.port());
            replica.faults().pause();
            client.call("SET", "before", "1");
            String id = Talk.field(master.port(), "master_replid");

            assertThat(Talk.ask(master.port(), "FAILOVER", "TIMEOUT", "50")).isEqualTo("OK");

            assertThat(client.call("SET", "held", "1")).isEqualTo("OK");
            assertThat(state(master.port())).isEqualTo("no-failover");
            assertThat(Talk.field(master.port(), "master_replid")).isEqualTo(id);
            replica.faults().resume();
            Await.level(master.port(), replica.port());
        }
    }

    @Test
    void aForcedOneGoesOnWhenTheTimeIsOverAndCanStillBeAborted() {
        try (FairleadServer master = FairleadServer.builder().start();
                FairleadServer replica = replicaOf(master.port());
                Talk client = new Talk(master.port())) {
            Await.level(master.port(), replica.port());
            replica.faults().pause();
            client.call("SET", "before", "1");
            String port = "" + replica.port();

            assertThat(Talk.ask(master.port(), "FAILOVER", "TO", "127.0.0.1", port, "FORCE", "TIMEOUT", "50"))
                    .isEqualTo("OK");
            awaitState(master.port(), "failover-in-progress");
            assertThat(Talk.field(master.port(), "role")).isEqualTo("slave");
            assertThat(client.call("SET", "after", "1")).startsWith("-READONLY");

            assertThat(Talk.ask(master.port(), "FAILOVER", "ABORT")).isEqualTo("OK");

            assertThat(client.call("SET", "after", "1")).isEqualTo("OK");
            assertThat(Talk.field(master.port(), "role")).isEqualTo("master");
            replica.faults().resume();
            Await.level(master.port(), replica.port());
            assertThat(Talk.ask(replica.port(), "GET", "after")).isEqualTo("1");
        }
    }

    @Test
    void aTargetThatRefusesEndsItAndTheMasterStaysOne() {
        try (FairleadServer master = FairleadServer.builder().start();
                FairleadServer replica = replicaOf(master.port());
                Talk client = new Talk(master.port());
                Talk operator = new Talk(replica.port())) {
            Await.level(master.port(), replica.port());
            operator.call("PING");
            replica.faults().pause();
            client.call("SET", "before", "1");
            String port = "" + replica.port();
            assertThat(Talk.ask(master.port(), "FAILOVER", "TO", "127.0.0.1", port, "FORCE", "TIMEOUT", "50"))
                    .isEqualTo("OK");
            awaitState(master.port(), "failover-in-progress");

            operator.send("REPLICAOF", "NO", "ONE"); // a master, before it is asked to become one
            replica.faults().resume();

            awaitState(master.port(), "no-failover");
            assertThat(client.call("SET", "after", "1")).isEqualTo("OK");
            assertThat(Talk.field(master.port(), "role")).isEqualTo("master");
        }
    }

    @Test
    void whatCannotBeIsRefusedInTheWordsOfRedis() {
        try (RealRedis real = new RealRedis(dir);
                FairleadServer ours = FairleadServer.builder().start();
                FairleadServer replica = replicaOf(real.port)) {
            String[][] commands = {
                {"FAILOVER"},
                {"FAILOVER", "ABORT"},
                {"FAILOVER", "TIMEOUT", "0"},
                {"FAILOVER", "TIMEOUT", "x"},
                {"FAILOVER", "TO", "h"},
                {"FAILOVER", "ABORT", "ABORT"},
                {"FAILOVER", "FORCE", "FORCE"},
                {"PSYNC", "x", "1", "FAILOVER"}
            };
            Await.level(real.port, replica.port());
            Talk.ask(replica.port(), "REPLICAOF", "NO", "ONE");
            Await.until("it is alone", PATIENCE, () -> "0".equals(Talk.field(real.port, "connected_slaves")));
            for (String[] command : commands) {
                assertThat(Talk.ask(ours.port(), command))
                        .as(String.join(" ", command))
                        .isEqualTo(Talk.ask(real.port, command));
            }
            Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + real.port);
            Await.level(real.port, replica.port());
            try (FairleadServer below = replicaOf(ours.port())) {
                Await.level(ours.port(), below.port());
                String[][] withReplica = {
                    {"FAILOVER", "FORCE"},
                    {"FAILOVER", "FORCE", "TIMEOUT", "5"},
                    {"FAILOVER", "TO", "127.0.0.1", "1"}
                };
                for (String[] command : withReplica) {
                    assertThat(Talk.ask(ours.port(), command))
                            .as(String.join(" ", command))
                            .isEqualTo(Talk.ask(real.port, command));
                }
            }
            assertThat(Talk.ask(replica.port(), "FAILOVER"))
                    .isEqualTo("-ERR FAILOVER is not valid when server is a replica.");
            assertThat(Talk.ask(replica.port(), "PSYNC", "0".repeat(40), "1", "FAILOVER"))
                    .isEqualTo("-ERR PSYNC FAILOVER replid must match my replid.");
        }
    }
}
