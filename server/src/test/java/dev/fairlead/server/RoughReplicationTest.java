package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What goes wrong around a full resync ends in a consistent state, and the log says why. */
@Timeout(120)
class RoughReplicationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** So that a transfer takes a while: far more than a socket's buffers hold. */
    private static final int LARGE_KEYS = 200;

    @TempDir
    Path dir;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.fairlead.server");
    private final AppenderBase<ILoggingEvent> recorder = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage());
        }
    };

    @BeforeEach
    void record() {
        recorder.start();
        logger.addAppender(recorder);
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
    }

    @AfterEach
    void endRecording() {
        logger.detachAppender(recorder);
        logger.setLevel(null);
    }

    private void awaitLine(int port, String text) {
        Await.until("the log of " + port + " says '" + text + "'", PATIENCE, () -> lines.stream()
                .anyMatch(line -> line.startsWith("dev.fairlead.server." + port + " ") && line.contains(text)));
    }

    private long count(int port, String text) {
        return lines.stream()
                .filter(line -> line.startsWith("dev.fairlead.server." + port + " ") && line.contains(text))
                .count();
    }

    private static FairleadServer server() {
        return FairleadServer.builder().start();
    }

    private static void fill(int port) {
        try (Talk talk = new Talk(port)) {
            String value = "x".repeat(100_000);
            for (int i = 0; i < LARGE_KEYS; i++) {
                talk.call("SET", "large" + i, value);
            }
        }
    }

    private static void same(int master, int replica) {
        Await.level(master, replica);
        assertThat(DataSet.read(replica)).isEqualTo(DataSet.read(master)).isNotEmpty();
    }

    @Test
    void anotherMasterChosenInTheMiddleOfATransferIsTheOneThatCounts() {
        try (FairleadServer first = server();
                FairleadServer second = server();
                FairleadServer replica = server()) {
            fill(first.port());
            DataSet.write(second.port(), new Random(1), 300);
            replica.faults().cutFrom(first.faults()); // nothing of the transfer arrives
            Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + first.port());
            Await.until("it is connecting", PATIENCE, () -> Talk.ask(replica.port(), "ROLE")
                    .startsWith("[slave, 127.0.0.1, " + first.port()));

            Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + second.port());

            same(second.port(), replica.port());
            awaitLine(replica.port(), "REPLICAOF 127.0.0.1:" + second.port() + " enabled");
        }
    }

    /** A master that answers the handshake, begins a snapshot, and then says nothing more. */
    private static void stallInTheMiddle(ServerSocket listener) {
        Thread thread = new Thread(() -> {
            try (Socket socket = listener.accept()) {
                StringBuilder heard = new StringBuilder();
                String[][] talk = {
                    {"PING\r\n", "+PONG\r\n"},
                    {"psync2\r\n", "+OK\r\n+OK\r\n"},
                    {"PSYNC", "+FULLRESYNC " + "a".repeat(40) + " 0\r\n$EOF:" + "b".repeat(40) + "\r\nREDIS0010"}
                };
                for (String[] step : talk) {
                    while (heard.indexOf(step[0]) < 0) {
                        heard.append((char) socket.getInputStream().read());
                    }
                    socket.getOutputStream().write(step[1].getBytes(StandardCharsets.US_ASCII));
                }
                while (socket.getInputStream().read() >= 0) {
                    // It may say what it likes, until it hangs up.
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void whoIsToldOfAnotherMasterOrToLeadWhileItLoadsKeepsItsDataAndObeys() throws IOException {
        try (ServerSocket stalled = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                FairleadServer second = server();
                FairleadServer replica = server()) {
            DataSet.write(second.port(), new Random(6), 300);
            DataSet.write(replica.port(), new Random(7), 300);
            var held = DataSet.read(replica.port());

            stallInTheMiddle(stalled);
            Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + stalled.getLocalPort());
            Await.until("it loads", PATIENCE, () -> "1".equals(Talk.field(replica.port(), "async_loading")));
            assertThat(Talk.field(replica.port(), "master_sync_in_progress")).isEqualTo("1");
            assertThat(DataSet.read(replica.port())).as("meanwhile").isEqualTo(held);
            Talk.ask(replica.port(), "REPLICAOF", "NO", "ONE");
            awaitLine(replica.port(), "MASTER MODE enabled (user request");
            assertThat(DataSet.read(replica.port())).isEqualTo(held);
            assertThat(Talk.field(replica.port(), "async_loading")).isEqualTo("0");
            assertThat(Talk.ask(replica.port(), "SET", "a", "b")).isEqualTo("OK");

            stallInTheMiddle(stalled);
            Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + stalled.getLocalPort());
            Await.until("it loads again", PATIENCE, () -> "1".equals(Talk.field(replica.port(), "async_loading")));
            Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + second.port());

            same(second.port(), replica.port());
            awaitLine(replica.port(), "REPLICAOF 127.0.0.1:" + second.port() + " enabled");
        }
    }

    @Test
    void aBacklogThatNobodyNeedsForItsTimeIsGivenBackAndWithItTheHistory() {
        try (FairleadServer ours =
                        FairleadServer.builder().set("repl-backlog-ttl", "1").start();
                RealRedis real = new RealRedis(dir, "--repl-backlog-ttl", "1")) {
            for (int master : new int[] {ours.port(), real.port}) {
                DataSet.write(master, new Random(8), 100);
                String id;
                try (FairleadServer replica = TestServers.replicaOf(master)) {
                    Await.level(master, replica.port());
                    id = Talk.field(master, "master_replid");
                    assertThat(Talk.field(master, "repl_backlog_active")).isEqualTo("1");
                }
                Await.until("it is freed", PATIENCE, () -> "0".equals(Talk.field(master, "repl_backlog_active")));
                assertThat(Talk.field(master, "master_replid")).isNotEqualTo(id);
                assertThat(Talk.field(master, "master_replid2")).isEqualTo("0".repeat(40));
                assertThat(Talk.field(master, "second_repl_offset")).isEqualTo("-1");
                assertThat(Talk.field(master, "repl_backlog_histlen")).isEqualTo("0");
                try (FairleadServer replica = TestServers.replicaOf(master)) {
                    same(master, replica.port());
                }
            }
            awaitLine(ours.port(), "Replication backlog freed after 1 seconds without connected replicas.");
        }
    }

    @Test
    void aReplicaThatHangsAndAMasterThatHangsAreGivenUpAfterTheTimeout() {
        try (FairleadServer master = FairleadServer.builder()
                        .set("repl-timeout", "2")
                        .set("repl-ping-replica-period", "1")
                        .start();
                FairleadServer replica = TestServers.replicaOf(master.port(), "repl-timeout", "2")) {
            Await.level(master.port(), replica.port());
            replica.faults().pause();
            awaitLine(master.port(), "Disconnecting timedout replica (streaming sync)");
            replica.faults().resume();
            Await.level(master.port(), replica.port());

            master.faults().pause();
            awaitLine(replica.port(), "MASTER timeout: no data nor PING received");
            master.faults().resume();
            Talk.ask(master.port(), "SET", "after", "wards");
            same(master.port(), replica.port());
            assertThat(Talk.field(master.port(), "sync_full")).isEqualTo("1");
        }
    }

    @Test
    void twoServersThatFollowEachOtherStayWhatTheyAreUntilOneLeads() {
        try (FairleadServer one = server();
                FairleadServer other = server()) {
            DataSet.write(one.port(), new Random(2), 300);
            Talk.ask(other.port(), "REPLICAOF", "127.0.0.1", "" + one.port());
            Await.level(one.port(), other.port());
            var held = DataSet.read(one.port());

            Talk.ask(one.port(), "REPLICAOF", "127.0.0.1", "" + other.port());

            Await.until(
                    "each follows the other",
                    PATIENCE,
                    () -> "up".equals(Talk.field(one.port(), "master_link_status"))
                            && "up".equals(Talk.field(other.port(), "master_link_status")));
            awaitLine(other.port(), "Partial resynchronization request from 127.0.0.1:" + one.port() + " accepted");
            assertThat(Talk.ask(one.port(), "SET", "a", "b")).startsWith("-READONLY");
            assertThat(DataSet.read(one.port())).isEqualTo(held);
            assertThat(DataSet.read(other.port())).isEqualTo(held);
            Talk.ask(one.port(), "REPLICAOF", "NO", "ONE");
            DataSet.write(one.port(), new Random(3), 100);
            same(one.port(), other.port());
        }
    }

    @Test
    void aMasterThatVanishesInTheMiddleOfATransferCostsNothing() {
        try (FairleadServer replica = server()) {
            FairleadServer master = server();
            try (FlakyLink link = new FlakyLink(master.port(), 1)) {
                DataSet.write(replica.port(), new Random(4), 300);
                var held = DataSet.read(replica.port());
                fill(master.port());
                link.cutAfter(1_000_000);
                Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + link.port());
                awaitLine(replica.port(), "receiving streamed RDB");
                Await.until("it was cut", PATIENCE, () -> link.cuts() > 0);
                assertThat(DataSet.read(replica.port())).isEqualTo(held);
                awaitLine(master.port(), "last replica dropped");
                awaitLine(replica.port(), "I/O error trying to sync with MASTER: connection lost");

                link.cutAfter(Long.MAX_VALUE);
                same(master.port(), replica.port());
            } finally {
                master.close();
            }
        }
    }

    @Test
    void twoReplicasThatAskAtOnceShareOneWalk() {
        try (FairleadServer master = FairleadServer.builder()
                        .set("repl-diskless-sync-delay", "30")
                        .set("repl-diskless-sync-max-replicas", "2")
                        .start();
                FairleadServer one = server();
                RealRedis other = new RealRedis(dir)) {
            DataSet.write(master.port(), new Random(5), 300);
            Talk.ask(one.port(), "REPLICAOF", "127.0.0.1", "" + master.port());
            Talk.ask(other.port, "REPLICAOF", "127.0.0.1", "" + master.port());

            same(master.port(), one.port());
            same(master.port(), other.port);
            assertThat(count(master.port(), "Starting BGSAVE for SYNC")).isEqualTo(1);
            assertThat(Talk.field(master.port(), "sync_full")).isEqualTo("2");
        }
    }

    @Test
    void aMasterThatCannotSaveRefusesWritesAsARealOneDoesUntilItCan() throws Exception {
        Path ours = Files.createDirectory(dir.resolve("ours"));
        Path theirs = Files.createDirectory(dir.resolve("theirs"));
        try (FairleadServer server = FairleadServer.builder()
                        .set("dir", ours.toString())
                        .set("save", "3600 1")
                        .start();
                RealRedis real = new RealRedis(theirs, "--save", "3600 1")) {
            Files.delete(ours);
            try (var left = Files.list(theirs)) {
                left.forEach(file -> assertThat(file.toFile().delete()).isTrue());
            }
            Files.delete(theirs);
            for (int port : new int[] {server.port(), real.port}) {
                Talk.ask(port, "SET", "a", "1");
                Talk.ask(port, "BGSAVE");
                Await.until("the save fails", PATIENCE, () -> "err".equals(Talk.field(port, "rdb_last_bgsave_status")));
            }
            for (String[] command : new String[][] {{"SET", "a", "2"}, {"PING"}, {"GET", "a"}, {"DEL", "x"}}) {
                assertThat(Talk.ask(server.port(), command))
                        .as(String.join(" ", command))
                        .isEqualTo(Talk.ask(real.port, command));
            }
            assertThat(Talk.ask(server.port(), "SET", "a", "2")).startsWith("-MISCONF");

            Files.createDirectory(ours);
            Talk.ask(server.port(), "BGSAVE");
            Await.until("a save succeeds", PATIENCE, () -> Talk.ask(server.port(), "SET", "a", "2")
                    .equals("OK"));
        }
    }

    @Test
    void aReplicaSlowerThanTheStreamIsDroppedAtTheLimitAndComesBack() {
        try (FairleadServer master = FairleadServer.builder()
                        .set("client-output-buffer-limit", "replica 4mb 0 0")
                        .set("repl-backlog-size", "1mb")
                        .start();
                FairleadServer replica = server()) {
            Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + master.port());
            Await.level(master.port(), replica.port());
            replica.faults().pause();

            fill(master.port());

            awaitLine(master.port(), "closed for overcoming of output buffer limits");
            replica.faults().resume();
            same(master.port(), replica.port());
            assertThat(Talk.field(master.port(), "sync_full"))
                    .as("the backlog had passed it by")
                    .isEqualTo("2");
        }
    }
}
