package dev.fairlead.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.core.ConditionTimeoutException;

/** Random writes of every type, and what is there afterwards, as text. */
final class DataSet {
    private static final int DATABASES = 3;
    private static final int LONGEST_LINE = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private DataSet() {}

    static void write(int port, Random random, int commands) {
        try (Talk talk = new Talk(port)) {
            for (int i = 0; i < commands; i++) {
                one(talk, random);
            }
        }
    }

    private static void one(Talk talk, Random random) {
        String n = Integer.toString(random.nextInt(20));
        String text = random.nextInt(4) == 0 ? "long ".repeat(random.nextInt(2000)) : "v" + random.nextInt();
        switch (random.nextInt(16)) {
            case 0 -> talk.call("SELECT", Integer.toString(random.nextInt(DATABASES)));
            case 1 -> talk.call("SET", "string" + n, text);
            case 2 ->
                talk.call("SET", "expiring" + n, text, "PX", Integer.toString(100_000 + random.nextInt(1_000_000)));
            case 3 -> talk.call("INCRBY", "number" + n, Integer.toString(random.nextInt()));
            case 4, 5 -> talk.call(random.nextBoolean() ? "RPUSH" : "LPUSH", "list" + n, text, n);
            case 6 -> talk.call("LPOP", "list" + n);
            case 7 -> talk.call("SADD", "set" + n, text, n);
            case 8 -> talk.call("SADD", "integers" + n, Integer.toString(random.nextInt(1 << random.nextInt(31))));
            case 9 -> talk.call("SPOP", "set" + n);
            case 10 -> talk.call("HSET", "hash" + n, n, text, "field" + random.nextInt(50), n);
            case 11 -> talk.call("ZADD", "sorted" + n, Double.toString(random.nextGaussian()), text, n, "m" + n);
            case 12 ->
                talk.call("ZADD", "sorted" + n, random.nextBoolean() ? "-inf" : "17", "member" + random.nextInt(300));
            case 13 -> talk.call("DEL", "string" + n, "list" + n);
            case 14 -> talk.call("PERSIST", "expiring" + n);
            default -> {
                talk.call("MULTI");
                talk.call("RPUSH", "list" + n, "in", "transaction");
                talk.call("INCR", "transactions");
                talk.call("EXEC");
            }
        }
    }

    /** Everything, in an order of its own, so that two servers with the same data give the same lines. */
    static List<String> read(int port) {
        List<String> lines = new ArrayList<>();
        try (Talk talk = new Talk(port)) {
            for (int db = 0; db < DATABASES; db++) {
                talk.call("SELECT", Integer.toString(db));
                String keys = talk.call("KEYS", "*");
                for (String key : keys.substring(1, keys.length() - 1).split(", ")) {
                    if (!key.isEmpty()) {
                        lines.add(db + " " + key + " " + talk.call("PEXPIRETIME", key) + " " + value(talk, key));
                    }
                }
            }
        }
        lines.sort(null);
        return lines;
    }

    /** What one of two servers has and the other has not, each line behind its port and cut to what can be read. */
    static List<String> difference(int one, int other) {
        List<String> ofOne = read(one);
        List<String> ofOther = read(other);
        List<String> lines = new ArrayList<>();
        ofOne.stream().filter(line -> !ofOther.contains(line)).forEach(line -> lines.add(one + ": " + brief(line)));
        ofOther.stream().filter(line -> !ofOne.contains(line)).forEach(line -> lines.add(other + ": " + brief(line)));
        return lines;
    }

    private static String brief(String line) {
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…";
    }

    /** Until two servers have the same: a key may expire between the two readings, and the next two agree. */
    static void awaitSame(int one, int other, long seed) {
        List<List<String>> last = new ArrayList<>();
        try {
            Await.until("the same data", PATIENCE, () -> {
                last.clear();
                last.add(difference(one, other));
                return last.get(0).isEmpty();
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("seed=" + seed + ", the data differs: " + last.get(0), e);
        }
    }

    private static String value(Talk talk, String key) {
        String type = talk.call("TYPE", key);
        return type + " "
                + switch (type) {
                    case "string" -> talk.call("GET", key);
                    case "list" -> talk.call("LRANGE", key, "0", "-1");
                    case "set" -> talk.call("SORT_RO", key, "ALPHA");
                    case "hash" -> sortedPairs(talk.call("HGETALL", key));
                    default -> talk.call("ZRANGE", key, "0", "-1", "WITHSCORES");
                };
    }

    private static String sortedPairs(String flat) {
        String[] words = flat.substring(1, flat.length() - 1).split(", ", -1); // An empty value may stand last.
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < words.length; i += 2) {
            pairs.add(words[i] + "=" + words[i + 1]);
        }
        pairs.sort(null);
        return pairs.toString();
    }
}
