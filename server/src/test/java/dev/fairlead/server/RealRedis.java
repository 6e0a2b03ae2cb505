package dev.fairlead.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.server.internal.net.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A redis-server process on a free port, or the one of {@code --port}, for as long as the test holds it. Tests are skipped where none is on the path. */
final class RealRedis implements AutoCloseable {
    private final Process process;
    final int port;

    RealRedis(Path dir, String... directives) {
        assumeInstalled();
        int given = List.of(directives).indexOf("--port");
        port = given < 0 ? GuardedCluster.freePort() : Integer.parseInt(directives[given + 1]);
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", "" + port, "--bind", "127.0.0.1"));
        command.addAll(List.of("--save", "", "--dir", dir.toString(), "--repl-diskless-sync-delay", "0"));
        command.addAll(List.of(directives));
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("redis-" + port + ".log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until("redis-server answers", Duration.ofSeconds(10), () -> {
            try {
                return Talk.ask(port, "PING").equals("PONG");
            } catch (UncheckedIOException e) {
                return false;
            }
        });
    }

    /** Skips the test where there is no redis-server, which comes with redis-cli, on the path. */
    static void assumeInstalled() {
        assumeTrue(RedisProcess.isInstalled(), "needs a redis-server 7.0 on the path: apt-get install redis-server");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
