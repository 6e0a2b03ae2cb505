package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.List;
import java.util.Map;

/** Commands on streams. Entries are in the order of their ids; {@code -} and {@code +} are the lowest and the highest id. */
abstract class StreamCommands extends SortedSetCommands {
    StreamCommands() {}

    /** The id that the server gave to the new entry. */
    public static Command<String> xadd(String key, Map<String, ?> fields) {
        return xadd(key, fields, XaddOptions.DEFAULTS);
    }

    /** The id of the new entry; null when there is no such stream and the options do not make one. */
    public static Command<String> xadd(String key, Map<String, ?> fields, XaddOptions options) {
        return options.addTo(Words.of("XADD").add(key))
                .addPairs("field with its value", fields)
                .reads(RespReader::readString);
    }

    /** Number of entries; 0 when there is no such stream. */
    public static Command<Long> xlen(String key) {
        return Words.of("XLEN").add(key).readsLong();
    }

    /** How many of the entries were there. */
    public static Command<Long> xdel(String key, String... ids) {
        return Words.of("XDEL").add(key).addSome("id", ids).readsLong();
    }

    /** Entries from one id to another, both included; {@code "("} ahead of an id leaves it out (servers from 6.2). */
    public static Command<List<StreamEntry>> xrange(String key, String from, String to) {
        return Words.of("XRANGE").add(key).add(from).add(to).reads(StreamEntry::readAll);
    }

    /** As {@link #xrange(String, String, String)}, the first {@code count} of them. */
    public static Command<List<StreamEntry>> xrange(String key, String from, String to, long count) {
        return Words.of("XRANGE").add(key).add(from).add(to).addCount(count).reads(StreamEntry::readAll);
    }

    /** Entries from the higher id down to the lower one, both included. */
    public static Command<List<StreamEntry>> xrevRange(String key, String from, String to) {
        return Words.of("XREVRANGE").add(key).add(from).add(to).reads(StreamEntry::readAll);
    }

    /** As {@link #xrevRange(String, String, String)}, the first {@code count} of them. */
    public static Command<List<StreamEntry>> xrevRange(String key, String from, String to, long count) {
        return Words.of("XREVRANGE").add(key).add(from).add(to).addCount(count).reads(StreamEntry::readAll);
    }

    /** How many entries were removed from the beginning. */
    public static Command<Long> xtrim(String key, StreamTrim trim) {
        return trim.addTo(Words.of("XTRIM").add(key)).readsLong();
    }

    /** Entries behind an id of each stream, by key; empty when there are none. */
    public static Command<Map<String, List<StreamEntry>>> xread(Map<String, String> idsByKey) {
        return xread(StreamRead.DEFAULTS, idsByKey);
    }

    /** As {@link #xread(Map)}. A read that waits needs {@link Session#dedicated}. */
    public static Command<Map<String, List<StreamEntry>>> xread(StreamRead options, Map<String, String> idsByKey) {
        return StreamRead.addStreams(options.addTo(Words.of("XREAD"), false), idsByKey)
                .reads(StreamEntry::readStreams);
    }

    /** Sets the id behind which the next entry comes. The server answers an error when there is no such stream, or an entry behind it. */
    public static Command<Void> xsetId(String key, String lastId) {
        return Words.of("XSETID").add(key).add(lastId).readsOk();
    }

    /** What the server knows of a stream. It answers an error when there is none. */
    public static Command<StreamInfo> xinfoStream(String key) {
        return Words.of("XINFO", "STREAM").add(key).reads(StreamInfo::read);
    }

    /** Everything it knows, groups, consumers and what is pending included, of at most so many entries each; 0 for all. Servers from 6.0. */
    public static Command<Map<String, Reply>> xinfoStreamFull(String key, long count) {
        return Words.of("XINFO", "STREAM").add(key).add("FULL").addCount(count).reads(Results::replyMap);
    }
}
