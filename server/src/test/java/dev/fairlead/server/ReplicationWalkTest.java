package dev.fairlead.server;

import static dev.fairlead.server.RedisCli.cli;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person tries out first with three server processes and {@code redis-cli}, step by step; the same steps with real servers among them. */
@Timeout(120)
class ReplicationWalkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path dir;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process server(boolean bundled, String home, int port, String... directives) throws IOException {
        List<String> command = new ArrayList<>(
                bundled
                        ? List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "dev.fairlead.server.Main")
                        : List.of("redis-server"));
        command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0"));
        command.addAll(List.of("--repl-ping-replica-period", "3600")); // or the old master may be one PING ahead
        command.addAll(
                List.of("--dir", Files.createDirectories(dir.resolve(home)).toString()));
        command.addAll(List.of(directives));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve(home + ".log").toFile())
                .start();
        processes.add(process);
        Await.until("it answers", PATIENCE, () -> cli(port, "ping").equals("PONG\n"));
        return process;
    }

    private static void awaitInfo(int port, String... lines) {
        Await.until(String.join(", ", lines), PATIENCE, () -> {
            List<String> info = cli(port, "info", "replication").lines().toList();
            return info.containsAll(List.of(lines));
        });
    }

    @ParameterizedTest(name = "bundled: {0}, {1}, {2}")
    @CsvSource({"true, true, true", "false, true, false"})
    void startFollowLookWritePromoteTurnAndBringBack(boolean aIsBundled, boolean bIsBundled, boolean cIsBundled)
            throws Exception {
        RealRedis.assumeInstalled(); // redis-cli comes with it
        assumeTrue(cli(1, "--version").startsWith("redis-cli"), "needs redis-cli on the path");
        int a = GuardedCluster.freePort();
        int b = GuardedCluster.freePort();
        int c = GuardedCluster.freePort();
        Process first = server(aIsBundled, "a", a);
        server(bIsBundled, "b", b, "--replicaof", "127.0.0.1 " + a);
        server(cIsBundled, "c", c, "--replicaof", "127.0.0.1 " + a);

        for (int replica : new int[] {b, c}) {
            awaitInfo(replica, "role:slave", "master_port:" + a, "master_link_status:up", "slave_read_only:1");
        }
        awaitInfo(a, "role:master", "connected_slaves:2", "master_failover_state:no-failover");
        Await.until(
                "both are online",
                PATIENCE,
                () -> cli(a, "info", "replication")
                                .lines()
                                .filter(line -> line.matches("slave[01]:ip=127.0.0.1,port=(" + b + "|" + c
                                        + "),state=online,offset=\\d+,lag=\\d+"))
                                .count()
                        == 2);

        assertThat(cli(a, "set", "greeting", "hello")).isEqualTo("OK\n");
        for (int replica : new int[] {b, c}) {
            Await.until("it is read", PATIENCE, () -> cli(replica, "get", "greeting")
                    .equals("hello\n"));
            assertThat(cli(replica, "set", "greeting", "no").strip())
                    .isEqualTo("READONLY You can't write against a read only replica.");
        }
        assertThat(cli(a, "wait", "2", "10000")).isEqualTo("2\n");

        Await.level(a, b);
        Await.level(a, c);
        assertThat(cli(b, "slaveof", "no", "one")).isEqualTo("OK\n");
        awaitInfo(b, "role:master", "connected_slaves:0");
        assertThat(cli(c, "replicaof", "127.0.0.1", "" + b)).isEqualTo("OK\n");
        awaitInfo(c, "master_port:" + b, "master_link_status:up");

        assertThat(cli(a, "shutdown", "save")).isEmpty();
        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(cli(b, "set", "greeting", "hello again")).isEqualTo("OK\n");
        server(aIsBundled, "a", a, "--replicaof", "127.0.0.1 " + b);

        awaitInfo(a, "role:slave", "master_port:" + b, "master_link_status:up");
        for (int replica : new int[] {a, c}) {
            Await.until("it is read", PATIENCE, () -> cli(replica, "get", "greeting")
                    .equals("hello again\n"));
        }
        awaitInfo(b, "connected_slaves:2");
        assertThat(Talk.field(b, "sync_full")).as("nobody had to begin anew").isEqualTo("0");
        assertThat(Talk.field(b, "sync_partial_ok")).isEqualTo("2");
    }
}
