package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.util.List;
import java.util.Map;

/** Commands on hashes. */
abstract class HashCommands extends StringCommands {
    HashCommands() {}

    /** Null when there is no such field. */
    public static Command<String> hget(String key, String field) {
        return Words.of("HGET").add(key).add(field).reads(RespReader::readString);
    }

    /** How many fields are new: 1 or 0. */
    public static Command<Long> hset(String key, String field, String value) {
        return Words.of("HSET").add(key).add(field).add(value).reads(RespReader::readLong);
    }

    /** How many of the fields are new. */
    public static Command<Long> hset(String key, Map<String, String> values) {
        return Words.of("HSET")
                .add(key)
                .addPairs("field with its value", values)
                .reads(RespReader::readLong);
    }

    /** Whether the field was free and is set now. */
    public static Command<Boolean> hsetNx(String key, String field, String value) {
        return Words.of("HSETNX").add(key).add(field).add(value).reads(RespReader::readBoolean);
    }

    /** A value for each field, in order; null where there is no such field. */
    public static Command<List<String>> hmget(String key, String... fields) {
        return Words.of("HMGET").add(key).addSome("field", fields).reads(RespReader::readStrings);
    }

    /** All fields with their values, in the server's order; empty when there is no such key. */
    public static Command<Map<String, String>> hgetAll(String key) {
        return Words.of("HGETALL").add(key).reads(RespReader::readStringMap);
    }

    public static Command<List<String>> hkeys(String key) {
        return Words.of("HKEYS").add(key).reads(RespReader::readStrings);
    }

    public static Command<List<String>> hvals(String key) {
        return Words.of("HVALS").add(key).reads(RespReader::readStrings);
    }

    /** Number of fields. */
    public static Command<Long> hlen(String key) {
        return Words.of("HLEN").add(key).reads(RespReader::readLong);
    }

    public static Command<Boolean> hexists(String key, String field) {
        return Words.of("HEXISTS").add(key).add(field).reads(RespReader::readBoolean);
    }

    /** How many of the fields existed. */
    public static Command<Long> hdel(String key, String... fields) {
        return Words.of("HDEL").add(key).addSome("field", fields).reads(RespReader::readLong);
    }

    /** The number after the addition. */
    public static Command<Long> hincrBy(String key, String field, long amount) {
        return Words.of("HINCRBY").add(key).add(field).add(amount).reads(RespReader::readLong);
    }

    /** The number after the addition. */
    public static Command<Double> hincrByFloat(String key, String field, double amount) {
        return Words.of("HINCRBYFLOAT").add(key).add(field).add(amount).reads(RespReader::readDouble);
    }

    /** The value's length in bytes; 0 when there is no such field. */
    public static Command<Long> hstrlen(String key, String field) {
        return Words.of("HSTRLEN").add(key).add(field).reads(RespReader::readLong);
    }

    /** Some field; null when there is no such key. Servers from 6.2. */
    public static Command<String> hrandField(String key) {
        return Words.of("HRANDFIELD").add(key).reads(RespReader::readString);
    }

    /** Up to this many different fields; with a negative count exactly as many, repeated ones among them. */
    public static Command<List<String>> hrandField(String key, long count) {
        return Words.of("HRANDFIELD").add(key).add(count).reads(Results::stringsOrNone);
    }

    /** As {@link #hrandField(String, long)}, with the values. */
    public static Command<List<Map.Entry<String, String>>> hrandFieldWithValues(String key, long count) {
        return Words.of("HRANDFIELD").add(key).add(count).add("WITHVALUES").reads(Results::entries);
    }

    /** One step of a walk over the fields, begun at cursor {@code "0"}, as {@link #scan}. */
    public static Command<ScanPage<Map.Entry<String, String>>> hscan(String key, String cursor, ScanOptions options) {
        Words words = Words.of("HSCAN").add(key).add(cursor);
        options.addTo(words);
        return words.reads(Results.page(Results::entries));
    }
}
