package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Commands on lists. Index 0 is the head; negative indexes count from the tail. */
abstract class ListCommands extends HashCommands {
    ListCommands() {}

    /** The length after putting the values at the head, one after the other: the last one ends up first. */
    public static Command<Long> lpush(String key, Object... values) {
        return Words.of("LPUSH").add(key).addSomeValues("value", values).readsLong();
    }

    /** The length after putting the values at the tail. */
    public static Command<Long> rpush(String key, Object... values) {
        return Words.of("RPUSH").add(key).addSomeValues("value", values).readsLong();
    }

    /** As {@link #lpush}, only where the list exists; 0 otherwise. */
    public static Command<Long> lpushX(String key, Object... values) {
        return Words.of("LPUSHX").add(key).addSomeValues("value", values).readsLong();
    }

    /** As {@link #rpush}, only where the list exists; 0 otherwise. */
    public static Command<Long> rpushX(String key, Object... values) {
        return Words.of("RPUSHX").add(key).addSomeValues("value", values).readsLong();
    }

    /** Takes the head; null when the list is empty. */
    public static Command.OfValue<String> lpop(String key) {
        return Words.of("LPOP").add(key).readsValue();
    }

    /** Takes up to this many from the head; empty when the list is. Servers from 6.2. */
    public static Command.OfList<String> lpop(String key, long count) {
        return Words.of("LPOP").add(key).add(count).readsList();
    }

    /** Takes the tail; null when the list is empty. */
    public static Command.OfValue<String> rpop(String key) {
        return Words.of("RPOP").add(key).readsValue();
    }

    /** Takes up to this many from the tail; empty when the list is. Servers from 6.2. */
    public static Command.OfList<String> rpop(String key, long count) {
        return Words.of("RPOP").add(key).add(count).readsList();
    }

    public static Command<Long> llen(String key) {
        return Words.of("LLEN").add(key).readsLong();
    }

    /** Null when the index is beyond the list. */
    public static Command.OfValue<String> lindex(String key, long index) {
        return Words.of("LINDEX").add(key).add(index).readsValue();
    }

    /** The server answers an error when the index is beyond the list. */
    public static Command<Void> lset(String key, long index, Object value) {
        return Words.of("LSET").add(key).add(index).addValue(value).readsOk();
    }

    /** Elements {@code start} to {@code stop}, both included. */
    public static Command.OfList<String> lrange(String key, long start, long stop) {
        return Words.of("LRANGE").add(key).add(start).add(stop).readsList();
    }

    /** How many were removed: up to {@code count} from the head, from the tail if negative, all if 0. */
    public static Command<Long> lrem(String key, long count, Object value) {
        return Words.of("LREM").add(key).add(count).addValue(value).readsLong();
    }

    /** Keeps elements {@code start} to {@code stop}, both included. */
    public static Command<Void> ltrim(String key, long start, long stop) {
        return Words.of("LTRIM").add(key).add(start).add(stop).readsOk();
    }

    /** The length after inserting ahead of the first {@code pivot}; -1 when there is none, 0 when there is no such list. */
    public static Command<Long> linsertBefore(String key, Object pivot, Object value) {
        return Words.of("LINSERT")
                .add(key)
                .add("BEFORE")
                .addValue(pivot)
                .addValue(value)
                .readsLong();
    }

    /** As {@link #linsertBefore}, behind it. */
    public static Command<Long> linsertAfter(String key, Object pivot, Object value) {
        return Words.of("LINSERT")
                .add(key)
                .add("AFTER")
                .addValue(pivot)
                .addValue(value)
                .readsLong();
    }

    /** The index of the first element that equals the value; null when there is none. */
    public static Command<Long> lpos(String key, Object value) {
        return Words.of("LPOS").add(key).addValue(value).reads(RespReader::readLongOrNull);
    }

    /** As {@link #lpos(String, Object)}, of those that the options leave. */
    public static Command<Long> lpos(String key, Object value, LposOptions options) {
        return options.addTo(Words.of("LPOS").add(key).addValue(value)).reads(RespReader::readLongOrNull);
    }

    /** The indexes of up to {@code count} elements that equal the value, all of them if 0; empty when there is none. */
    public static Command<List<Long>> lpos(String key, Object value, LposOptions options, long count) {
        return options.addTo(Words.of("LPOS").add(key).addValue(value))
                .addCount(count)
                .reads(Results::longs);
    }

    /** The element that was moved; null when the source is empty. Servers from 6.2. */
    public static Command.OfValue<String> lmove(String source, String target, ListEnd from, ListEnd to) {
        return Words.of("LMOVE")
                .add(source)
                .add(target)
                .add(from.name())
                .add(to.name())
                .readsValue();
    }

    /**
     * Takes the head of the first of these lists that has one, and says which: key and element; null when none had any for so long.
     * Needs {@link Session#dedicated}.
     *
     * @param timeout how long the server waits, at least 1 ms; servers before 6.0 count whole seconds
     */
    public static Command.OfEntry<String> blpop(Duration timeout, String... keys) {
        return Words.of("BLPOP")
                .addSome("key", keys)
                .add(Words.seconds(timeout))
                .readsEntry();
    }

    /** As {@link #blpop}, from the tail. */
    public static Command.OfEntry<String> brpop(Duration timeout, String... keys) {
        return Words.of("BRPOP")
                .addSome("key", keys)
                .add(Words.seconds(timeout))
                .readsEntry();
    }

    /** As {@link #lmove}; waits for an element up to so long, then null. Needs {@link Session#dedicated}. Servers from 6.2. */
    public static Command.OfValue<String> blmove(
            String source, String target, ListEnd from, ListEnd to, Duration timeout) {
        return Words.of("BLMOVE")
                .add(source)
                .add(target)
                .add(from.name())
                .add(to.name())
                .add(Words.seconds(timeout))
                .readsValue();
    }

    /**
     * Takes up to {@code count} elements from this end of the first list that has one, and says which: key and elements; null when none
     * has any. Servers from 7.0.
     */
    public static Command<Map.Entry<String, List<String>>> lmpop(ListEnd from, long count, String... keys) {
        return Words.of("LMPOP")
                .addCounted(keys)
                .add(from.name())
                .addCount(count)
                .reads(Results::keyAndStrings);
    }

    /** As {@link #lmpop}; waits for an element up to so long, then null. Needs {@link Session#dedicated}. */
    public static Command<Map.Entry<String, List<String>>> blmpop(
            Duration timeout, ListEnd from, long count, String... keys) {
        return Words.of("BLMPOP")
                .add(Words.seconds(timeout))
                .addCounted(keys)
                .add(from.name())
                .addCount(count)
                .reads(Results::keyAndStrings);
    }
}
