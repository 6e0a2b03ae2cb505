package dev.fairlead.server.internal.net;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A redis-server process on a free port of 127.0.0.1, as a server or as a Sentinel. Ended with {@link #close}. */
public final class RedisProcess implements AutoCloseable {
    private final Path dir;
    private final List<String> command;
    final int port;
    private Process process;

    private RedisProcess(int port, Path dir, List<String> command) {
        this.port = port;
        this.dir = dir;
        this.command = command;
        begin();
    }

    public static boolean isInstalled() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, "redis-server"))) {
                return true;
            }
        }
        return false;
    }

    /** @param master port of the server to replicate; 0 for a master */
    static RedisProcess server(Path parent, int master) throws IOException {
        int port = freePort();
        Path dir = Files.createDirectory(parent.resolve("server-" + port));
        Files.writeString(
                dir.resolve("redis.conf"),
                "port " + port + "\nbind 127.0.0.1\nsave \"\"\nrepl-diskless-sync-delay 0\n"
                        + (master == 0 ? "" : "replicaof 127.0.0.1 " + master + "\n"));
        return new RedisProcess(port, dir, List.of("redis-server", "redis.conf"));
    }

    public static RedisProcess sentinel(Path parent, int master, int downAfterMillis) throws IOException {
        int port = freePort();
        Path dir = Files.createDirectory(parent.resolve("sentinel-" + port));
        Files.writeString(
                dir.resolve("sentinel.conf"),
                "port " + port + "\nbind 127.0.0.1\nsentinel monitor mymaster 127.0.0.1 " + master
                        + " 2\nsentinel down-after-milliseconds mymaster " + downAfterMillis
                        + "\nsentinel failover-timeout mymaster 6000\n");
        return new RedisProcess(port, dir, List.of("redis-server", "sentinel.conf", "--sentinel"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts it, again if need be, and returns when it answers. */
    void begin() {
        try {
            process = new ProcessBuilder(new ArrayList<>(command))
                    .directory(dir.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("log").toFile())
                    .start();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!answers()) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IllegalStateException("redis-server does not answer on port " + port + ": "
                            + Files.readString(dir.resolve("log")));
                }
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot start redis-server", e);
        }
    }

    private boolean answers() {
        try (TestClient client = new TestClient(port)) {
            return "PONG".equals(client.call("PING").asString());
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String info() throws IOException {
        try (TestClient client = new TestClient(port)) {
            return client.call("INFO", "replication").asString();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
