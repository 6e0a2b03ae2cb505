package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** A command being put together, word by word; strings go as UTF-8. */
final class Words {
    private final List<byte[]> words = new ArrayList<>(4);

    private Words(String name) {
        add(name);
    }

    static Words of(String name) {
        return new Words(name);
    }

    Words add(String word) {
        words.add(Objects.requireNonNull(word, "null cannot be sent as an argument")
                .getBytes(StandardCharsets.UTF_8));
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
        return Command.of(decoder, words.toArray(new byte[0][]));
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
