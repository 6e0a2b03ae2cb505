package dev.fairlead.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.resp.Reply;
import dev.fairlead.server.internal.sentinel.SentinelTimings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Bundled Sentinels on the wire: alone, over real servers, and in one quorum with real Sentinels. */
class SentinelServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();

    private <T extends AutoCloseable> T opened(T thing) {
        open.add(thing);
        return thing;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable thing : open) {
            thing.close();
        }
    }

    private SentinelServer bundled(int masterPort, int quorum) {
        return opened(SentinelServer.start(
                List.of(
                        "port 0",
                        "bind 127.0.0.1",
                        "sentinel monitor mymaster 127.0.0.1 " + masterPort + " " + quorum,
                        "sentinel down-after-milliseconds mymaster 500",
                        "sentinel failover-timeout mymaster 6000"),
                SentinelTimings.STANDARD));
    }

    @Nested
    class Alone {
        private TestClient client;

        private Reply call(String... argv) throws IOException {
            if (client == null) {
                // Nobody listens on port 1: the master is down, and every command answers all the same.
                client = opened(new TestClient(bundled(1, 2).port()));
            }
            return client.call(argv);
        }

        private String error(String... argv) throws IOException {
            return ((Reply.ServerError) call(argv)).text();
        }

        @Test
        void saysWhereTheMasterIsAndNothingForAnUnknownName() throws IOException {
            assertThat(call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster").asStrings())
                    .containsExactly("127.0.0.1", "1");
            assertThat(call("SENTINEL", "get-master-addr-by-name", "other").isNull())
                    .isTrue();
        }

        @Test
        void answersErrorsInRedisWords() throws IOException {
            assertThat(error("GET", "k")).isEqualTo("ERR unknown command 'GET', with args beginning with: 'k' ");
            assertThat(error("SENTINEL", "nonsense"))
                    .isEqualTo("ERR unknown subcommand 'nonsense'. Try SENTINEL HELP.");
            assertThat(error("SENTINEL", "MASTER", "other")).isEqualTo("ERR No such master with that name");
            assertThat(error("SENTINEL", "MASTER"))
                    .isEqualTo("ERR wrong number of arguments for 'sentinel|master' command");
            assertThat(error("SENTINEL", "FAILOVER", "mymaster"))
                    .isEqualTo("NOGOODSLAVE No suitable replica to promote");
            assertThat(error("SENTINEL", "CKQUORUM", "mymaster")).startsWith("NOQUORUM 1 usable Sentinels. ");
            assertThat(error("SENTINEL", "SET", "mymaster", "quorum", "zero"))
                    .isEqualTo("ERR Invalid argument 'zero' for SENTINEL SET 'quorum'");
            assertThat(error("PUBLISH", "news", "x")).contains("Only HELLO messages");
        }

        @Test
        void tellsSubscribersOfEventsByNameAndByPattern() throws IOException {
            call("PING");
            TestClient second = opened(new TestClient(socketPort()));
            second.call("SENTINEL", "REMOVE", "mymaster");
            call("PSUBSCRIBE", "+mon*");
            second.call("SENTINEL", "MONITOR", "another", "127.0.0.1", "2", "1");
            assertThat(client.next().asStrings())
                    .containsExactly("pmessage", "+mon*", "+monitor", "master another 127.0.0.1 2 quorum 1");
        }

        private int socketPort() {
            return ((SentinelServer) open.get(0)).port();
        }

        @Test
        void votesOnceInAnEpoch() throws IOException {
            String a = "a".repeat(40);
            String b = "b".repeat(40);
            assertThat(ask("7", a)).containsExactly("0", a, "7");
            assertThat(ask("7", b)).as("the same epoch again").containsExactly("0", a, "7");
            assertThat(ask("6", b)).as("an older one").containsExactly("0", a, "7");
            assertThat(ask("8", b)).as("the next one").containsExactly("0", b, "8");
            assertThat(ask("9", "*")).as("no vote asked").containsExactly("0", "*", "0");
        }

        private List<String> ask(String epoch, String candidate) throws IOException {
            return call("SENTINEL", "IS-MASTER-DOWN-BY-ADDR", "127.0.0.1", "1", epoch, candidate)
                    .asStrings();
        }

        @Test
        void aHelloThatLiesChangesNothing() throws IOException {
            String id = "c".repeat(40);
            String[] lies = {
                "127.0.0.1,5000," + id + ",3,mymaster,127.0.0.1,9999,4", // a configuration newer than its sender
                "127.0.0.1,5000," + id + ",3,unknown,127.0.0.1,9999,2",
                "127.0.0.1,99999," + id + ",3,mymaster,127.0.0.1,9999,2",
                "127.0.0.1,5000," + id + ",3,mymaster,127.0.0.1,9999",
                "gibberish"
            };
            for (String lie : lies) {
                call("PUBLISH", "__sentinel__:hello", lie);
            }
            assertThat(call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster").asStrings())
                    .containsExactly("127.0.0.1", "1");
            assertThat(call("SENTINEL", "SENTINELS", "mymaster").asList()).isEmpty();
            call("PUBLISH", "__sentinel__:hello", "127.0.0.1,5000," + id + ",4,mymaster,127.0.0.1,9999,4");
            assertThat(call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster").asStrings())
                    .as("while a true one does")
                    .containsExactly("127.0.0.1", "9999");
            call("PUBLISH", "__sentinel__:hello", "127.0.0.1,5000," + id + ",9,mymaster,127.0.0.1,8888,3");
            assertThat(call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster").asStrings())
                    .as("and an old configuration changes nothing again")
                    .containsExactly("127.0.0.1", "9999");
        }

        @Test
        void aMasterMayBeMonitoredByNameWhereNamesAreAllowed() throws IOException {
            assertThat(error("SENTINEL", "MONITOR", "named", "localhost", "2", "1"))
                    .isEqualTo("ERR Invalid IP address or hostname specified");
            call("SENTINEL", "CONFIG", "SET", "resolve-hostnames", "yes");
            assertThat(error("SENTINEL", "MONITOR", "named", "x".repeat(300), "2", "1"))
                    .isEqualTo("ERR Invalid IP address or hostname specified");
            // The second command is there while the first waits for its answer from elsewhere.
            client.send(
                    new String[] {"SENTINEL", "MONITOR", "named", "localhost", "2", "1"},
                    new String[] {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "named"});
            assertThat(client.next().asString()).isEqualTo("OK");
            assertThat(client.next().asStrings()).containsExactly("127.0.0.1", "2");
            call("SENTINEL", "CONFIG", "SET", "announce-hostnames", "yes");
            call("SENTINEL", "MONITOR", "announced", "localhost", "3", "1");
            assertThat(call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "announced").asStrings())
                    .containsExactly("localhost", "3");
        }

        @Test
        void asksStrangersForThePassword() throws IOException {
            SentinelServer guarded = opened(SentinelServer.start(
                    List.of("port 0", "bind 127.0.0.1", "requirepass secret"), SentinelTimings.STANDARD));
            TestClient stranger = opened(new TestClient(guarded.port()));
            assertThat(stranger.call("SENTINEL", "MASTERS").isError()).isTrue();
            assertThat(((Reply.ServerError) stranger.call("AUTH", "wrong")).text())
                    .startsWith("WRONGPASS");
            assertThat(stranger.call("HELLO", "3", "AUTH", "default", "secret").asMap())
                    .containsKey("mode");
            assertThat(stranger.call("SENTINEL", "MASTERS").asList()).isEmpty();
        }
    }

    @Nested
    class InItsFile {
        @Test
        void keepsIdEpochsAndVotesOverARestart() throws IOException {
            Path file = dir.resolve("sentinel.conf");
            Files.write(
                    file,
                    List.of("# my own words", "port 0", "bind 127.0.0.1", "sentinel monitor mymaster 127.0.0.1 1 2"));
            String id;
            try (SentinelServer first = SentinelServer.start(file);
                    TestClient client = new TestClient(first.port())) {
                id = client.call("SENTINEL", "MYID").asString();
                client.call("SENTINEL", "IS-MASTER-DOWN-BY-ADDR", "127.0.0.1", "1", "5", "a".repeat(40));
                client.call("SENTINEL", "SET", "mymaster", "down-after-milliseconds", "1234");
            }
            assertThat(Files.readAllLines(file)).startsWith("# my own words").contains("sentinel current-epoch 5");
            try (SentinelServer second = SentinelServer.start(file);
                    TestClient client = new TestClient(second.port())) {
                assertThat(client.call("SENTINEL", "MYID").asString()).isEqualTo(id);
                assertThat(client.call("SENTINEL", "IS-MASTER-DOWN-BY-ADDR", "127.0.0.1", "1", "5", "b".repeat(40))
                                .asStrings())
                        .as("no second vote in epoch 5")
                        .containsExactly("0", "*", "0");
                assertThat(client.call("SENTINEL", "MASTER", "mymaster")
                                .asMap()
                                .get("down-after-milliseconds")
                                .asString())
                        .isEqualTo("1234");
            }
        }

        @Test
        void aWrongLineStopsTheStartWithFileLineAndReason() throws IOException {
            Path file = dir.resolve("sentinel.conf");
            Files.write(file, List.of("port 0", "sentinel monitor mymaster 127.0.0.1 66666 2"));
            assertThatThrownBy(() -> SentinelServer.start(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sentinel.conf:2: '66666' is not between 1 and 65535")
                    .hasMessageContaining(">>> 'sentinel monitor mymaster 127.0.0.1 66666 2'");
        }

        @Test
        void aCertificateThatIsNotThereStopsTheStartWithFileLineAndReason() throws IOException {
            Path file = dir.resolve("sentinel.conf");
            Files.write(file, List.of("port 0", "tls-port 26380", "tls-auth-clients perhaps"));
            assertThatThrownBy(() -> SentinelServer.start(file))
                    .hasMessageContaining("sentinel.conf:3: ")
                    .hasMessageContaining("must be one of the following: no, yes, optional");
            Files.write(file, List.of("port 0", "tls-port 26380", "tls-cert-file none.pem", "tls-key-file none.key"));
            assertThatThrownBy(() -> SentinelServer.start(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sentinel.conf:3: Failed to load certificate: ")
                    .hasMessageContaining("none.pem: there is no such file")
                    .hasMessageContaining(">>> 'tls-cert-file none.pem'");
        }

        @Test
        void aDirectoryThatIsNotThereOrAFileThatCannotBeWrittenSaysSo() throws IOException {
            Path file = dir.resolve("sentinel.conf");
            Files.write(file, List.of("port 0", "dir " + dir.resolve("nowhere")));
            assertThatThrownBy(() -> SentinelServer.start(file))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("Can't chdir to '" + dir.resolve("nowhere") + "'");
            Path missing = dir.resolve("missing.conf");
            assertThatThrownBy(() -> SentinelServer.start(missing))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("Can't start the Sentinel with " + missing);
        }

        /** Root may write where nobody can; so the directory here is one in which the kernel itself makes no files. */
        @Test
        @EnabledOnOs(OS.LINUX)
        void aDirectoryThatNobodyCanWriteSaysSo() throws IOException {
            Path file = dir.resolve("sentinel.conf");
            Files.write(file, List.of("port 0", "dir /proc/self"));
            assertThatThrownBy(() -> SentinelServer.start(file))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("Can't start the Sentinel with " + file)
                    .hasMessageContaining("dir /proc/self cannot be written");
        }

        @Test
        void scriptsMayBeChangedOnlyWhereTheFileSaysSo() throws IOException {
            Path file = dir.resolve("sentinel.conf");
            Files.write(
                    file,
                    List.of(
                            "port 0",
                            "bind 127.0.0.1",
                            "sentinel deny-scripts-reconfig no",
                            "sentinel monitor mymaster 127.0.0.1 1 1"));
            try (SentinelServer sentinel = SentinelServer.start(file);
                    TestClient client = new TestClient(sentinel.port())) {
                String[] set = {"SENTINEL", "SET", "mymaster", "notification-script", "/bin/sh"};
                assertThat(client.call(set).asString()).isEqualTo("OK");
                set[4] = "/nonexistent";
                assertThat(((Reply.ServerError) client.call(set)).text())
                        .isEqualTo("ERR Notification script seems non existing or non executable");
            }
            assertThat(Files.readAllLines(file)).contains("sentinel notification-script mymaster /bin/sh");
        }

        @Test
        void aPortInUseSaysSo() throws IOException {
            int taken = bundled(1, 1).port();
            Path file = dir.resolve("sentinel.conf");
            Files.write(file, List.of("port " + taken, "bind 127.0.0.1"));
            assertThatThrownBy(() -> SentinelServer.start(file))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("Failed listening on port " + taken);
        }
    }

    static boolean redisIsInstalled() {
        return RedisProcess.isInstalled();
    }

    @Nested
    @EnabledIf(
            value = "dev.fairlead.server.internal.net.SentinelServerTest#redisIsInstalled",
            disabledReason = "needs redis-server")
    class OverRealServers {
        private RedisProcess[] startServers() throws IOException {
            RedisProcess master = opened(RedisProcess.server(dir, 0));
            return new RedisProcess[] {
                master, opened(RedisProcess.server(dir, master.port)), opened(RedisProcess.server(dir, master.port))
            };
        }

        private RedisProcess masterOf(RedisProcess[] servers, int... sentinelPorts) throws IOException {
            List<String> views = new ArrayList<>();
            for (int port : sentinelPorts) {
                try (TestClient client = new TestClient(port)) {
                    views.add(client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
                            .asStrings()
                            .get(1));
                }
            }
            for (RedisProcess server : servers) {
                if (views.stream().allMatch(view -> view.equals("" + server.port))) {
                    return server;
                }
            }
            return null;
        }

        private void awaitSight(int... sentinelPorts) {
            for (int port : sentinelPorts) {
                await().atMost(PATIENCE).untilAsserted(() -> {
                    try (TestClient client = new TestClient(port)) {
                        var master =
                                client.call("SENTINEL", "MASTER", "mymaster").asMap();
                        assertThat(master.get("num-slaves").asString()).isEqualTo("2");
                        assertThat(master.get("num-other-sentinels").asString())
                                .isEqualTo("" + (sentinelPorts.length - 1));
                        for (Reply replica :
                                client.call("SENTINEL", "REPLICAS", "mymaster").asList()) {
                            assertThat(replica.asMap().get("master-link-status").asString())
                                    .isEqualTo("ok");
                        }
                    }
                });
            }
        }

        private void awaitReplicaOf(RedisProcess server, RedisProcess master) {
            await().atMost(PATIENCE)
                    .ignoreException(java.net.ConnectException.class)
                    .untilAsserted(() -> assertThat(server.info())
                            .contains("role:slave", "master_port:" + master.port, "master_link_status:up"));
        }

        @Test
        void anOrderedFailoverOfRealServersEndsWithTheOldMasterAsReplica() throws IOException {
            RedisProcess[] servers = startServers();
            int sentinel = bundled(servers[0].port, 1).port();
            awaitSight(sentinel);
            try (TestClient client = new TestClient(sentinel)) {
                assertThat(client.call("SENTINEL", "FAILOVER", "mymaster").asString())
                        .isEqualTo("OK");
            }
            await().atMost(PATIENCE).until(() -> masterOf(servers, sentinel) != servers[0]);
            awaitReplicaOf(servers[0], masterOf(servers, sentinel));
        }

        @Test
        void oneThatIsToldToDieAfterItsElectionDiesThereAndNobodyIsPromoted() throws Exception {
            RedisProcess[] servers = startServers();
            SentinelServer sentinel = bundled(servers[0].port, 1);
            awaitSight(sentinel.port());
            try (TestClient client = new TestClient(sentinel.port())) {
                client.call("SENTINEL", "SIMULATE-FAILURE", "crash-after-election");
                client.call("SENTINEL", "FAILOVER", "mymaster");
            }
            await().atMost(PATIENCE).until(sentinel::hasCrashed);
            sentinel.awaitTermination();
            assertThat(servers[0].info()).contains("role:master", "connected_slaves:2");
        }

        @Test
        void describesNodesInTheFieldsOfARealSentinel() throws IOException {
            RedisProcess[] servers = startServers();
            int ours = bundled(servers[0].port, 2).port();
            int real = opened(RedisProcess.sentinel(dir, servers[0].port, 500)).port;
            awaitSight(ours, real);
            try (TestClient us = new TestClient(ours);
                    TestClient them = new TestClient(real)) {
                for (String what : List.of("MASTERS", "REPLICAS", "SENTINELS")) {
                    String[] command = what.equals("MASTERS")
                            ? new String[] {"SENTINEL", what}
                            : new String[] {"SENTINEL", what, "mymaster"};
                    assertThat(us.call(command).asList().get(0).asMap().keySet())
                            .as(what)
                            .containsExactlyElementsOf(
                                    them.call(command).asList().get(0).asMap().keySet());
                }
            }
        }
    }
}
