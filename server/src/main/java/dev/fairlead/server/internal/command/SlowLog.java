package dev.fairlead.server.internal.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last commands that took long. Bounded in entries and in what each keeps of its arguments. */
final class SlowLog {
    private static final int MAX_ARGUMENTS = 32;
    private static final int MAX_ARGUMENT_BYTES = 128;

    record Slow(long id, long atSeconds, long micros, byte[][] argv, String client, String name) {}

    private final Deque<Slow> entries = new ArrayDeque<>();
    private long nextId;
    private long slowMicros = 10_000;
    private int maxEntries = 128;

    /** Takes over {@code slowlog-log-slower-than} (microseconds, negative for never) and {@code slowlog-max-len}. */
    void configure(ConfigStore config) {
        slowMicros = number(config.get("slowlog-log-slower-than"), slowMicros);
        maxEntries = (int) number(config.get("slowlog-max-len"), maxEntries);
        trim();
    }

    private static long number(String value, long otherwise) {
        return value == null ? otherwise : Long.parseLong(value);
    }

    private void trim() {
        while (entries.size() > maxEntries) {
            entries.removeLast();
        }
    }

    void note(ClientSession session, byte[][] argv, long nanos, long nowMillis) {
        if (slowMicros < 0 || nanos / 1000 < slowMicros || session.lastCommand.equals("exec")) {
            return;
        }
        entries.addFirst(new Slow(
                nextId++,
                nowMillis / 1000,
                nanos / 1000,
                shortened(argv),
                session.connection().remoteAddress(),
                session.name()));
        trim();
    }

    private static byte[][] shortened(byte[][] argv) {
        byte[][] kept = new byte[Math.min(argv.length, MAX_ARGUMENTS)][];
        for (int i = 0; i < kept.length; i++) {
            int more = argv[i].length - MAX_ARGUMENT_BYTES;
            kept[i] = more <= 0
                    ? argv[i].clone()
                    : (new String(argv[i], 0, MAX_ARGUMENT_BYTES, StandardCharsets.ISO_8859_1) + "... (" + more
                                    + " more bytes)")
                            .getBytes(StandardCharsets.ISO_8859_1);
        }
        if (kept.length < argv.length) {
            kept[kept.length - 1] = Call.ascii("... (" + (argv.length - kept.length + 1) + " more arguments)");
        }
        return kept;
    }

    Deque<Slow> entries() {
        return entries;
    }
}
