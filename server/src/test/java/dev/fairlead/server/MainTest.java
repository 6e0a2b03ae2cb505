package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: what supervisors and operators rely on. */
@Timeout(90)
class MainTest {
    private static final int END_SECONDS = 20;

    @TempDir
    Path dir;

    private final int port = freePort();
    private final List<Process> started = new ArrayList<>();

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "dev.fairlead.server.Main"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("out").toFile())
                .start();
        started.add(process);
        return process;
    }

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    private String output() throws IOException {
        return Files.readString(dir.resolve("out"));
    }

    private void awaitReady() {
        Await.until(
                "the server is ready", Duration.ofSeconds(30), () -> output().contains("Ready to accept connections"));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void itStartsFromAFileTellsWhatSupervisorsLookForAndSavesOnSigterm() throws Exception {
        Path conf = Files.writeString(
                dir.resolve("redis.conf"), "port 1\ndaemonize yes\nsave 900 1\nbind 127.0.0.1\ndir \"" + dir + "\"\n");
        Process server = start(conf.toString(), "--port", "" + port, "--requirepass", "pw");
        awaitReady();
        try (Talk talk = new Talk(port)) {
            assertThat(talk.call("AUTH", "pw")).isEqualTo("OK");
            assertThat(talk.call("SET", "a", "b")).isEqualTo("OK");
            assertThat(talk.call("REPLICAOF", "127.0.0.1", "1")).isEqualTo("OK");
            assertThat(talk.call("REPLICAOF", "NO", "ONE")).isEqualTo("OK");
            assertThat(talk.call("CONFIG", "REWRITE")).isEqualTo("OK");
        }

        server.destroy();

        assertThat(server.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
        assertThat(output())
                .containsSubsequence(
                        " PID: " + server.pid(),
                        "Server initialized",
                        "'daemonize' is accepted and has no effect",
                        server.pid() + ":M ",
                        "Ready to accept connections",
                        server.pid() + ":S ",
                        "Connecting to MASTER 127.0.0.1:1",
                        server.pid() + ":M ",
                        "MASTER MODE enabled",
                        "User requested shutdown...",
                        "DB saved on disk",
                        "bye bye");
        assertThat(output().lines().findFirst().orElse(""))
                .matches(server.pid() + ":M \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3} # .*");
        assertThat(dir.resolve("dump.rdb")).exists();
        assertThat(conf).content().contains("port " + port, "requirepass pw", "daemonize yes");
    }

    @Test
    void theShutdownCommandEndsTheProcess() throws Exception {
        Process server = start("--port", "" + port, "--save", "", "--dir", dir.toString());
        awaitReady();

        assertThat(Talk.ask(port, "SHUTDOWN", "NOSAVE")).isEqualTo("(closed)");

        assertThat(server.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
    }

    @Test
    void aPortInUseEndsItWithStatusOne() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            Process server = start("--port", "" + taken.getLocalPort(), "--bind", "127.0.0.1");

            assertThat(server.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isEqualTo(1);
            assertThat(output()).contains("Failed listening on port " + taken.getLocalPort());
        }
    }

    @Test
    void aWrongLineOfTheFileEndsItWithItsNumber() throws Exception {
        Path conf = Files.writeString(dir.resolve("redis.conf"), "port 7000\nrepl-timout 3\n");
        Process server = start(conf.toString());

        assertThat(server.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(1);
        assertThat(output()).contains(conf + ", at line 2", "'repl-timout 3'", "Bad directive");
    }

    @Test
    void oneArgumentMayHoldTheWordsOfADirective() {
        ServerConfig config = ServerConfig.ofProcess();

        Main.readArguments(List.of("--replicaof", "127.0.0.1 6379", "--save", "", "--appendonly", "no"), config);

        assertThat(config.get("replicaof")).isEqualTo("127.0.0.1 6379");
        assertThat(config.savePoints()).isEmpty();
        assertThat(config.withoutEffect()).isEmpty();
    }
}
