package dev.fairlead.server;

import static dev.fairlead.server.TestServers.configured;
import static dev.fairlead.server.TestServers.replicaOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers in this JVM, seen through their sockets. */
@Timeout(60)
class FairleadServerTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path dir;

    private static FairleadServer master(String... directives) {
        return configured(FairleadServer.builder(), directives).start();
    }

    @Test
    void aReplicaFollowsItsMasterAndARestartedReplicaItsPlaceInTheFile() {
        try (FairleadServer master = master()) {
            String[] saving = {"dir", dir.toString(), "save", "900 1"};
            try (FairleadServer replica = replicaOf(master.port(), saving)) {
                DataSet.write(master.port(), new Random(1), 1000);
                Await.level(master.port(), replica.port());
                assertThat(DataSet.read(replica.port())).isEqualTo(DataSet.read(master.port()));
            }
            DataSet.write(master.port(), new Random(2), 100);
            try (FairleadServer replica = replicaOf(master.port(), saving)) {
                Await.level(master.port(), replica.port());

                assertThat(DataSet.read(replica.port())).isEqualTo(DataSet.read(master.port()));
                assertThat(Talk.field(master.port(), "sync_full")).isEqualTo("1");
                assertThat(Talk.field(master.port(), "sync_partial_ok")).isEqualTo("1");
            }
        }
    }

    @Test
    void aMasterThatIsShutDownWaitsForItsReplicasAndTakesThemBackWithoutAFullResync() {
        FairleadServer first = master("dir", dir.toString(), "save", "900 1");
        int port = first.port();
        try (FairleadServer replica = replicaOf(first.port())) {
            DataSet.write(port, new Random(3), 500);
            Await.level(port, replica.port());
            replica.faults().delayReplication(Duration.ofMillis(300));
            Talk.ask(port, "SET", "last", "words");

            assertThat(Talk.ask(port, "SHUTDOWN")).isEqualTo("(closed)");

            Await.until("the replica has the last write", SOON, () -> "words"
                    .equals(Talk.ask(replica.port(), "GET", "last")));
            replica.faults().delayReplication(Duration.ZERO);
            try (FairleadServer again = FairleadServer.builder()
                    .port(port)
                    .set("dir", dir.toString())
                    .start()) {
                Await.level(port, replica.port());
                assertThat(Talk.ask(port, "GET", "last")).isEqualTo("words");
                assertThat(Talk.field(port, "sync_full")).isEqualTo("0");
                assertThat(Talk.field(port, "sync_partial_ok")).isEqualTo("1");
                assertThat(again.runId()).isNotEqualTo(first.runId());
            }
        }
    }

    @Test
    void aDelayedReplicaLagsByThatMuchAndKeepsTheOrder() {
        try (FairleadServer master = master();
                FairleadServer replica = replicaOf(master.port())) {
            Await.level(master.port(), replica.port());
            replica.faults().delayReplication(Duration.ofMillis(400));
            long start = System.nanoTime();
            Talk.ask(master.port(), "SET", "k", "1");
            Talk.ask(master.port(), "APPEND", "k", "2");

            Await.until("the write arrives", SOON, () -> "12".equals(Talk.ask(replica.port(), "GET", "k")));

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(390));
            assertThat(Talk.ask(master.port(), "WAIT", "1", "100")).isEqualTo("1");
        }
    }

    @Test
    void waitCountsReplicasThatHaveTheWriteOfThisClient() {
        try (FairleadServer master = master();
                FairleadServer replica = replicaOf(master.port());
                Talk talk = new Talk(master.port())) {
            Await.level(master.port(), replica.port());
            talk.call("SET", "a", "1");
            assertThat(talk.call("WAIT", "1", "5000")).isEqualTo("1");

            replica.faults().pause();
            talk.call("SET", "a", "2");
            assertThat(talk.call("WAIT", "1", "150")).isEqualTo("0");
            replica.faults().resume();
            assertThat(talk.call("WAIT", "1", "5000")).isEqualTo("1");
            assertThat(Talk.ask(replica.port(), "WAIT", "1", "1")).contains("WAIT cannot be used with replica");
        }
    }

    @Test
    void anIsolatedServerIsSilentAndWhatWasHeldBackArrivesAfterwards() {
        try (FairleadServer master = master();
                FairleadServer replica = replicaOf(master.port());
                Talk talk = new Talk(master.port())) {
            Await.level(master.port(), replica.port());
            replica.faults().isolate();
            talk.call("SET", "k", "v");
            assertThat(talk.call("WAIT", "1", "200")).isEqualTo("0");
            assertThat(Talk.field(master.port(), "connected_slaves")).isEqualTo("1");

            replica.faults().heal();

            assertThat(talk.call("WAIT", "1", "5000")).isEqualTo("1");
            assertThat(Talk.field(master.port(), "sync_full")).isEqualTo("1");
        }
    }

    @Test
    void twoMembersThatAreCutFromEachOtherStillTalkToOthers() {
        try (FairleadServer master = master();
                FairleadServer near = replicaOf(master.port());
                FairleadServer far = replicaOf(master.port())) {
            Await.level(master.port(), near.port());
            Await.level(master.port(), far.port());
            far.faults().cutFrom(master.faults());
            Talk.ask(master.port(), "SET", "k", "v");
            Await.until("the near one has it", SOON, () -> "v".equals(Talk.ask(near.port(), "GET", "k")));

            assertThat(Talk.ask(far.port(), "GET", "k")).isNull();
            far.faults().heal();
            Await.until("the far one gets it", SOON, () -> "v".equals(Talk.ask(far.port(), "GET", "k")));
        }
    }

    @Test
    void aKilledMasterResetsItsConnectionsAndAPromotedReplicaKeepsTheOther() {
        FairleadServer master = master();
        try (FairleadServer heir = replicaOf(master.port());
                FairleadServer other = replicaOf(master.port());
                Talk client = new Talk(master.port())) {
            Talk.ask(master.port(), "SET", "k", "v");
            Await.level(master.port(), heir.port());
            Await.level(master.port(), other.port());
            master.kill();

            assertThat(client.read()).isEqualTo("(closed)");
            assertThatThrownBy(() -> Talk.ask(master.port(), "PING")).isInstanceOf(UncheckedIOException.class);
            Talk.ask(heir.port(), "REPLICAOF", "NO", "ONE");
            Talk.ask(other.port(), "REPLICAOF", "127.0.0.1", "" + heir.port());
            Talk.ask(heir.port(), "SET", "k", "w");
            Await.level(heir.port(), other.port());

            assertThat(Talk.ask(other.port(), "GET", "k")).isEqualTo("w");
            assertThat(Talk.field(heir.port(), "sync_full")).isEqualTo("0");
            assertThat(Talk.field(heir.port(), "second_repl_offset")).isNotEqualTo("-1");
        }
    }

    @Test
    void aKilledReplicaResetsItsLinkToTheMaster() throws IOException {
        try (ServerSocket master = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            master.setSoTimeout((int) SOON.toMillis());
            FairleadServer replica = FairleadServer.builder()
                    .replicaOf("127.0.0.1", master.getLocalPort())
                    .start();
            try (Socket link = master.accept()) {
                link.setSoTimeout((int) SOON.toMillis());
                assertThat(new String(link.getInputStream().readNBytes(14), StandardCharsets.US_ASCII))
                        .isEqualTo("*1\r\n$4\r\nPING\r\n");
                replica.kill();

                assertThatThrownBy(() -> link.getInputStream().read()).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void aKeyThatExpiredWhileItsMasterWasDownGoesFromTheReplicasToo() {
        FairleadServer first = master("dir", dir.toString(), "save", "900 1");
        int port = first.port();
        try (FairleadServer replica = replicaOf(first.port());
                Talk talk = new Talk(replica.port())) {
            Talk.ask(port, "SET", "short", "lived", "PX", "1000");
            Talk.ask(port, "SET", "long", "lived");
            Await.level(port, replica.port());
            Talk.ask(port, "SHUTDOWN");
            Await.until("its time has passed", SOON, () -> talk.call("GET", "short") == null);
            assertThat(talk.call("DBSIZE")).isEqualTo("2");

            try (FairleadServer again = FairleadServer.builder()
                    .port(port)
                    .set("dir", dir.toString())
                    .start()) {
                Await.until(
                        "the master tells it", SOON, () -> talk.call("DBSIZE").equals("1"));
                assertThat(Talk.field(again.port(), "sync_full")).isEqualTo("0");
            }
        }
    }

    @Test
    void anAttachedReplicaThatAsksForKeysOrWantsAReplyIsDropped() {
        try (FairleadServer master = master()) {
            for (String[] command : new String[][] {{"SET", "k", "v"}, {"GET", "k"}, {"PING"}, {"NONSENSE"}}) {
                try (Talk link = new Talk(master.port())) {
                    link.raw("*3\r\n$5\r\nPSYNC\r\n$1\r\n?\r\n$2\r\n-1\r\n");
                    assertThat(link.read()).startsWith("FULLRESYNC");
                    link.send("REPLCONF", "ACK", "0");
                    Await.until("it is online", SOON, () -> Talk.ask(master.port(), "INFO", "replication")
                            .contains("state=online"));
                    link.send(command);

                    Await.until("it is dropped", SOON, () -> "0".equals(Talk.field(master.port(), "connected_slaves")));
                }
            }
            assertThat(Talk.ask(master.port(), "EXISTS", "k")).isEqualTo("0");
        }
    }

    @Test
    void whoWantsTheSnapshotAloneIsLeftWithIt() {
        try (FairleadServer master = master();
                Talk link = new Talk(master.port())) {
            assertThat(link.call("REPLCONF", "rdb-only", "1")).isEqualTo("OK");
            link.send("SYNC");

            assertThatThrownBy(link::read)
                    .as("the end comes right behind the snapshot, where a reply would have its line end")
                    .hasMessageEndingWith("the connection ended in the middle of a line: ");
            Await.until("it is gone", SOON, () -> "0".equals(Talk.field(master.port(), "connected_slaves")));
        }
    }

    @Test
    void aReplicaWithoutItsMasterAnswersAsItWasTold() {
        FairleadServer master = master();
        try (FairleadServer stale = replicaOf(master.port());
                FairleadServer strict = replicaOf(master.port(), "replica-serve-stale-data", "no")) {
            Talk.ask(master.port(), "SET", "k", "v");
            Await.level(master.port(), stale.port());
            Await.level(master.port(), strict.port());
            assertThat(Talk.ask(strict.port(), "GET", "k")).isEqualTo("v");
            master.kill();
            Await.until("the loss is seen", SOON, () -> "down".equals(Talk.field(strict.port(), "master_link_status")));

            assertThat(Talk.ask(strict.port(), "GET", "k")).startsWith("-MASTERDOWN");
            assertThat(Talk.ask(stale.port(), "GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void aPasswordIsAskedOfClientsAndReplicas() {
        try (FairleadServer master = master("requirepass", "secret");
                FairleadServer replica = replicaOf(master.port(), "masterauth", "wrong")) {
            assertThat(Talk.ask(master.port(), "GET", "k")).startsWith("-NOAUTH");
            assertThat(Talk.field(replica.port(), "master_link_status")).isEqualTo("down");
            Talk.ask(replica.port(), "CONFIG", "SET", "masterauth", "secret");
            Await.until("the link comes up", SOON, () -> "up".equals(Talk.field(replica.port(), "master_link_status")));
        }
    }

    @Test
    void bytesThatAreNoRequestsAreRefusedAndOthersGoOn() {
        try (FairleadServer server = master();
                Talk bad = new Talk(server.port());
                Talk good = new Talk(server.port())) {
            bad.raw("*1\r\n+PING\r\n");
            assertThat(bad.read()).isEqualTo("-ERR Protocol error: expected '$', got '+'");
            assertThat(bad.read()).isEqualTo("(closed)");
            good.raw("PING\r\n*1\r\n$4\r\nPI");
            assertThat(good.read()).isEqualTo("PONG");
            good.raw("NG\r\n");
            assertThat(good.read()).isEqualTo("PONG");
        }
    }

    @Test
    void limitsOnClientsAndTheirBuffersHold() {
        try (FairleadServer server = master(
                "maxclients",
                "2",
                "client-output-buffer-limit",
                "normal 2mb 0 0",
                "client-query-buffer-limit",
                "1mb")) {
            try (Talk greedy = new Talk(server.port());
                    Talk other = new Talk(server.port())) {
                assertThat(greedy.call("SET", "big", "x".repeat(500_000))).isEqualTo("OK");
                assertThat(other.call("PING")).isEqualTo("PONG");
                try (Talk third =
                        new Talk(server.port())) { // says nothing: bytes that nobody reads would reset the link
                    assertThat(third.read()).isEqualTo("-ERR max number of clients reached");
                }
                for (int i = 0; i < 60; i++) {
                    greedy.send("GET", "big"); // and never reads: 30 MB, of which the kernel takes a few
                }
                Await.until("the greedy client is closed", SOON, () -> !other.call("CLIENT", "LIST")
                        .contains("cmd=get"));
                other.raw("*2\r\n$3\r\nSET\r\n$2000000\r\n" + "y".repeat(1_500_000));
                assertThat(other.read()).isEqualTo("(closed)");
            }
        }
    }

    @Test
    void idleClientsAreClosedAfterTheTimeout() {
        try (FairleadServer server = master("timeout", "1");
                Talk idle = new Talk(server.port())) {
            assertThat(idle.call("PING")).isEqualTo("PONG");
            assertThat(idle.read()).isEqualTo("(closed)");
        }
    }

    @Test
    void aPortInUseAndAWrongDirectiveAreErrorsThatSaySo() {
        try (FairleadServer server = master()) {
            assertThatThrownBy(
                            () -> FairleadServer.builder().port(server.port()).start())
                    .isInstanceOf(ServerStartException.class)
                    .hasMessageContaining("Failed listening on port " + server.port());
        }
        assertThatThrownBy(() -> FairleadServer.builder().set("prot", "1").start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prot 1");
    }

    @Test
    void aDamagedDataFileStopsTheStartAndIsLeftAlone() throws IOException {
        Path file = Files.writeString(dir.resolve("dump.rdb"), "REDIS0010 and nonsense");

        assertThatThrownBy(() ->
                        FairleadServer.builder().set("dir", dir.toString()).start())
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent("REDIS0010 and nonsense");
    }

    @Test
    void aClosedServerLeavesNoThreadBehind() {
        Set<Thread> before = serverThreads();
        FairleadServer server = master();
        assertThat(serverThreads()).hasSizeGreaterThan(before.size());
        Talk.ask(server.port(), "PING");
        server.close();
        server.close();

        // A thread that has said its last word is still alive for a moment.
        Await.until("its thread is gone", SOON, () -> before.containsAll(serverThreads()));
    }

    private static Set<Thread> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("fairlead-server") && thread.isAlive())
                .collect(Collectors.toSet());
    }

    @Test
    void writesNeedAsManyGoodReplicasAsWereAskedFor() {
        try (FairleadServer master = master("min-replicas-to-write", "1")) {
            assertThat(Talk.ask(master.port(), "SET", "a", "b")).startsWith("-NOREPLICAS");
            try (FairleadServer replica = replicaOf(master.port())) {
                Await.until("it is online", SOON, () -> "OK".equals(Talk.ask(master.port(), "SET", "a", "b")));
                assertThat(Talk.ask(replica.port(), "ROLE")).startsWith("[slave, 127.0.0.1, " + master.port());
            }
        }
    }
}
