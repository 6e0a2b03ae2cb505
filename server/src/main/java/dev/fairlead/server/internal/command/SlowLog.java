package dev.fairlead.server.internal.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last commands that took long. Bounded in entries and in what each keeps of its arguments. */
final class SlowLog {
    /** The default of slowlog-max-len. */
    private static final int MAX_ENTRIES = 128;
    /** The default of slowlog-log-slower-than. */
    private static final long SLOW_NANOS = 10_000_000;

    private static final int MAX_ARGUMENTS = 32;
    private static final int MAX_ARGUMENT_BYTES = 128;

    record Slow(long id, long atSeconds, long micros, byte[][] argv, String client, String name) {}

    private final Deque<Slow> entries = new ArrayDeque<>();
    private long nextId;

    void note(ClientSession session, byte[][] argv, long nanos, long nowMillis) {
        if (nanos < SLOW_NANOS || session.lastCommand.equals("exec")) {
            return;
        }
        if (entries.size() == MAX_ENTRIES) {
            entries.removeLast();
        }
        entries.addFirst(new Slow(
                nextId++,
                nowMillis / 1000,
                nanos / 1000,
                shortened(argv),
                session.connection().remoteAddress(),
                session.name()));
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
