package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Commands on strings and the numbers in them. */
abstract class StringCommands extends KeyCommands {
    StringCommands() {}

    /** Null when there is no such key. */
    public static Command.OfValue<String> get(String key) {
        return Words.of("GET").add(key).readsValue();
    }

    /** Whether it was set: always, unless an option makes a condition. */
    public static Command<Boolean> set(String key, Object value, SetOption... options) {
        return Words.of("SET").add(key).addValue(value).addOptions(options).reads(Results::isOk);
    }

    /** Sets, and gives what was there before; null when nothing was. With a condition: servers from 7.0. */
    public static Command.OfValue<String> setGet(String key, Object value, SetOption... options) {
        return Words.of("SET")
                .add(key)
                .addValue(value)
                .addOptions(options)
                .add("GET")
                .readsValue();
    }

    /** Whether the key was free and is set now. */
    public static Command<Boolean> setNx(String key, Object value) {
        return Words.of("SETNX").add(key).addValue(value).readsBoolean();
    }

    /** Gets and deletes; null when there was no such key. Servers from 6.2. */
    public static Command.OfValue<String> getDel(String key) {
        return Words.of("GETDEL").add(key).readsValue();
    }

    /** Gets, and lets the key expire this long from now, to the millisecond; null when there is no such key. Servers from 6.2. */
    public static Command.OfValue<String> getEx(String key, Duration time) {
        return Words.of("GETEX")
                .add(key)
                .add("PX")
                .add(Words.positiveMillis(time))
                .readsValue();
    }

    /** As {@link #getEx(String, Duration)}: expires at this instant of the server's clock, to the millisecond. */
    public static Command.OfValue<String> getEx(String key, Instant instant) {
        return Words.of("GETEX")
                .add(key)
                .add("PXAT")
                .add(instant.toEpochMilli())
                .readsValue();
    }

    /** Gets, and takes the key's expiry away; null when there is no such key. Servers from 6.2. */
    public static Command.OfValue<String> getPersist(String key) {
        return Words.of("GETEX").add(key).add("PERSIST").readsValue();
    }

    /**
     * Bytes {@code start} to {@code end}, both included, from 0; negative ones count from the end. Empty when there is no such key. A cut
     * within a character leaves a replacement character at the end: see {@link Codec#BYTES}.
     */
    public static Command.OfValue<String> getRange(String key, long start, long end) {
        return Words.of("GETRANGE").add(key).add(start).add(end).readsValue();
    }

    /** The length in bytes after overwriting from this offset on. */
    public static Command<Long> setRange(String key, long offset, Object value) {
        return Words.of("SETRANGE").add(key).add(offset).addValue(value).readsLong();
    }

    /** The length in bytes after appending. */
    public static Command<Long> append(String key, Object value) {
        return Words.of("APPEND").add(key).addValue(value).readsLong();
    }

    /** The length in bytes; 0 when there is no such key. */
    public static Command<Long> strlen(String key) {
        return Words.of("STRLEN").add(key).readsLong();
    }

    /** The number after adding 1; the server answers an error when the value is no 64-bit integer. */
    public static Command<Long> incr(String key) {
        return Words.of("INCR").add(key).readsLong();
    }

    /** The number after the addition. */
    public static Command<Long> incrBy(String key, long amount) {
        return Words.of("INCRBY").add(key).add(amount).readsLong();
    }

    /** The number after the addition. */
    public static Command<Double> incrByFloat(String key, double amount) {
        return Words.of("INCRBYFLOAT").add(key).add(amount).reads(RespReader::readDouble);
    }

    /** The number after subtracting 1. */
    public static Command<Long> decr(String key) {
        return Words.of("DECR").add(key).readsLong();
    }

    /** The number after the subtraction. */
    public static Command<Long> decrBy(String key, long amount) {
        return Words.of("DECRBY").add(key).add(amount).readsLong();
    }

    /** A value for each key, in order; null where there is no such key or it holds no string. */
    public static Command.OfList<String> mget(String... keys) {
        return Words.of("MGET").addSome("key", keys).readsList();
    }

    /** Sets all of them at once. */
    public static Command<Void> mset(Map<String, ?> valuesByKey) {
        return Words.of("MSET").addPairs("key with its value", valuesByKey).readsOk();
    }

    /** Whether none of the keys existed and all are set now. */
    public static Command<Boolean> msetNx(Map<String, ?> valuesByKey) {
        return Words.of("MSETNX").addPairs("key with its value", valuesByKey).readsBoolean();
    }

    /** The longest common subsequence of two strings; empty when they share nothing. Servers from 7.0. */
    public static Command.OfValue<String> lcs(String key, String otherKey) {
        return Words.of("LCS").add(key).add(otherKey).readsValue();
    }

    /** Its length in bytes. Servers from 7.0. */
    public static Command<Long> lcsLength(String key, String otherKey) {
        return Words.of("LCS").add(key).add(otherKey).add("LEN").readsLong();
    }

    /**
     * Where the runs of it stand in the two strings, the last one first. Servers from 7.0.
     *
     * @param minLength runs of fewer bytes are left out; 0 for all
     */
    public static Command<LcsMatches> lcsMatches(String key, String otherKey, long minLength) {
        return Words.of("LCS")
                .add(key)
                .add(otherKey)
                .add("IDX")
                .add("MINMATCHLEN")
                .add(minLength)
                .add("WITHMATCHLEN")
                .reads(LcsMatches::read);
    }
}
