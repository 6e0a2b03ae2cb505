package dev.fairlead.server;

import dev.fairlead.server.FullSyncComparison.Server;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What replication costs the runnable jar beside redis-server, in one run: the write throughput that two replicas take, the processor
 * time of a command on a master with two replicas, how far an idle replica is behind a write, and whether a link that was lost is taken
 * up where it was. Not a test: its figures are for a person to look at.
 *
 * <pre>java -cp server/target/test-classes dev.fairlead.server.ReplicationFigures server/target/fairlead-server.jar [rounds]</pre>
 */
final class ReplicationFigures {
    private static final int CONNECTIONS = 4;
    private static final int PIPELINE = 16;
    private static final String VALUE = "x".repeat(100);
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration MEASURED = Duration.ofSeconds(4);
    private static final Duration WARM_UP_OF_A_COMMAND = Duration.ofSeconds(2);
    private static final int LAGS = 300;
    private static final int RECONNECTS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Each is sent with a number behind {@code #}. */
    private static final List<String> COMMANDS = List.of(
            "SET k# " + VALUE,
            "GET k#",
            "INCR n#",
            "LPUSH l " + VALUE,
            "RPOP l",
            "SADD s m#",
            "HSET h f# " + VALUE,
            "ZADD z # m#");

    private ReplicationFigures() {}

    public static void main(String[] args) throws Exception {
        Path jar = Path.of(args[0]).toAbsolutePath();
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        List<String> bundled =
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString());
        for (int round = 1; round <= rounds; round++) {
            measure("redis-server", List.of("redis-server"));
            measure("bundled", bundled);
        }
    }

    private static void measure(String name, List<String> command) throws Exception {
        StringBuilder line = new StringBuilder(name + ":");
        try (Server master = new Server(command)) {
            load(master, COMMANDS.get(0), WARM_UP);
            double alone = load(master, COMMANDS.get(0), MEASURED).commandsPerSecond;
            try (Server one = new Server(command);
                    Server other = new Server(command)) {
                FullSyncComparison.sync(master, one);
                FullSyncComparison.sync(master, other);
                load(master, COMMANDS.get(0), WARM_UP);
                double replicated = load(master, COMMANDS.get(0), MEASURED).commandsPerSecond;
                line.append(String.format(
                        " SET/s alone %.0f, with two replicas %.0f: %.0f %% lost%n  microseconds of the master's processes a command:",
                        alone, replicated, 100 * (1 - replicated / alone)));
                for (String each : COMMANDS) {
                    load(master, each, WARM_UP_OF_A_COMMAND);
                    line.append(String.format(
                            " %s %.2f", each.split(" ")[0], load(master, each, WARM_UP_OF_A_COMMAND).microsACommand));
                }
                level(master.port, one.port);
                level(master.port, other.port);
                line.append(String.format("%n  %s%n  %s", lag(master, one), reconnects(master, one)));
            }
        }
        System.out.println(line);
    }

    private static void level(int master, int replica) {
        FullSyncComparison.until(
                PATIENCE,
                () -> "up".equals(Talk.field(replica, "master_link_status"))
                        && Talk.field(replica, "slave_repl_offset").equals(Talk.field(master, "master_repl_offset")));
    }

    private record Result(double commandsPerSecond, double microsACommand) {}

    /** As many of this command as it takes, for so long, over several connections. */
    private static Result load(Server server, String command, Duration duration) throws Exception {
        AtomicBoolean ends = new AtomicBoolean();
        AtomicLong count = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        List<IOException> failures = new ArrayList<>();
        long cpu = processorMillis(server.process);
        long start = System.nanoTime();
        for (int i = 0; i < CONNECTIONS; i++) {
            int first = i;
            threads.add(new Thread(() -> {
                try {
                    count.addAndGet(send(server.port, command, first, ends));
                } catch (IOException e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        LockSupport.parkNanos(duration.toNanos());
        ends.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Result(
                count.get() / seconds, (processorMillis(server.process) - cpu) * 1000.0 / Math.max(1, count.get()));
    }

    private static long processorMillis(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
    }

    private static long send(int port, String command, int first, AtomicBoolean ends) throws IOException {
        long sent = 0;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 14);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
            for (long n = first; !ends.get(); ) {
                for (int i = 0; i < PIPELINE; i++, n += CONNECTIONS) {
                    String[] words =
                            command.replace("#", Long.toString(n % 100_000)).split(" ");
                    StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
                    for (String word : words) {
                        request.append('$')
                                .append(word.length())
                                .append("\r\n")
                                .append(word)
                                .append("\r\n");
                    }
                    out.write(request.toString().getBytes(StandardCharsets.US_ASCII));
                }
                out.flush();
                for (int i = 0; i < PIPELINE; i++) {
                    skipReply(in);
                }
                sent += PIPELINE;
            }
        }
        return sent;
    }

    /** A line, or a bulk string. */
    private static void skipReply(InputStream in) throws IOException {
        int kind = in.read();
        int length = 0;
        boolean none = false;
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || kind == '-') {
                throw new IOException("an error, or the end, in place of a reply");
            }
            none |= c == '-';
            length = c >= '0' && c <= '9' ? length * 10 + c - '0' : length;
        }
        if (kind == '$' && !none) {
            in.skipNBytes(length + 2L);
        }
    }

    /** From the reply of the master until the replica shows the write, to one client that asks it again and again. */
    private static String lag(Server master, Server replica) {
        long[] nanos = new long[LAGS];
        try (Talk writer = new Talk(master.port);
                Talk reader = new Talk(replica.port)) {
            for (int i = 0; i < LAGS; i++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)); // idle again
                writer.call("SET", "lag", "" + i);
                long start = System.nanoTime();
                while (!("" + i).equals(reader.call("GET", "lag"))) {
                    if (System.nanoTime() - start > PATIENCE.toNanos()) {
                        throw new IllegalStateException("the replica does not show the write");
                    }
                }
                nanos[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        return String.format(
                "an idle replica shows a write after %.2f ms at the median, %.2f at p99",
                nanos[LAGS / 2] / 1e6, nanos[LAGS * 99 / 100] / 1e6);
    }

    private static String reconnects(Server master, Server replica) {
        String before = Talk.field(master.port, "sync_full");
        int partial = Integer.parseInt(Talk.field(master.port, "sync_partial_ok"));
        for (int i = 1; i <= RECONNECTS; i++) {
            int wanted = partial + i;
            Talk.ask(replica.port, "CLIENT", "KILL", "TYPE", "master");
            for (int n = 0; n < 100; n++) {
                Talk.ask(master.port, "INCR", "cut");
            }
            FullSyncComparison.until(
                    PATIENCE, () -> Integer.parseInt(Talk.field(master.port, "sync_partial_ok")) >= wanted);
        }
        level(master.port, replica.port);
        int full = Integer.parseInt(Talk.field(master.port, "sync_full")) - Integer.parseInt(before);
        return RECONNECTS + " links lost under load: " + full + " full resyncs";
    }
}
