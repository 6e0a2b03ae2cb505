package dev.fairlead.it.bench;

import dev.fairlead.it.harness.RedisBinary;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures as a page of Markdown. */
final class Report {
    private final StringBuilder speed = new StringBuilder();
    private final Map<String, List<String>> faults = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private String head;

    void begin(int rounds, long turnMillis, int faultRounds) {
        head = String.format(
                Locale.ROOT,
                """
                # Benchmarks

                Fairlead beside other clients, in one JVM, against the same `redis-server` processes on loopback, by

                ```
                mvn -B -pl integration-tests -am -Pbenchmarks test
                ```

                which writes this page. Fairlead of this commit, Lettuce 7.7.0, Jedis 8.0.2, Redisson 4.7.0; redis-server %s, JDK %s,
                %d cores, which clients, load and servers share; %s; load average of the machine at the start %.1f.

                - 100,000 keys, values of 100 bytes, 80%% GET and 20%% SET unless the row says otherwise.
                - Clients take turns of %d ms; two rounds warm up, %d count. Medians, and the spread from the slowest to the fastest turn.
                - *Of the best* is the throughput by that of the fastest other client.
                - Processor time and allocated bytes are those of the whole JVM, the load included (about 75 bytes a command where a callback
                  is attached to a future). Latency of asynchronous calls includes their wait behind the others of the window.
                - Faults: all clients at once on the same cluster, %d rounds, with three Sentinels at down-after 500 ms.
                """,
                RedisBinary.find().version(),
                Runtime.version().feature(),
                Runtime.getRuntime().availableProcessors(),
                LocalDate.now(ZoneOffset.UTC),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                turnMillis,
                rounds,
                faultRounds);
    }

    void speed(String title, Map<String, List<Meter.Sample>> samples) {
        StringBuilder table = new StringBuilder();
        table.append("\n### ").append(title).append("\n\n");
        table.append("| client | commands/s | spread | of the best | p50 µs | p99 µs | processor s/million | bytes/command |\n");
        table.append("| --- | --: | --: | --: | --: | --: | --: | --: |\n");
        samples.forEach((name, turns) -> {
            double best = samples.entrySet().stream()
                    .filter(other -> !other.getKey().equals(name))
                    .mapToDouble(other -> median(other.getValue(), Meter.Sample::perSecond))
                    .max()
                    .orElse(Double.NaN);
            double own = median(turns, Meter.Sample::perSecond);
            long errors = turns.stream().mapToLong(Meter.Sample::errors).sum();
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f..%,.0f | %.2f | %,.0f | %,.0f | %.2f | %,.0f |%s%n",
                    name,
                    own,
                    turns.stream().mapToDouble(Meter.Sample::perSecond).min().orElse(0),
                    turns.stream().mapToDouble(Meter.Sample::perSecond).max().orElse(0),
                    own / best,
                    median(turns, Meter.Sample::p50Micros),
                    median(turns, Meter.Sample::p99Micros),
                    median(turns, Meter.Sample::cpuSeconds),
                    median(turns, Meter.Sample::bytes),
                    errors == 0 ? "" : " " + errors + " errors |"));
        });
        System.out.print(table);
        speed.append(table);
    }

    /** Opens a table of faults; its lines follow. */
    void fault(String title, String head) {
        faults.computeIfAbsent(title, name -> new ArrayList<>()).add(head);
    }

    void faultLine(String title, String line) {
        System.out.println(title + ": " + line);
        faults.get(title).add(line);
    }

    void note(String text) {
        notes.add(text);
    }

    String end() {
        StringBuilder page = new StringBuilder(head);
        if (speed.length() > 0) {
            page.append("\n## Speed\n").append(speed);
        }
        if (!notes.isEmpty()) {
            page.append('\n');
            notes.forEach(note -> page.append("- ").append(note).append('\n'));
        }
        if (!faults.isEmpty()) {
            page.append("\n## Faults\n");
            faults.forEach((title, lines) -> {
                page.append("\n### ").append(title).append("\n\n");
                lines.forEach(line -> page.append(line).append('\n'));
            });
        }
        return page.toString();
    }

    private static double median(List<Meter.Sample> turns, ToDoubleFunction<Meter.Sample> figure) {
        double[] sorted = turns.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
