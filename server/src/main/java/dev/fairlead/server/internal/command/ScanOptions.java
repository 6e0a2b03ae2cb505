package dev.fairlead.server.internal.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** The cursor and the options of SCAN, SSCAN, HSCAN and ZSCAN. */
final class ScanOptions {
    private static final long DEFAULT_COUNT = 10;
    /** Positions visited for each element asked for: bounds a call over a sparse table, as Redis does. */
    private static final int POSITIONS_PER_ELEMENT = 10;

    private long cursor;
    private long count = DEFAULT_COUNT;
    private byte[] pattern;
    /** What TYPE asked for, lower case; null for any. */
    String type;

    /** One step of a table's scan. */
    @FunctionalInterface
    interface Step<E> {
        long scan(long cursor, Consumer<E> sink);
    }

    private ScanOptions() {}

    /** The cursor alone; it is looked at before the key is, and the options only if there is a key. */
    static long cursor(byte[] arg) {
        try {
            return Long.parseUnsignedLong(new String(arg, StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException e) {
            throw new CommandException("ERR invalid cursor");
        }
    }

    /** @param at where the cursor stands; options follow */
    static ScanOptions parse(byte[][] argv, int at, boolean allowType) {
        ScanOptions options = new ScanOptions();
        options.cursor = cursor(argv[at]);
        for (int i = at + 1; i < argv.length; i += 2) {
            if (i + 1 >= argv.length) {
                throw Args.SYNTAX;
            }
            if (Args.is(argv[i], "count")) {
                options.count = Args.longValue(argv[i + 1]);
                if (options.count < 1) {
                    throw Args.SYNTAX;
                }
            } else if (Args.is(argv[i], "match")) {
                options.pattern = argv[i + 1];
            } else if (allowType && Args.is(argv[i], "type")) {
                options.type = Args.lower(argv[i + 1]);
            } else {
                throw Args.SYNTAX;
            }
        }
        return options;
    }

    boolean matches(byte[] name) {
        return pattern == null || Glob.matches(pattern, name);
    }

    /** Runs steps until enough elements were seen. @return the next cursor */
    <E> long run(Step<E> step, Consumer<E> sink) {
        long[] seen = {0};
        Consumer<E> counting = e -> {
            seen[0]++;
            sink.accept(e);
        };
        long positions =
                count > Long.MAX_VALUE / POSITIONS_PER_ELEMENT ? Long.MAX_VALUE : count * POSITIONS_PER_ELEMENT;
        long c = cursor;
        do {
            c = step.scan(c, counting);
        } while (c != 0 && seen[0] < count && --positions > 0);
        return c;
    }

    /** The reply for a key that does not exist. */
    static void replyEmpty(ReplyWriter out) {
        reply(out, 0, List.of());
    }

    static void reply(ReplyWriter out, long cursor, List<byte[]> elements) {
        out.array(2);
        out.bulk(Long.toUnsignedString(cursor));
        out.array(elements.size());
        elements.forEach(out::bulk);
    }
}
