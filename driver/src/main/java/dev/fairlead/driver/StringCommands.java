package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Commands on strings, the numbers and bits in them included. */
abstract class StringCommands extends KeyCommands {
    StringCommands() {}

    /** Null when there is no such key. */
    public static Command<String> get(String key) {
        return Words.of("GET").add(key).reads(RespReader::readString);
    }

    /** Whether it was set: always, unless an option makes a condition. */
    public static Command<Boolean> set(String key, String value, SetOption... options) {
        Words words = Words.of("SET").add(key).add(value);
        for (SetOption option : options) {
            option.addTo(words);
        }
        return words.reads(Results::isOk);
    }

    /** Sets, and gives what was there before; null when nothing was. With a condition: servers from 7.0. */
    public static Command<String> setGet(String key, String value, SetOption... options) {
        Words words = Words.of("SET").add(key).add(value);
        for (SetOption option : options) {
            option.addTo(words);
        }
        return words.add("GET").reads(RespReader::readString);
    }

    /** Whether the key was free and is set now. */
    public static Command<Boolean> setNx(String key, String value) {
        return Words.of("SETNX").add(key).add(value).reads(RespReader::readBoolean);
    }

    /** Gets and deletes; null when there was no such key. Servers from 6.2. */
    public static Command<String> getDel(String key) {
        return Words.of("GETDEL").add(key).reads(RespReader::readString);
    }

    /** Gets, and lets the key expire this long from now; null when there is no such key. Servers from 6.2. */
    public static Command<String> getEx(String key, Duration time) {
        return Words.of("GETEX")
                .add(key)
                .add("PX")
                .add(Words.positiveMillis(time))
                .reads(RespReader::readString);
    }

    /** Bytes {@code start} to {@code end}, both included, from 0; negative ones count from the end. */
    public static Command<String> getRange(String key, long start, long end) {
        return Words.of("GETRANGE").add(key).add(start).add(end).reads(RespReader::readString);
    }

    /** The length in bytes after overwriting from this offset on. */
    public static Command<Long> setRange(String key, long offset, String value) {
        return Words.of("SETRANGE").add(key).add(offset).add(value).reads(RespReader::readLong);
    }

    /** The length in bytes after appending. */
    public static Command<Long> append(String key, String value) {
        return Words.of("APPEND").add(key).add(value).reads(RespReader::readLong);
    }

    /** The length in bytes; 0 when there is no such key. */
    public static Command<Long> strlen(String key) {
        return Words.of("STRLEN").add(key).reads(RespReader::readLong);
    }

    /** The number after adding 1. */
    public static Command<Long> incr(String key) {
        return Words.of("INCR").add(key).reads(RespReader::readLong);
    }

    /** The number after the addition. */
    public static Command<Long> incrBy(String key, long amount) {
        return Words.of("INCRBY").add(key).add(amount).reads(RespReader::readLong);
    }

    /** The number after the addition. */
    public static Command<Double> incrByFloat(String key, double amount) {
        return Words.of("INCRBYFLOAT").add(key).add(amount).reads(RespReader::readDouble);
    }

    /** The number after subtracting 1. */
    public static Command<Long> decr(String key) {
        return Words.of("DECR").add(key).reads(RespReader::readLong);
    }

    /** The number after the subtraction. */
    public static Command<Long> decrBy(String key, long amount) {
        return Words.of("DECRBY").add(key).add(amount).reads(RespReader::readLong);
    }

    /** A value for each key, in order; null where there is no such key or it holds no string. */
    public static Command<List<String>> mget(String... keys) {
        return Words.of("MGET").addSome("key", keys).reads(RespReader::readStrings);
    }

    /** Sets all of them at once. */
    public static Command<Void> mset(Map<String, String> valuesByKey) {
        return Words.of("MSET").addPairs("key with its value", valuesByKey).reads(Results::done);
    }

    /** Whether none of the keys existed and all are set now. */
    public static Command<Boolean> msetNx(Map<String, String> valuesByKey) {
        return Words.of("MSETNX").addPairs("key with its value", valuesByKey).reads(RespReader::readBoolean);
    }

    public static Command<Boolean> getBit(String key, long offset) {
        return Words.of("GETBIT").add(key).add(offset).reads(RespReader::readBoolean);
    }

    /** The bit as it was before. */
    public static Command<Boolean> setBit(String key, long offset, boolean bit) {
        return Words.of("SETBIT").add(key).add(offset).add(bit ? 1 : 0).reads(RespReader::readBoolean);
    }

    /** How many bits are set. */
    public static Command<Long> bitCount(String key) {
        return Words.of("BITCOUNT").add(key).reads(RespReader::readLong);
    }
}
