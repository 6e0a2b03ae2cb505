package dev.fairlead.it.bench;

import dev.fairlead.driver.Answer;
import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Commands;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.SharedProbes;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.topology.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the probes of many clients cost a stock master: {@code clients} in {@code jvms} processes, each client reading under a bound of 100 ms
 * and writing, {@code calls} of each a second, for {@code seconds}. Prints a line for docs/benchmarks.md.
 *
 * <p>Arguments: clients, jvms, calls a second, seconds, {@code shared} or {@code alone}.
 */
public final class ManyClients {
    private static final CallOptions BOUND = CallOptions.maxLag(Duration.ofMillis(100));

    private ManyClients() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args[0].equals("child")) {
            child(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        int clients = Integer.parseInt(args[0]);
        int jvms = Integer.parseInt(args[1]);
        int calls = Integer.parseInt(args[2]);
        int seconds = Integer.parseInt(args[3]);
        try (ClusterUnderTest cluster = ClusterUnderTest.ofProcesses(2, 0, ClusterUnderTest.DOWN_AFTER);
                RedisClient master = cluster.master().connect()) {
            List<Process> children = new ArrayList<>();
            List<BufferedReader> outputs = new ArrayList<>();
            for (int i = 0; i < jvms; i++) { // One after the other: hundreds of clients that start take all there is.
                Process child =
                        start(clients / jvms, calls, seconds, args[4], cluster.master().address());
                children.add(child);
                outputs.add(new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8)));
                awaitReady(outputs.get(i));
            }
            master.call("CONFIG", "RESETSTAT");
            long began = System.nanoTime();
            for (Process each : children) {
                each.getOutputStream().write('\n');
                each.getOutputStream().flush();
            }
            long reads = 0;
            long replicas = 0;
            long failed = 0;
            long p99Millis = 0;
            for (BufferedReader each : outputs) {
                String[] figures = each.readLine().split(" ");
                reads += Long.parseLong(figures[0]);
                replicas += Long.parseLong(figures[1]);
                failed += Long.parseLong(figures[2]);
                p99Millis = Math.max(p99Millis, Long.parseLong(figures[3]));
            }
            double micros = (System.nanoTime() - began) / 1e3;
            long all = 0;
            long probes = 0;
            long probeMicros = 0;
            for (var each : master.info("commandstats").entrySet()) {
                long used = figure(each.getValue(), "usec");
                all += used;
                if (each.getKey().startsWith("cmdstat_info") || each.getKey().startsWith("cmdstat_client")) {
                    probes += figure(each.getValue(), "calls");
                    probeMicros += used;
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %,d in %d JVMs, %s | %,.0f | %.1f%% | %d ms | %,.0f | %.2f%% | %.2f%% | %,d |%n",
                    clients,
                    jvms,
                    args[4],
                    reads * 2 / micros * 1e6,
                    100.0 * replicas / Math.max(1, reads),
                    p99Millis,
                    probes / micros * 1e6,
                    100 * probeMicros / micros,
                    100.0 * probeMicros / all,
                    failed);
            for (Process each : children) {
                each.waitFor(60, TimeUnit.SECONDS);
                each.destroyForcibly();
            }
        }
    }

    private static void awaitReady(BufferedReader output) throws IOException {
        String line = output.readLine();
        while (!"ready".equals(line)) {
            if (line == null) {
                throw new IOException("a JVM of the load ended before it was ready");
            }
            line = output.readLine();
        }
    }

    private static long figure(String stats, String name) {
        for (String each : stats.split(",")) {
            if (each.startsWith(name + "=")) {
                return Long.parseLong(each.substring(name.length() + 1));
            }
        }
        throw new IllegalArgumentException("no " + name + " in " + stats);
    }

    private static Process start(int clients, int calls, int seconds, String how, String master) throws IOException {
        return new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyClients.class.getName(),
                        "child",
                        Integer.toString(clients),
                        Integer.toString(calls),
                        Integer.toString(seconds),
                        how,
                        master)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** One JVM of the load: says {@code ready}, waits for a line, and prints reads, those by replicas, failures and the p99 of staleness. */
    private static void child(String[] args) throws IOException, InterruptedException {
        int calls = Integer.parseInt(args[1]);
        SharedProbes probes = new SharedProbes();
        List<RoutingClient> clients = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[0]); i++) {
            var builder = RoutingClient.builder().nodes(args[4]).connectTimeout(Duration.ofSeconds(20));
            clients.add((args[3].equals("shared") ? builder.sharedProbes(probes) : builder).build());
        }
        LongAdder reads = new LongAdder();
        LongAdder replicas = new LongAdder();
        LongAdder failed = new LongAdder();
        long[] staleMillis = new long[10_001];
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        ScheduledExecutorService load = Executors.newScheduledThreadPool(4);
        long gap = TimeUnit.SECONDS.toNanos(1) / calls;
        for (RoutingClient each : clients) {
            String key = "key:" + ThreadLocalRandom.current().nextInt(100_000);
            load.scheduleAtFixedRate(
                    () -> {
                        try {
                            each.execute(Commands.set(key, "value"));
                            Answer<String> answer = each.answer(Commands.get(key), BOUND);
                            long millis = answer.staleness().map(Duration::toMillis).orElse(10_000L);
                            reads.increment();
                            if (answer.role() == Role.REPLICA) {
                                replicas.increment();
                            }
                            synchronized (staleMillis) {
                                staleMillis[(int) Math.min(millis, 10_000)]++;
                            }
                        } catch (RoutingException e) {
                            failed.increment();
                        }
                    },
                    ThreadLocalRandom.current().nextLong(gap),
                    gap,
                    TimeUnit.NANOSECONDS);
        }
        Thread.sleep(Long.parseLong(args[2]) * 1000);
        load.shutdownNow();
        load.awaitTermination(10, TimeUnit.SECONDS);
        System.out.println(reads + " " + replicas + " " + failed + " " + percentile99(staleMillis, reads.sum()));
        System.out.flush();
        Runtime.getRuntime().halt(0); // Closing hundreds of clients in order is no part of the figure.
    }

    private static int percentile99(long[] counts, long sum) {
        long left = sum / 100;
        int at = counts.length - 1;
        while (at > 0 && left >= counts[at]) {
            left -= counts[at--];
        }
        return at;
    }
}
