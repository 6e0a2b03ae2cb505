package dev.fairlead.server;

import static dev.fairlead.server.RedisCli.cli;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.server.GuardedCluster.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The failover that a person tries out first, with {@code sentinel.conf}, {@code redis-cli} and an eye on the log, step by step. The
 * same steps and the same words with a real Sentinel: {@code -Dfairlead.sentinel.cells=all} runs it on one too.
 */
@EnabledIf(
        value = "dev.fairlead.server.internal.net.RedisProcess#isInstalled",
        disabledReason = "needs redis-server and redis-cli on the path")
@Timeout(240)
class SentinelWalkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    static Stream<Kind> sentinels() {
        return "all".equals(System.getProperty("fairlead.sentinel.cells"))
                ? Stream.of(Kind.REAL, Kind.BUNDLED)
                : Stream.of(Kind.BUNDLED);
    }

    @TempDir
    Path dir;

    private final List<Process> processes = new ArrayList<>();

    private Process start(List<String> command, String log) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(dir.resolve(log).toFile()))
                .start();
        processes.add(process);
        return process;
    }

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private Process server(int port, int master) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                "" + port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--repl-diskless-sync-delay",
                "0"));
        if (master != 0) {
            command.addAll(List.of("--replicaof", "127.0.0.1", "" + master));
        }
        return start(command, "server.log");
    }

    private static List<String> program(Kind kind) {
        return kind == Kind.REAL
                ? List.of("redis-server", "sentinel.conf", "--sentinel")
                : List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "dev.fairlead.server.Main",
                        "sentinel.conf",
                        "--sentinel");
    }

    private static String info(int master, int replicas, String status) {
        return """
            # Sentinel
            sentinel_masters:1
            sentinel_tilt:0
            sentinel_tilt_since_seconds:-1
            sentinel_running_scripts:0
            sentinel_scripts_queue_length:0
            sentinel_simulate_failure_flags:0
            master0:name=mymaster,status=%s,address=127.0.0.1:%d,slaves=%d,sentinels=1
            """.formatted(status, master, replicas);
    }

    private String log() throws IOException {
        Path log = dir.resolve("sentinel.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private void awaitLog(String line) {
        Await.until(line + " in the log", PATIENCE, () -> log().contains(line));
    }

    /** A program that adds its arguments as a line to this file. */
    private Path script(String file) throws IOException {
        Path script = dir.resolve(file + ".sh");
        Files.writeString(script, "#!/bin/sh\necho \"$@\" >> " + dir.resolve(file) + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    private void awaitLine(String file, String line) {
        Path path = dir.resolve(file);
        Await.until(
                line,
                PATIENCE,
                () -> Files.exists(path) && Files.readAllLines(path).contains(line));
    }

    private static String field(int port, String name) {
        try {
            return Talk.field(port, name);
        } catch (UncheckedIOException stillDown) {
            return "";
        }
    }

    @ParameterizedTest
    @MethodSource("sentinels")
    void killLookBringBackAndKillAgain(Kind kind) throws Exception {
        assumeTrue(cli(1, "--version").startsWith("redis-cli"), "needs redis-cli on the path");
        int first = GuardedCluster.freePort();
        int second = GuardedCluster.freePort();
        int port = GuardedCluster.freePort();
        Process master = server(first, 0);
        Process replica = server(second, first);
        Await.until("the replica is in step", PATIENCE, () -> "up".equals(field(second, "master_link_status")));
        Files.writeString(dir.resolve("sentinel.conf"), """
            # my Sentinel
            port %d
            logfile "sentinel.log"
            sentinel monitor mymaster 127.0.0.1 %d 1
            sentinel down-after-milliseconds mymaster 2000
            sentinel failover-timeout mymaster 6000
            sentinel notification-script mymaster %s
            sentinel client-reconfig-script mymaster %s
            """.formatted(port, first, script("told"), script("moved")));
        start(program(kind), "sentinel.out");

        Await.until("it sees the replica", PATIENCE, () -> cli(port, "info", "sentinel")
                .equals(info(first, 1, "ok")));

        master.destroyForcibly().waitFor();
        awaitLog("+switch-master mymaster 127.0.0.1 " + first + " 127.0.0.1 " + second);
        assertThat(log())
                .containsSubsequence(
                        "+sdown master mymaster 127.0.0.1 " + first,
                        "+odown master mymaster 127.0.0.1 " + first + " #quorum 1/1",
                        "+new-epoch 1",
                        "+try-failover master mymaster 127.0.0.1 " + first,
                        "+vote-for-leader ",
                        "+elected-leader master mymaster 127.0.0.1 " + first,
                        "+failover-state-select-slave master mymaster 127.0.0.1 " + first,
                        "+selected-slave slave 127.0.0.1:" + second + " 127.0.0.1 " + second + " @ mymaster 127.0.0.1 "
                                + first,
                        "+failover-state-send-slaveof-noone slave 127.0.0.1:" + second,
                        "+failover-state-wait-promotion slave 127.0.0.1:" + second,
                        "+promoted-slave slave 127.0.0.1:" + second,
                        "+failover-state-reconf-slaves master mymaster 127.0.0.1 " + first,
                        "+failover-end master mymaster 127.0.0.1 " + first);
        assertThat(cli(port, "sentinel", "get-master-addr-by-name", "mymaster"))
                .isEqualTo("127.0.0.1\n" + second + "\n");
        Await.until("INFO tells of it, and of no script that still runs", PATIENCE, () -> cli(port, "info", "sentinel")
                .equals(info(second, 1, "ok")));
        awaitLine("moved", "mymaster leader start 127.0.0.1 " + first + " 127.0.0.1 " + second);
        awaitLine("told", "+sdown master mymaster 127.0.0.1 " + first);
        awaitLine("told", "+switch-master mymaster 127.0.0.1 " + first + " 127.0.0.1 " + second);
        assertThat(cli(second, "set", "written", "meanwhile")).isEqualTo("OK\n");

        Process back = server(first, 0);
        awaitLog("+convert-to-slave slave 127.0.0.1:" + first + " 127.0.0.1 " + first + " @ mymaster 127.0.0.1 "
                + second);
        Await.until("the old master follows", PATIENCE, () -> "up".equals(field(first, "master_link_status")));
        assertThat(cli(first, "get", "written")).isEqualTo("meanwhile\n");

        // A Sentinel makes nobody a master whose INFO it has not seen for a while.
        Await.until("it sees it follow", PATIENCE, () -> cli(port, "sentinel", "replicas", "mymaster")
                .contains("master-link-status\nok\n"));
        replica.destroyForcibly().waitFor();
        awaitLog("+switch-master mymaster 127.0.0.1 " + second + " 127.0.0.1 " + first);
        assertThat(cli(port, "sentinel", "get-master-addr-by-name", "mymaster"))
                .isEqualTo("127.0.0.1\n" + first + "\n");
        assertThat(cli(first, "get", "written")).isEqualTo("meanwhile\n");
        assertThat(cli(first, "role")).startsWith("master\n");
        assertThat(back.isAlive()).isTrue();
        assertThat(Files.readString(dir.resolve("sentinel.conf")))
                .startsWith("# my Sentinel\nport " + port + "\nlogfile \"sentinel.log\"\n")
                .contains("sentinel monitor mymaster 127.0.0.1 " + first + " 1", "sentinel current-epoch 2");
    }
}
