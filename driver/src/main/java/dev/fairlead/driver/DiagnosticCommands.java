package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.List;
import java.util.Map;

/** What a server says of its memory, its latency and its slow commands. */
abstract class DiagnosticCommands extends AclCommands {
    DiagnosticCommands() {}

    /** Bytes that the key and its value take; null when there is no such key. Of large values five elements are looked at. */
    public static Command<Long> memoryUsage(String key) {
        return Words.of("MEMORY", "USAGE").add(key).reads(RespReader::readLongOrNull);
    }

    /** As {@link #memoryUsage(String)}, looking at so many elements; 0 for all. */
    public static Command<Long> memoryUsage(String key, long samples) {
        return Words.of("MEMORY", "USAGE").add(key).add("SAMPLES").add(samples).reads(RespReader::readLongOrNull);
    }

    /** Bytes and ratios by name; of each database a map of its own. */
    public static Command<Map<String, Reply>> memoryStats() {
        return Words.of("MEMORY", "STATS").reads(Results::replyMap);
    }

    /** The server's advice on its memory. */
    public static Command<String> memoryDoctor() {
        return Words.of("MEMORY", "DOCTOR").reads(RespReader::readString);
    }

    /** The allocator's own report. */
    public static Command<String> memoryMallocStats() {
        return Words.of("MEMORY", "MALLOC-STATS").reads(RespReader::readString);
    }

    /** Gives memory that is not used back to the system, where the allocator can. */
    public static Command<Void> memoryPurge() {
        return Words.of("MEMORY", "PURGE").readsOk();
    }

    /** The server's advice on its latency. */
    public static Command<String> latencyDoctor() {
        return Words.of("LATENCY", "DOCTOR").reads(RespReader::readString);
    }

    /** A drawing of an event's latencies. The server answers an error when it has none of it. */
    public static Command<String> latencyGraph(String event) {
        return Words.of("LATENCY", "GRAPH").add(event).reads(RespReader::readString);
    }

    /** The last and the highest latency of each event above {@code latency-monitor-threshold}. */
    public static Command<List<LatencyEvent>> latencyLatest() {
        return Words.of("LATENCY", "LATEST").reads(Results.listOf(LatencyEvent::read));
    }

    /** When one event was late, and by how much. */
    public static Command<List<LatencySample>> latencyHistory(String event) {
        return Words.of("LATENCY", "HISTORY").add(event).reads(Results.listOf(LatencySample::read));
    }

    /** By command how many calls took at most how many microseconds; of all commands that were used unless some are named. Servers from 7.0. */
    public static Command<Map<String, LatencyHistogram>> latencyHistogram(String... commands) {
        Words words = Words.of("LATENCY", "HISTOGRAM");
        for (String command : commands) {
            words.add(command);
        }
        return words.reads(reader -> Results.map(reader, LatencyHistogram::read));
    }

    /** For how many events what was gathered is forgotten: these, or all. */
    public static Command<Long> latencyReset(String... events) {
        Words words = Words.of("LATENCY", "RESET");
        for (String event : events) {
            words.add(event);
        }
        return words.readsLong();
    }

    /** The last so many commands that took longer than {@code slowlog-log-slower-than}, the latest first; -1 for all. */
    public static Command<List<SlowCommand>> slowlogGet(long count) {
        return Words.of("SLOWLOG", "GET").add(count).reads(Results.listOf(SlowCommand::read));
    }

    /** How many are kept. */
    public static Command<Long> slowlogLen() {
        return Words.of("SLOWLOG", "LEN").readsLong();
    }

    /** Forgets them. */
    public static Command<Void> slowlogReset() {
        return Words.of("SLOWLOG", "RESET").readsOk();
    }
}
