package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Commands on lists. Index 0 is the head; negative indexes count from the tail. */
abstract class ListCommands extends HashCommands {
    ListCommands() {}

    /** The length after putting the values at the head, one after the other: the last one ends up first. */
    public static Command<Long> lpush(String key, String... values) {
        return Words.of("LPUSH").add(key).addSome("value", values).reads(RespReader::readLong);
    }

    /** The length after putting the values at the tail. */
    public static Command<Long> rpush(String key, String... values) {
        return Words.of("RPUSH").add(key).addSome("value", values).reads(RespReader::readLong);
    }

    /** As {@link #lpush}, only where the list exists; 0 otherwise. */
    public static Command<Long> lpushX(String key, String... values) {
        return Words.of("LPUSHX").add(key).addSome("value", values).reads(RespReader::readLong);
    }

    /** As {@link #rpush}, only where the list exists; 0 otherwise. */
    public static Command<Long> rpushX(String key, String... values) {
        return Words.of("RPUSHX").add(key).addSome("value", values).reads(RespReader::readLong);
    }

    /** Takes the head; null when the list is empty. */
    public static Command<String> lpop(String key) {
        return Words.of("LPOP").add(key).reads(RespReader::readString);
    }

    /** Takes up to this many from the head; empty when the list is. Servers from 6.2. */
    public static Command<List<String>> lpop(String key, long count) {
        return Words.of("LPOP").add(key).add(count).reads(Results::stringsOrNone);
    }

    /** Takes the tail; null when the list is empty. */
    public static Command<String> rpop(String key) {
        return Words.of("RPOP").add(key).reads(RespReader::readString);
    }

    /** Takes up to this many from the tail; empty when the list is. Servers from 6.2. */
    public static Command<List<String>> rpop(String key, long count) {
        return Words.of("RPOP").add(key).add(count).reads(Results::stringsOrNone);
    }

    public static Command<Long> llen(String key) {
        return Words.of("LLEN").add(key).reads(RespReader::readLong);
    }

    /** Null when the index is beyond the list. */
    public static Command<String> lindex(String key, long index) {
        return Words.of("LINDEX").add(key).add(index).reads(RespReader::readString);
    }

    /** The server answers an error when the index is beyond the list. */
    public static Command<Void> lset(String key, long index, String value) {
        return Words.of("LSET").add(key).add(index).add(value).reads(Results::done);
    }

    /** Elements {@code start} to {@code stop}, both included. */
    public static Command<List<String>> lrange(String key, long start, long stop) {
        return Words.of("LRANGE").add(key).add(start).add(stop).reads(RespReader::readStrings);
    }

    /** How many were removed: up to {@code count} from the head, from the tail if negative, all if 0. */
    public static Command<Long> lrem(String key, long count, String value) {
        return Words.of("LREM").add(key).add(count).add(value).reads(RespReader::readLong);
    }

    /** Keeps elements {@code start} to {@code stop}, both included. */
    public static Command<Void> ltrim(String key, long start, long stop) {
        return Words.of("LTRIM").add(key).add(start).add(stop).reads(Results::done);
    }

    /** The length after inserting ahead of the first {@code pivot}; -1 when there is none, 0 when there is no such list. */
    public static Command<Long> linsertBefore(String key, String pivot, String value) {
        return Words.of("LINSERT").add(key).add("BEFORE").add(pivot).add(value).reads(RespReader::readLong);
    }

    /** As {@link #linsertBefore}, behind it. */
    public static Command<Long> linsertAfter(String key, String pivot, String value) {
        return Words.of("LINSERT").add(key).add("AFTER").add(pivot).add(value).reads(RespReader::readLong);
    }

    /** The index of the first element that equals the value; null when there is none. */
    public static Command<Long> lpos(String key, String value) {
        return Words.of("LPOS").add(key).add(value).reads(RespReader::readLongOrNull);
    }

    /** The element that was moved; null when the source is empty. Servers from 6.2. */
    public static Command<String> lmove(String source, String target, ListEnd from, ListEnd to) {
        return Words.of("LMOVE")
                .add(source)
                .add(target)
                .add(from.name())
                .add(to.name())
                .reads(RespReader::readString);
    }

    /**
     * Takes the head of the first of these lists that has one, and says which: key and element; null when none had any for so long.
     * Needs {@link Session#dedicated}.
     *
     * @param timeout how long the server waits, at least 1 ms; servers before 6.0 count whole seconds
     */
    public static Command<Map.Entry<String, String>> blpop(Duration timeout, String... keys) {
        return Words.of("BLPOP")
                .addSome("key", keys)
                .add(Words.seconds(timeout))
                .reads(Results::keyAndElement);
    }

    /** As {@link #blpop}, from the tail. */
    public static Command<Map.Entry<String, String>> brpop(Duration timeout, String... keys) {
        return Words.of("BRPOP")
                .addSome("key", keys)
                .add(Words.seconds(timeout))
                .reads(Results::keyAndElement);
    }

    /** As {@link #lmove}; waits for an element up to so long, then null. Needs {@link Session#dedicated}. Servers from 6.2. */
    public static Command<String> blmove(String source, String target, ListEnd from, ListEnd to, Duration timeout) {
        return Words.of("BLMOVE")
                .add(source)
                .add(target)
                .add(from.name())
                .add(to.name())
                .add(Words.seconds(timeout))
                .reads(RespReader::readString);
    }
}
