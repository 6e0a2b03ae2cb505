package dev.fairlead.server;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Measures a full sync of the runnable jar beside redis-server's, in one run: how long a fresh replica takes, idle and under load,
 * and what the master's clients see meanwhile. Not a test: its figures are for a person to look at.
 *
 * <pre>java -cp server/target/test-classes dev.fairlead.server.FullSyncComparison server/target/fairlead-server.jar [keys [rounds]]</pre>
 */
final class FullSyncComparison {
    private static final int VALUE_BYTES = 100;
    /** Commands written before their replies are read, while the data is made. */
    private static final int PIPELINE = 1000;
    /** Of the load: one SET each half millisecond, due at its time whatever became of the one before. */
    private static final long PACE_NANOS = 500_000;
    /** Without a sync: how long "as usual" is measured. */
    private static final Duration USUAL = Duration.ofSeconds(5);

    private static final Duration MOST_START = Duration.ofSeconds(20);
    private static final long POLL_NANOS = 10_000_000;
    private static final Duration MOST_SYNC = Duration.ofMinutes(2);

    private FullSyncComparison() {}

    public static void main(String[] args) throws Exception {
        Path jar = Path.of(args[0]).toAbsolutePath();
        int keys = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 2;
        List<String> bundled =
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString());
        System.out.printf("%d keys with values of %d random bytes%n", keys, VALUE_BYTES);
        for (int round = 1; round <= rounds; round++) {
            compare("redis-server", List.of("redis-server"), keys);
            compare("bundled", bundled, keys);
        }
    }

    private static void compare(String name, List<String> command, int keys) throws Exception {
        try (Server master = new Server(command)) {
            populate(master.port, keys);
            long idleMillis;
            try (Server replica = new Server(command)) {
                idleMillis = sync(master, replica);
            }
            Load usual = new Load(master.port);
            LockSupport.parkNanos(USUAL.toNanos());
            usual.end();
            long loadedMillis;
            Load meanwhile;
            try (Server replica = new Server(command)) {
                meanwhile = new Load(master.port);
                loadedMillis = sync(master, replica);
                meanwhile.end();
            }
            System.out.printf(
                    "%-12s  full sync: idle %d ms, under load %d ms;  SET as usual: %s;  during the sync: %s%n",
                    name, idleMillis, loadedMillis, usual, meanwhile);
        }
    }

    /** Milliseconds from REPLICAOF to the replica's link being up with all the data. */
    static long sync(Server master, Server replica) {
        long start = System.nanoTime();
        Talk.ask(replica.port, "REPLICAOF", "127.0.0.1", "" + master.port);
        until(MOST_SYNC, () -> Talk.ask(replica.port, "INFO", "replication").contains("master_link_status:up"));
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    static void until(Duration atMost, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > atMost.toNanos()) {
                throw new IllegalStateException("not within " + atMost);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void populate(int port, int keys) throws IOException {
        Random random = new Random(1);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            byte[] value = new byte[VALUE_BYTES];
            for (int i = 0; i < keys; i++) {
                random.nextBytes(value);
                set(out, "key:" + i, value);
                if (i % PIPELINE == PIPELINE - 1 || i == keys - 1) {
                    out.flush();
                    for (int j = 0; j <= i % PIPELINE; j++) {
                        in.skipNBytes("+OK\r\n".length());
                    }
                }
            }
        }
    }

    static void set(OutputStream out, String key, byte[] value) throws IOException {
        String head = "*3\r\n$3\r\nSET\r\n$" + key.length() + "\r\n" + key + "\r\n$" + value.length + "\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(value);
        out.write('\r');
        out.write('\n');
    }

    /** One client that writes at a fixed pace until it is told to end. */
    private static final class Load {
        private final long[] nanos = new long[1_000_000];
        private final Thread thread;
        private volatile boolean ends;
        private int count;
        private volatile IOException failure;

        Load(int port) {
            thread = new Thread(() -> run(port), "load");
            thread.start();
        }

        private void run(int port) {
            Random random = new Random(2);
            byte[] value = new byte[VALUE_BYTES];
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                OutputStream out = new BufferedOutputStream(socket.getOutputStream());
                InputStream in = socket.getInputStream();
                long due = System.nanoTime();
                while (!ends && count < nanos.length) {
                    LockSupport.parkNanos(due - System.nanoTime());
                    set(out, "key:" + random.nextInt(1000), value);
                    out.flush();
                    in.readNBytes("+OK\r\n".length());
                    nanos[count++] = System.nanoTime() - due; // waiting for the one before counts too
                    due += PACE_NANOS;
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        void end() throws Exception {
            ends = true;
            thread.join();
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public String toString() {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return String.format(
                    "p50 %.2f, p99 %.2f, longest %.1f ms of %d",
                    sorted[count / 2] / 1e6, sorted[count * 99 / 100] / 1e6, sorted[count - 1] / 1e6, count);
        }
    }

    /** A server as a process of its own, in a directory of its own. */
    static final class Server implements AutoCloseable {
        final int port;
        final Process process;

        Server(List<String> command) throws IOException {
            try (ServerSocket socket = new ServerSocket(0)) {
                port = socket.getLocalPort();
            }
            Path dir = Files.createTempDirectory("full-sync-");
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--dir", dir.toString()));
            words.addAll(List.of("--repl-diskless-sync-delay", "0"));
            process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("log").toFile())
                    .start();
            until(MOST_START, () -> {
                try {
                    return Talk.ask(port, "PING").equals("PONG");
                } catch (UncheckedIOException e) {
                    return false;
                }
            });
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
