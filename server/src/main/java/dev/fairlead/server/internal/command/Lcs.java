package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.StringValue;
import java.util.ArrayList;
import java.util.List;

/** LCS: the longest common subsequence of two strings, its length, or the ranges that match. */
final class Lcs {
    /** Cells of the table: 256 million, 1 GiB of numbers, is where this server says no; Redis allows 4 GiB. */
    private static final long MAX_CELLS = 1L << 28;

    private record Match(int aFrom, int aTo, int bFrom, int bTo) {
        int length() {
            return aTo - aFrom + 1;
        }
    }

    private Lcs() {}

    static void lcs(Call call, byte[][] argv) {
        boolean length = false;
        boolean index = false;
        boolean withLengths = false;
        long minLength = 0;
        byte[] a = string(call, argv[1]);
        byte[] b = string(call, argv[2]);
        for (int i = 3; i < argv.length; i++) {
            if (Args.is(argv[i], "idx")) {
                index = true;
            } else if (Args.is(argv[i], "len")) {
                length = true;
            } else if (Args.is(argv[i], "withmatchlen")) {
                withLengths = true;
            } else if (Args.is(argv[i], "minmatchlen") && i + 1 < argv.length) {
                minLength = Math.max(0, Args.longValue(argv[++i]));
            } else {
                throw Args.SYNTAX;
            }
        }
        if (length && index) {
            throw new CommandException("ERR If you want both the length and indexes, please just use IDX.");
        }
        if ((a.length + 1L) * (b.length + 1L) > MAX_CELLS) {
            throw new CommandException("ERR String too long for LCS");
        }
        int[] table = table(a, b);
        int total = table[table.length - 1];
        if (length) {
            call.out().integer(total);
        } else if (index) {
            reply(call.out(), matches(a, b, table, new byte[total]), minLength, withLengths, total);
        } else {
            byte[] common = new byte[total];
            matches(a, b, table, common);
            call.out().bulk(common);
        }
    }

    private static byte[] string(Call call, byte[] key) {
        var entry = call.read(key);
        if (entry != null && !(entry.value() instanceof StringValue)) {
            throw new CommandException("ERR The specified keys must contain string values");
        }
        return entry == null ? new byte[0] : ((StringValue) entry.value()).bytes();
    }

    /** Row by row: the length of the longest common subsequence of the first i bytes of a and the first j of b. */
    private static int[] table(byte[] a, byte[] b) {
        int width = b.length + 1;
        int[] t = new int[(a.length + 1) * width];
        for (int i = 1; i <= a.length; i++) {
            for (int j = 1; j <= b.length; j++) {
                t[i * width + j] = a[i - 1] == b[j - 1]
                        ? t[(i - 1) * width + j - 1] + 1
                        : Math.max(t[(i - 1) * width + j], t[i * width + j - 1]);
            }
        }
        return t;
    }

    /** Walks the table back from its end; the ranges come last first. Fills {@code common}. */
    private static List<Match> matches(byte[] a, byte[] b, int[] table, byte[] common) {
        int width = b.length + 1;
        List<Match> found = new ArrayList<>();
        int at = common.length;
        int i = a.length;
        int j = b.length;
        while (i > 0 && j > 0) {
            if (a[i - 1] == b[j - 1]) {
                common[--at] = a[i - 1];
                Match last = found.isEmpty() ? null : found.get(found.size() - 1);
                if (last != null && last.aFrom == i && last.bFrom == j) {
                    found.set(found.size() - 1, new Match(i - 1, last.aTo, j - 1, last.bTo));
                } else {
                    found.add(new Match(i - 1, i - 1, j - 1, j - 1));
                }
                i--;
                j--;
            } else if (table[(i - 1) * width + j] > table[i * width + j - 1]) {
                i--;
            } else {
                j--;
            }
        }
        return found;
    }

    private static void reply(ReplyWriter out, List<Match> matches, long minLength, boolean withLengths, int total) {
        List<Match> shown =
                matches.stream().filter(m -> m.length() >= minLength).toList();
        out.map(2);
        out.bulk("matches");
        out.array(shown.size());
        for (Match m : shown) {
            out.array(withLengths ? 3 : 2);
            out.array(2);
            out.integer(m.aFrom);
            out.integer(m.aTo);
            out.array(2);
            out.integer(m.bFrom);
            out.integer(m.bTo);
            if (withLengths) {
                out.integer(m.length());
            }
        }
        out.bulk("len");
        out.integer(total);
    }
}
