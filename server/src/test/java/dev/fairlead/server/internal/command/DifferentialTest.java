package dev.fairlead.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.server.internal.net.RedisProcess;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same random commands to this executor and to a real redis-server: the same replies by {@link ReplyRules}, and every so
 * often the same data: keys, types, contents, encodings, times to live, and the digest of it all.
 */
class DifferentialTest {
    private static final long SEED = Long.getLong("fairlead.seed", 1);
    private static final int COMMANDS = Integer.getInteger("fairlead.differential.commands", 6_000);
    /** Commands between two looks at all of the data. */
    private static final int BETWEEN_STATES = 500;
    /** Commands that a report of a difference shows. */
    private static final int HISTORY = 40;
    /** Databases that the commands reach. */
    private static final int DATABASES = 2;
    /** Steps of one full scan: far above what a table of the test has. */
    private static final int MAX_SCAN_STEPS = 1_000;
    /** Until a time to live of one millisecond is over on both servers. */
    private static final long EXPIRED_MILLIS = 4;

    private static final String[][] RESET = {{"discard"}, {"unwatch"}, {"flushall"}, {"select", "0"}};

    /** One of the two servers. */
    private interface Caller {
        String call(String... words) throws IOException;

        default Reply ask(String... words) throws IOException {
            return Reply.parse(call(words));
        }
    }

    private final TestServer server = new TestServer();
    private final TestServer.Client client = server.client();
    private final Deque<String> history = new ArrayDeque<>();
    private final Map<String, String> differences = new LinkedHashMap<>();
    /** What is queued in the transaction; null outside of one. */
    private List<String[]> queued;

    @ParameterizedTest(name = "RESP{0}")
    @CsvSource({"2", "3"})
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void answersAsARealServerDoes(int protocol) throws Exception {
        assumeTrue(RedisProcess.isInstalled(), "no redis-server on the path: install redis-server 7.0 to run this");
        System.out.println("DifferentialTest seed=" + SEED);
        RandomCommands commands = new RandomCommands(SEED);
        server.now = 0;
        try (RealServer process = new RealServer()) {
            Caller real = process::call;
            for (Caller each : List.<Caller>of(real, this::ours)) {
                each.call("debug", "set-active-expire", "0"); // What is expired goes when it is met, on both alike.
            }
            if (protocol == 3) {
                compare(0, new String[] {"hello", "3"}, real);
            }
            for (int i = 1; i <= COMMANDS; i++) {
                compare(i, commands.next(), real);
                if (i % BETWEEN_STATES == 0) {
                    compareStates(i, real);
                }
            }
        }
        assertThat(differences.values()).as("differences of seed=%d", SEED).isEmpty();
    }

    private void compare(int i, String[] words, Caller real) throws IOException {
        String name = words[0].toLowerCase(Locale.ROOT);
        boolean countsExpired = name.equals("randomkey") || name.equals("dbsize");
        if (queued != null && (countsExpired || name.equals("hscan"))) {
            return; // What a table gives by chance, or in steps, cannot be followed up inside a transaction.
        }
        if (countsExpired) {
            // When an expired key goes is each server's affair, as long as nobody can see it.
            real.call(RandomCommands.exists());
            ours(RandomCommands.exists());
        }
        history.add(List.of(words).toString());
        if (history.size() > HISTORY) {
            history.removeFirst();
        }
        Reply expected = real.ask(words);
        Reply actual = Reply.parse(ours(words));
        if (!same(words, expected, actual, real)) {
            note(name + " " + expected.type(), i + ": " + history.peekLast(), expected, actual, real);
        } else if (expected.text().equals("QUEUED")) {
            queued.add(words);
        } else if (name.equals("multi") && !expected.isError()) {
            queued = new ArrayList<>();
        } else if (name.equals("exec") || name.equals("discard")) {
            queued = queued != null && expected.isError() && !expected.text().startsWith("EXECABORT") ? queued : null;
        }
        if (queued == null && (name.equals("exec") || RandomCommands.expireSoon(words))) {
            awaitExpiry();
        }
    }

    private boolean same(String[] words, Reply expected, Reply actual, Caller real) throws IOException {
        String name = words[0].toLowerCase(Locale.ROOT);
        if (name.equals("hscan") && queued == null && !expected.isError() && !actual.isError()) {
            // How much a step gives is the table's affair; what all the steps give is not.
            return allOf(words, expected, real).equals(allOf(words, actual, this::ours));
        }
        if (name.equals("randomkey") && !actual.isNull() && !actual.isError()) {
            return real.call("exists", actual.parts().isEmpty() ? actual.text() : "")
                    .equals(":1\r\n");
        }
        return ReplyRules.same(words, queued == null ? List.of() : queued, expected, actual);
    }

    /** Every field and value that a full scan gives, once. */
    private static List<Reply> allOf(String[] words, Reply first, Caller server) throws IOException {
        List<Reply> found = new ArrayList<>();
        Reply step = first;
        for (int i = 0; i < MAX_SCAN_STEPS; i++) {
            List<Reply> flat = step.parts().get(1).parts();
            for (int j = 0; j + 1 < flat.size(); j += 2) {
                found.add(new Reply('*', "2", flat.subList(j, j + 2)));
            }
            String cursor = step.parts().get(0).text();
            if (cursor.equals("0")) {
                return Reply.distinct(found);
            }
            String[] next = words.clone();
            next[2] = cursor;
            step = server.ask(next);
        }
        throw new AssertionError("a scan did not end: " + Arrays.toString(words));
    }

    private void compareStates(int i, Caller real) throws IOException {
        for (String[] reset : new String[][] {{"discard"}, {"unwatch"}}) {
            real.call(reset);
            ours(reset);
        }
        queued = null;
        for (int db = 0; db < DATABASES; db++) {
            for (Caller each : List.<Caller>of(real, this::ours)) {
                each.call("select", "" + db);
            }
            Map<String, Map<String, Reply>> expected = state(real);
            Map<String, Map<String, Reply>> actual = state(this::ours);
            for (String key : expected.keySet()) {
                expected.get(key).forEach((what, reply) -> {
                    Reply our = actual.getOrDefault(key, Map.of()).get(what);
                    if (our == null || !ReplyRules.same(what.split(" "), List.of(), reply, our)) {
                        differences.putIfAbsent(
                                "state " + what,
                                "state after command " + i + ", seed " + SEED + ": " + what + " " + key + "\n  real: "
                                        + reply + "\n  ours: " + our);
                    }
                });
            }
            if (!expected.keySet().equals(actual.keySet())) {
                differences.putIfAbsent("keys", "keys after " + i + ": " + expected.keySet() + " " + actual.keySet());
            }
            for (Caller each : List.<Caller>of(real, this::ours)) {
                each.call(RandomCommands.exists()); // What has expired and nobody has met would count.
            }
        }
        Reply digest = real.ask("debug", "digest");
        if (!digest.equals(Reply.parse(ours("debug", "digest")))) {
            differences.putIfAbsent("digest", "the digests of the same data differ after command " + i);
        }
        startAfresh(real);
    }

    /** All that is to be known of each key, by the command that tells it. */
    private static Map<String, Map<String, Reply>> state(Caller server) throws IOException {
        Map<String, Map<String, Reply>> state = new TreeMap<>();
        for (Reply key : server.ask("keys", "*").parts()) {
            Map<String, Reply> known = new LinkedHashMap<>();
            Reply type = server.ask("type", key.text());
            known.put("type", type);
            known.put("object encoding", server.ask("object", "encoding", key.text()));
            known.put("pttl", server.ask("pttl", key.text()));
            switch (type.text()) {
                case "string" -> known.put("get", server.ask("get", key.text()));
                case "list" -> known.put("lrange", server.ask("lrange", key.text(), "0", "-1"));
                case "set" -> known.put("smembers", server.ask("smembers", key.text()));
                case "hash" -> known.put("hgetall", server.ask("hgetall", key.text()));
                default -> known.put("zrange", server.ask("zrange", key.text(), "0", "-1", "withscores"));
            }
            state.put(key.text(), known);
        }
        return state;
    }

    private void note(String kind, String what, Reply expected, Reply actual, Caller real) throws IOException {
        differences.putIfAbsent(
                kind,
                "command " + what + "\n  real: " + expected + "\n  ours: " + actual + "\n  after "
                        + String.join(" ", history));
        startAfresh(real);
    }

    /** Both start again from nothing, so that one difference does not hide the next. */
    private void startAfresh(Caller real) throws IOException {
        for (String[] reset : RESET) {
            real.call(reset);
            ours(reset);
        }
        history.clear();
        queued = null;
    }

    private String ours(String... words) {
        String reply = client.call(words);
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (reply.isEmpty() && System.nanoTime() < giveUp) {
            server.executor.tick();
            reply = client.replies.take();
        }
        if (reply.isEmpty()) {
            throw new AssertionError("no reply after " + String.join(" ", history) + ", seed=" + SEED);
        }
        return reply;
    }

    private static void awaitExpiry() {
        long over = System.currentTimeMillis() + EXPIRED_MILLIS;
        while (System.currentTimeMillis() < over) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
    }
}
