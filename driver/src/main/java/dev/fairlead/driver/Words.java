package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A command being put together, word by word; strings go as UTF-8. */
final class Words {
    /** The bytes of the names that the typed commands use, each encoded once. */
    private static final Map<String, byte[]> NAMES = new ConcurrentHashMap<>();

    /** 3 words: a name, a key and a value, which most commands do with. */
    private byte[][] words = new byte[3][];

    private int size;

    private Words(String name) {
        add(NAMES.computeIfAbsent(name, each -> each.getBytes(StandardCharsets.UTF_8)));
    }

    static Words of(String name) {
        return new Words(name);
    }

    Words add(String word) {
        return add(Objects.requireNonNull(word, "null cannot be sent as an argument")
                .getBytes(StandardCharsets.UTF_8));
    }

    private Words add(byte[] word) {
        if (size == words.length) {
            words = Arrays.copyOf(words, size * 2);
        }
        words[size++] = word;
        return this;
    }

    Words add(long number) {
        return add(Long.toString(number));
    }

    Words add(double number) {
        return add(Arguments.number(number));
    }

    /** At least one of what the name says: a server would refuse the command without. */
    Words addSome(String what, String... some) {
        if (some.length == 0) {
            throw new IllegalArgumentException("at least one " + what + " is needed");
        }
        for (String word : some) {
            add(word);
        }
        return this;
    }

    /** Keys and values in turn, at least one pair. */
    Words addPairs(String what, Map<String, String> pairs) {
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("at least one " + what + " is needed");
        }
        pairs.forEach((key, value) -> add(key).add(value));
        return this;
    }

    <T> Command<T> reads(Function<RespReader, ? extends T> decoder) {
        return Command.of(decoder, size == words.length ? words : Arrays.copyOf(words, size));
    }

    /** Seconds, as blocking commands count, of a time that must be positive: 0 would be for ever. */
    static String seconds(Duration timeout) {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("a command blocks for at least 1 ms, not " + timeout);
        }
        return BigDecimal.valueOf(timeout.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /** Milliseconds of a time that must be positive: servers refuse or delete at once otherwise. */
    static long positiveMillis(Duration time) {
        long millis = time.toMillis();
        if (millis < 1) {
            throw new IllegalArgumentException("a time to live is at least 1 ms, not " + time);
        }
        return millis;
    }
}
