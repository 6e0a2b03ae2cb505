package dev.fairlead.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A redis-server of its own process, on a free loopback port, in a temporary directory that goes with it. Answers PING by
 * the time {@link #start} returns. Ended by {@link #close}, or when the JVM ends in any way that lets it say goodbye.
 */
public class RedisProcess implements TestNode {
    /** A port found free may be taken before the server binds it; five such collisions in a row are not chance. */
    private static final int START_ATTEMPTS = 5;

    /** Made by {@code mvn package}. */
    public static final Path BUNDLED_JAR = Path.of("..", "server", "target", "fairlead-server.jar")
            .toAbsolutePath()
            .normalize();

    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
    private static final long LOOK_AGAIN_NANOS = 5_000_000;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "end-redis-processes"));
    }

    private final Path directory;
    private final int port;
    private final List<String> arguments;
    private Process process;

    RedisProcess(Path directory, int port, List<String> arguments) {
        this.directory = directory;
        this.port = port;
        this.arguments = arguments;
    }

    /** Starts a server; each directive is a line of redis.conf. Nothing is saved unless a directive says so. */
    public static RedisProcess start(String... directives) {
        List<String> lines =
                new ArrayList<>(List.of("save \"\"", "repl-diskless-sync-delay 0", "enable-debug-command yes"));
        if (!RedisBinary.find().isAtLeast("7.0")) {
            lines.remove("enable-debug-command yes"); // 6.2 has DEBUG without a lock on it, and no such directive.
        }
        lines.addAll(List.of(directives));
        return startOnFreePort(RedisBinary.find().program(), "redis.conf", lines, List.of(), RedisProcess::new);
    }

    /** The bundled server as a process of its own, from its jar; each directive is a line of redis.conf. */
    public static RedisProcess startBundled(String... directives) {
        return startOnFreePort(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        BUNDLED_JAR.toString()),
                "redis.conf",
                List.of(directives),
                List.of(),
                RedisProcess::new);
    }

    static <T extends RedisProcess> T startOnFreePort(
            List<String> program, String fileName, List<String> directives, List<String> flags, Maker<T> maker) {
        IllegalStateException failure = null;
        for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
            try {
                int port = freePort();
                Path directory = Files.createTempDirectory("fairlead-it-");
                List<String> lines = new ArrayList<>();
                lines.add("bind 127.0.0.1");
                lines.add("port " + port);
                lines.add("dir \"" + directory + "\"");
                lines.addAll(directives);
                Path file = Files.write(directory.resolve(fileName), lines);
                List<String> arguments =
                        new ArrayList<>(List.of(RedisBinary.find().path().toString(), file.toString()));
                arguments.addAll(flags);
                T server = maker.make(directory, port, List.copyOf(arguments));
                server.restart();
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (IllegalStateException e) {
                if (!e.getMessage().contains("Address already in use")) {
                    throw e;
                }
                failure = e;
            }
        }
        throw failure;
    }

    /** A loopback port that nobody listens on at this moment. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public Map<String, String> info(String section) {
        try (RedisClient client = connect()) {
            return client.info(section);
        }
    }

    /** What the server has logged so far. */
    public String log() {
        try {
            return Files.readString(directory.resolve("log"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void pause() {
        signal("STOP");
    }

    @Override
    public void resume() {
        signal("CONT");
    }

    @Override
    public void kill() {
        end(process::destroyForcibly);
    }

    /** Ends it as an operator would: SIGTERM, on which it saves by its own rules. @return its exit code */
    public int stop() {
        end(process::destroy);
        return process.exitValue();
    }

    /** Starts it again after {@link #kill} or {@link #stop}, on the same port, from the file as it is by now. */
    @Override
    public void restart() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("Still running: " + address());
        }
        try {
            process = new ProcessBuilder(arguments)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(process);
        awaitAnswer(this, process::isAlive, this::log);
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return address();
    }

    /** Returns once the node has answered a PING in any words: NOAUTH too says that it serves. */
    static void awaitAnswer(TestNode node, BooleanSupplier running, Supplier<String> log) {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            if (!running.getAsBoolean()) {
                throw new IllegalStateException(node.address() + " ended as it was started:\n" + log.get());
            }
            try (RedisClient client = RedisClient.connect(node.host(), node.port(), Duration.ofSeconds(1))) {
                client.ask("PING");
                return;
            } catch (UncheckedIOException e) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
        throw new IllegalStateException(node.address() + " did not answer in " + START_TIMEOUT + ":\n" + log.get());
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill -" + name + " failed for " + address());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void end(Runnable blow) {
        blow.run();
        try {
            if (!process.waitFor(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(address() + " did not end in " + START_TIMEOUT + ":\n" + log());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        RUNNING.remove(process);
    }

    interface Maker<T> {
        T make(Path directory, int port, List<String> arguments);
    }
}
