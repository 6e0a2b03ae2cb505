package dev.fairlead.server.internal.command;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** When the replies of two servers to the same command count as the same: equal, but for what chance and the clock decide. */
final class ReplyRules {
    /** Between the two servers' runs of one command; a busy machine may take this long. */
    private static final long CLOCK_TOLERANCE_MILLIS = 2_000;

    private ReplyRules() {}

    /** @param queued what was queued in the transaction that this command may end */
    static boolean same(String[] words, List<String[]> queued, Reply expected, Reply actual) {
        if (expected.equals(actual)) {
            return true;
        }
        if (expected.isError() && actual.isError()) {
            return text(expected).equals(text(actual));
        }
        if (expected.type() != actual.type() || expected.isNull() || actual.isNull()) {
            return false;
        }
        boolean inTurn = words[words.length - 1].toLowerCase(Locale.ROOT).matches("withvalues|withscores")
                && expected.parts().stream().allMatch(part -> part.parts().isEmpty());
        return switch (words[0].toLowerCase(Locale.ROOT)) {
            case "exec" -> sameParts(queued, expected, actual);
            // A hash table decides the order, or chance.
            case "smembers", "sunion", "sinter", "sdiff", "keys", "spop", "srandmember", "hkeys", "hvals" ->
                sameGroups(1, expected, actual);
            case "hgetall" -> sameGroups(2, expected, actual);
            case "hrandfield", "zrandmember" -> sameGroups(inTurn ? 2 : 1, expected, actual);
            case "scan", "sscan" -> sameScan(1, expected, actual);
            case "hscan", "zscan" -> sameScan(2, expected, actual);
            // BY a pattern that gives ties, or names no key, leaves the order to the algorithm.
            case "sort", "sort_ro" ->
                Arrays.stream(words).anyMatch("by"::equalsIgnoreCase) && sameGroups(1, expected, actual);
            case "randomkey" -> true; // Both have a key; that it exists is asked apart.
            case "ttl", "expiretime" -> near(CLOCK_TOLERANCE_MILLIS / 1000, expected, actual);
            case "pttl", "pexpiretime" -> near(CLOCK_TOLERANCE_MILLIS, expected, actual);
            case "object" ->
                words[1].equalsIgnoreCase("idletime") && near(CLOCK_TOLERANCE_MILLIS / 1000, expected, actual);
            case "hello" -> sameHello(expected, actual);
            case "command" -> words[1].equalsIgnoreCase("count") || sameFlags(expected, actual);
            default -> false;
        };
    }

    /** What a person would read: errors are text, and of what a client sent that is none they show that it is none. */
    private static String text(Reply error) {
        return new String(error.text().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static boolean sameParts(List<String[]> commands, Reply expected, Reply actual) {
        int n = expected.parts().size();
        if (n != actual.parts().size() || n != commands.size()) {
            return false;
        }
        for (int i = 0; i < n; i++) {
            if (!same(
                    commands.get(i),
                    List.of(),
                    expected.parts().get(i),
                    actual.parts().get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Of COMMAND GETKEYSANDFLAGS: the same keys in order, each with the same flags in any. */
    private static boolean sameFlags(Reply expected, Reply actual) {
        int n = expected.parts().size();
        boolean same = n > 0 && n == actual.parts().size();
        for (int i = 0; same && i < n; i++) {
            List<Reply> theirs = expected.parts().get(i).parts();
            List<Reply> ours = actual.parts().get(i).parts();
            same = theirs.size() == 2
                    && ours.size() == 2
                    && theirs.get(0).equals(ours.get(0))
                    && sameGroups(1, theirs.get(1), ours.get(1));
        }
        return same;
    }

    private static boolean sameGroups(int size, Reply expected, Reply actual) {
        return expected.sortedInGroupsOf(size).equals(actual.sortedInGroupsOf(size));
    }

    private static boolean sameScan(int size, Reply expected, Reply actual) {
        return expected.parts().size() == 2
                && actual.parts().size() == 2
                && expected.with(1, expected.parts().get(1).sortedInGroupsOf(size))
                        .equals(actual.with(1, actual.parts().get(1).sortedInGroupsOf(size)));
    }

    /** Times to live that are there at all; -1 and -2 were compared as they are. */
    private static boolean near(long tolerance, Reply expected, Reply actual) {
        long a = Long.parseLong(expected.text());
        long b = Long.parseLong(actual.text());
        return a >= 0 && b >= 0 && Math.abs(a - b) <= tolerance;
    }

    private static boolean sameHello(Reply expected, Reply actual) {
        Reply blank = new Reply('_', "", List.of());
        Reply e = expected;
        Reply a = actual;
        for (int i = 0; i + 1 < e.parts().size() && i + 1 < a.parts().size(); i += 2) {
            if (List.of("version", "id").contains(e.parts().get(i).text())) {
                e = e.with(i + 1, blank);
                a = a.with(i + 1, blank);
            }
        }
        return e.equals(a);
    }
}
