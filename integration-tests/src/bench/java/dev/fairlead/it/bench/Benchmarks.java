package dev.fairlead.it.bench;

import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisProcess;
import dev.fairlead.it.harness.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Runs the rows in turn and writes the report. Within a row the clients take turns in short rounds, so that what disturbs the
 * machine disturbs all of them; the first rounds warm up and are dropped.
 *
 * <p>System properties: {@code fairlead.bench.rows} (default {@code all}; else a list of the names of {@link LoadRow} and {@link
 * FaultRow}, in any case), {@code fairlead.bench.clients} (default {@code all}), {@code fairlead.bench.rounds} that count (default
 * 5), {@code fairlead.bench.faultRounds} (default 2), {@code fairlead.bench.millis} for a client's turn (default 700), {@code
 * fairlead.bench.report}, the file to write besides standard output.
 */
public final class Benchmarks {
    private static final int WARM_UP_ROUNDS = 2;

    private final int rounds = Integer.getInteger("fairlead.bench.rounds", 5);
    private final int faultRounds = Integer.getInteger("fairlead.bench.faultRounds", 2);
    private final long turnNanos = Long.getLong("fairlead.bench.millis", 700) * 1_000_000;
    private final Predicate<String> rows = oneOf(System.getProperty("fairlead.bench.rows", "all"));
    private final Predicate<String> clients = oneOf(System.getProperty("fairlead.bench.clients", "all"));
    private final Report report = new Report();

    private Benchmarks() {}

    public static void main(String[] args) {
        int status = 1;
        try {
            new Benchmarks().run();
            status = 0;
        } catch (Exception | Error e) {
            e.printStackTrace();
        }
        System.exit(status); // Some clients leave threads behind that would keep the JVM.
    }

    private void run() throws IOException, InterruptedException {
        report.begin(rounds, turnNanos / 1_000_000, faultRounds);
        speed();
        faults();
        String text = report.end();
        System.out.println(text);
        String file = System.getProperty("fairlead.bench.report", "");
        if (!file.isEmpty()) {
            write(Path.of(file), text);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Predicate<String> oneOf(String list) {
        List<String> wanted = List.of(list.toLowerCase(Locale.ROOT).split(","));
        return name -> wanted.contains("all") || wanted.contains(name.toLowerCase(Locale.ROOT));
    }

    private void speed() throws InterruptedException {
        List<LoadRow> single = new ArrayList<>();
        List<LoadRow> spread = new ArrayList<>();
        for (LoadRow row : LoadRow.values()) {
            if (rows.test(row.name())) {
                (row.needsReplicas() ? spread : single).add(row);
            }
        }
        if (!single.isEmpty()) {
            try (RedisProcess server = RedisProcess.start()) {
                fill(server);
                List<Subject> subjects = List.of(
                        FairleadSubject.of(server),
                        new LettuceSubject(server),
                        new JedisSubject(server),
                        new RedissonSubject(server));
                run(single, subjects, null);
            }
        }
        if (!spread.isEmpty()) {
            try (ClusterUnderTest cluster = ClusterUnderTest.ofProcesses(2, 0, ClusterUnderTest.DOWN_AFTER)) {
                fill(cluster.master());
                cluster.awaitReplication();
                List<Subject> subjects = List.of(
                        FairleadSubject.of(cluster), new LettuceSubject(cluster), new RedissonSubject(cluster));
                run(spread, subjects, cluster);
            }
        }
    }

    /** @param cluster whose nodes' counts of GETs are to be told; null for none */
    private void run(List<LoadRow> rows, List<Subject> subjects, ClusterUnderTest cluster)
            throws InterruptedException {
        for (LoadRow row : rows) {
            Map<String, List<Meter.Sample>> samples = new LinkedHashMap<>();
            Map<String, long[]> reads = new LinkedHashMap<>();
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                for (Subject subject : subjects) {
                    if (!row.canRun(subject) || !clients.test(subject.name())) {
                        continue;
                    }
                    long[] before = gets(cluster);
                    Meter.Sample sample = row.run(subject, turnNanos);
                    long[] after = gets(cluster);
                    long[] sum = reads.computeIfAbsent(subject.name(), name -> new long[after.length]);
                    Arrays.setAll(sum, i -> sum[i] + after[i] - before[i]);
                    if (round >= 0) {
                        samples.computeIfAbsent(subject.name(), name -> new ArrayList<>())
                                .add(sample);
                    }
                }
            }
            report.speed(row.title(), samples);
            if (cluster != null) {
                reads.forEach((name, counts) ->
                        report.note(name + ": GETs at the master and its replicas " + Arrays.toString(counts)));
            }
        }
        subjects.forEach(Subject::close);
    }

    private static long[] gets(ClusterUnderTest cluster) {
        return cluster == null
                ? new long[0]
                : cluster.nodes().stream()
                        .mapToLong(node -> cluster.calls(node, "get"))
                        .toArray();
    }

    private void faults() throws InterruptedException {
        for (FaultRow row : FaultRow.values()) {
            if (rows.test(row.name())) {
                report.fault(row.title(), row.head());
                for (int round = 0; round < faultRounds; round++) {
                    row.run(report, round, clients);
                }
            }
        }
    }

    private static void fill(TestNode node) {
        try (LettuceSubject filler = new LettuceSubject(node)) {
            String[] keys = new String[1000];
            String[] values = new String[keys.length];
            Arrays.fill(values, Load.VALUE);
            for (int from = 0; from < Load.KEYS; from += keys.length) {
                for (int i = 0; i < keys.length; i++) {
                    keys[i] = Load.key(from + i);
                }
                filler.batch(keys, values);
            }
            filler.set(Load.LARGE, "x".repeat(Load.LARGE_BYTES));
        }
    }
}
