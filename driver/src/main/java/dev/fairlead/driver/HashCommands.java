package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.util.List;
import java.util.Map;

/** Commands on hashes. */
abstract class HashCommands extends BitmapCommands {
    HashCommands() {}

    /** Null when there is no such field. */
    public static Command.OfValue<String> hget(String key, String field) {
        return Words.of("HGET").add(key).add(field).readsValue();
    }

    /** How many fields are new: 1 or 0. */
    public static Command<Long> hset(String key, String field, Object value) {
        return Words.of("HSET").add(key).add(field).addValue(value).readsLong();
    }

    /** How many of the fields are new. */
    public static Command<Long> hset(String key, Map<String, ?> values) {
        return Words.of("HSET")
                .add(key)
                .addPairs("field with its value", values)
                .readsLong();
    }

    /** Whether the field was free and is set now. */
    public static Command<Boolean> hsetNx(String key, String field, Object value) {
        return Words.of("HSETNX").add(key).add(field).addValue(value).readsBoolean();
    }

    /** A value for each field, in order; null where there is no such field. */
    public static Command.OfList<String> hmget(String key, String... fields) {
        return Words.of("HMGET").add(key).addSome("field", fields).readsList();
    }

    /** All fields with their values, in the server's order; empty when there is no such key. */
    public static Command.OfMap<String> hgetAll(String key) {
        return Words.of("HGETALL").add(key).readsMap();
    }

    public static Command.OfList<String> hkeys(String key) {
        return Words.of("HKEYS").add(key).readsList();
    }

    public static Command.OfList<String> hvals(String key) {
        return Words.of("HVALS").add(key).readsList();
    }

    /** Number of fields. */
    public static Command<Long> hlen(String key) {
        return Words.of("HLEN").add(key).readsLong();
    }

    public static Command<Boolean> hexists(String key, String field) {
        return Words.of("HEXISTS").add(key).add(field).readsBoolean();
    }

    /** How many of the fields existed. */
    public static Command<Long> hdel(String key, String... fields) {
        return Words.of("HDEL").add(key).addSome("field", fields).readsLong();
    }

    /** The number after the addition. */
    public static Command<Long> hincrBy(String key, String field, long amount) {
        return Words.of("HINCRBY").add(key).add(field).add(amount).readsLong();
    }

    /** The number after the addition. */
    public static Command<Double> hincrByFloat(String key, String field, double amount) {
        return Words.of("HINCRBYFLOAT").add(key).add(field).add(amount).reads(RespReader::readDouble);
    }

    /** The value's length in bytes; 0 when there is no such field. */
    public static Command<Long> hstrlen(String key, String field) {
        return Words.of("HSTRLEN").add(key).add(field).readsLong();
    }

    /** Some field; null when there is no such key. Servers from 6.2. */
    public static Command.OfValue<String> hrandField(String key) {
        return Words.of("HRANDFIELD").add(key).readsValue();
    }

    /** Up to this many different fields; with a negative count exactly as many, repeated ones among them. */
    public static Command.OfList<String> hrandField(String key, long count) {
        return Words.of("HRANDFIELD").add(key).add(count).readsList();
    }

    /** As {@link #hrandField(String, long)}, with the values. */
    public static Command<List<Map.Entry<String, String>>> hrandFieldWithValues(String key, long count) {
        return Words.of("HRANDFIELD").add(key).add(count).add("WITHVALUES").reads(Results::entries);
    }

    /** One step of a walk over the fields, begun at cursor {@code "0"}, as {@link #scan}. */
    public static Command<ScanPage<Map.Entry<String, String>>> hscan(String key, String cursor, ScanOptions options) {
        return options.addTo(Words.of("HSCAN").add(key).add(cursor)).reads(Results.page(Results::entries));
    }
}
