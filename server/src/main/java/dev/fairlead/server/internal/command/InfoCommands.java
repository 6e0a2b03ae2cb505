package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.command.InfoSections.Lines;
import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Keyspace;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** INFO, and the sections that this room fills: server (its first lines), clients, memory, stats, cpu, commandstats, errorstats, keyspace. */
final class InfoCommands {
    /** Entries looked at for the estimate of used memory. */
    private static final int MEMORY_SAMPLES = 16;

    private InfoCommands() {}

    static void info(Call call, byte[][] argv) {
        InfoSections sections = call.executor().info();
        Set<String> wanted = new LinkedHashSet<>();
        for (int i = 1; i < Math.max(2, argv.length); i++) {
            String name = argv.length == 1 ? "default" : Args.lower(argv[i]);
            switch (name) {
                case "all", "everything" -> wanted.addAll(sections.names());
                case "default" ->
                    sections.names().stream()
                            .filter(n -> !InfoSections.ON_DEMAND.contains(n))
                            .forEach(wanted::add);
                default -> wanted.add(name);
            }
        }
        StringBuilder text = new StringBuilder();
        for (String name : sections.names()) {
            if (wanted.contains(name)) {
                text.append(text.length() == 0 ? "" : "\r\n").append(sections.render(name));
            }
        }
        call.out().verbatim("txt", text.toString());
    }

    static void contribute(InfoSections info, CommandExecutor executor) {
        info.contribute("server", lines -> server(lines, executor))
                .contribute("clients", lines -> clients(lines, executor))
                .contribute("memory", lines -> memory(lines, executor.keyspace()))
                .contribute("stats", lines -> stats(lines, executor))
                .contribute("cpu", InfoCommands::cpu)
                .contribute("commandstats", lines -> commandStats(lines, executor.registry()))
                .contribute("errorstats", lines -> executor.stats()
                        .errors
                        .forEach((code, count) -> lines.add("errorstat_" + code, "count=" + count[0])))
                .contribute("keyspace", lines -> keyspace(lines, executor));
    }

    private static void server(Lines lines, CommandExecutor executor) {
        long uptime = (executor.clock().nowMillis() - executor.startedMillis()) / 1000;
        lines.add("redis_version", ConnectionCommands.REDIS_VERSION)
                .add("redis_mode", "standalone")
                .add(
                        "os",
                        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                                + System.getProperty("os.arch"))
                .add("arch_bits", 64)
                .add("process_id", ProcessHandle.current().pid())
                .add("server_time_usec", executor.clock().nowMillis() * 1000)
                .add("uptime_in_seconds", uptime)
                .add("uptime_in_days", uptime / 86_400);
    }

    private static void clients(Lines lines, CommandExecutor executor) {
        long connected = executor.clients().all().stream()
                .filter(s -> s.kind() == ClientSession.Kind.NORMAL || s.kind() == ClientSession.Kind.PUBSUB)
                .count();
        lines.add("connected_clients", connected)
                .add("blocked_clients", executor.blocking().count())
                .add("tracking_clients", 0);
    }

    private static void memory(Lines lines, Keyspace keyspace) {
        lines.add("used_memory", usedMemory(keyspace))
                .add(
                        "used_memory_heap",
                        Runtime.getRuntime().totalMemory()
                                - Runtime.getRuntime().freeMemory())
                .add("maxmemory", 0)
                .add("maxmemory_policy", "noeviction");
    }

    /** Accounted bytes of the data, estimated from a few entries of each database. */
    private static long usedMemory(Keyspace keyspace) {
        long total = 0;
        for (int i = 0; i < keyspace.databases(); i++) {
            Database db = keyspace.database(i);
            int samples = Math.min(MEMORY_SAMPLES, db.size());
            long sampled = 0;
            for (int k = 0; k < samples; k++) {
                Entry entry = db.random(ThreadLocalRandom.current());
                sampled += entry.memoryBytes();
            }
            total += samples == 0 ? 0 : sampled * db.size() / samples;
        }
        return total;
    }

    private static void stats(Lines lines, CommandExecutor executor) {
        ServerStats s = executor.stats();
        lines.add("total_connections_received", s.connectionsReceived)
                .add("total_commands_processed", s.commands)
                .add("total_net_input_bytes", s.netInputBytes)
                .add("total_net_output_bytes", s.netOutputBytes)
                .add("rejected_connections", s.connectionsRejected)
                .add("expired_keys", s.expiredKeys)
                .add("evicted_keys", 0)
                .add("keyspace_hits", s.keyspaceHits)
                .add("keyspace_misses", s.keyspaceMisses)
                .add(
                        "pubsub_channels",
                        executor.pubSub().channels(PubSub.Space.CHANNEL).size())
                .add(
                        "pubsub_patterns",
                        executor.pubSub().channels(PubSub.Space.PATTERN).size())
                .add(
                        "pubsubshard_channels",
                        executor.pubSub().channels(PubSub.Space.SHARD).size())
                .add("total_error_replies", s.errorReplies);
    }

    private static void cpu(Lines lines) {
        double seconds = ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toNanos()
                / 1e9;
        lines.add("used_cpu_user", String.format(Locale.ROOT, "%.6f", seconds));
    }

    private static void commandStats(Lines lines, CommandRegistry registry) {
        registry.rows().stream()
                .filter(row -> row.calls > 0 || row.rejected > 0 || row.failed > 0)
                .sorted(Comparator.comparing(row -> row.spec.name()))
                .forEach(row -> lines.add(
                        "cmdstat_" + row.spec.name(),
                        String.format(
                                Locale.ROOT,
                                "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                                row.calls,
                                row.nanos / 1000,
                                row.calls == 0 ? 0.0 : row.nanos / 1000.0 / row.calls,
                                row.rejected,
                                row.failed)));
    }

    private static void keyspace(Lines lines, CommandExecutor executor) {
        for (int i = 0; i < executor.keyspace().databases(); i++) {
            Database db = executor.keyspace().database(i);
            if (db.size() > 0) {
                lines.add(
                        "db" + i,
                        "keys=" + db.size() + ",expires=" + db.expiringKeys() + ",avg_ttl="
                                + db.meanTtlMillis(executor.clock().nowMillis()));
            }
        }
    }
}
