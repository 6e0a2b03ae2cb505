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

/** A command being put together, word by word: keys and the protocol's own words as UTF-8, values as {@link Arguments} takes them. */
final class Words {
    /** The bytes of the names that the typed commands use, each encoded once. */
    private static final Map<String, byte[]> NAMES = new ConcurrentHashMap<>();

    /** 3 words: a name, a key and a value, which most commands do with. */
    private byte[][] words = new byte[3][];

    private int size;

    private final String name;

    private Words(String name) {
        this.name = name;
        addName(name);
    }

    static Words of(String name) {
        return new Words(name);
    }

    /** A subcommand. */
    static Words of(String name, String subcommand) {
        return new Words(name).addName(subcommand);
    }

    private Words addName(String part) {
        byte[] known = NAMES.get(part); // First of all: computeIfAbsent may take a lock where the name is there.
        return add(known != null ? known : NAMES.computeIfAbsent(part, Words::utf8));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Words add(String word) {
        return add(utf8(Objects.requireNonNull(word, "null cannot be sent as an argument")));
    }

    private Words add(byte[] word) {
        if (size == words.length) {
            words = Arrays.copyOf(words, size * 2);
        }
        words[size++] = word;
        return this;
    }

    /** What the application wants kept. @throws IllegalArgumentException when it is nothing that can be sent */
    Words addValue(Object value) {
        return add(Arguments.encode(name, size, value));
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

    /** As {@link #addSome}, of values. */
    Words addSomeValues(String what, Object... some) {
        if (some.length == 0) {
            throw new IllegalArgumentException("at least one " + what + " is needed");
        }
        for (Object value : some) {
            addValue(value);
        }
        return this;
    }

    /** How many keys there are, and then they. */
    Words addCounted(String... keys) {
        return add(keys.length).addSome("key", keys);
    }

    /** {@code COUNT} and how many. */
    Words addCount(long count) {
        return add("COUNT").add(count);
    }

    /** Keys and values in turn, at least one pair. */
    Words addPairs(String what, Map<String, ?> pairs) {
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("at least one " + what + " is needed");
        }
        pairs.forEach((key, value) -> add(key).addValue(value));
        return this;
    }

    /** The words of each option, in this order. */
    Words addOptions(Option... options) {
        for (Option option : options) {
            option.addTo(this);
        }
        return this;
    }

    <T> Command<T> reads(Function<RespReader, ? extends T> decoder) {
        return Command.of(decoder, argv());
    }

    Command.OfValue<String> readsValue() {
        return new Command.OfValue<>(argv(), RespReader::readString);
    }

    Command.OfList<String> readsList() {
        return new Command.OfList<>(argv(), Results::strings);
    }

    Command.OfSet<String> readsSet() {
        return new Command.OfSet<>(argv(), Results::stringSet);
    }

    Command.OfMap<String> readsMap() {
        return new Command.OfMap<>(argv(), Results::stringMap);
    }

    Command.OfEntry<String> readsEntry() {
        return new Command.OfEntry<>(argv(), Results::keyAndString);
    }

    Command<Long> readsLong() {
        return reads(RespReader::readLong);
    }

    Command<Boolean> readsBoolean() {
        return reads(RespReader::readBoolean);
    }

    /** {@code +OK}, which says nothing more. */
    Command<Void> readsOk() {
        return reads(Results::done);
    }

    private byte[][] argv() {
        return size == words.length ? words : Arrays.copyOf(words, size);
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
