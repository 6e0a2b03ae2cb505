package dev.fairlead.driver;

import java.time.Duration;
import java.util.Map;

/** How {@code XREAD} and {@code XREADGROUP} read. Immutable. */
public final class StreamRead {
    /** Everything there is, at once. */
    public static final StreamRead DEFAULTS = new StreamRead(0, 0, false);

    private final long count;
    private final long blockMillis;
    private final boolean acknowledged;

    private StreamRead(long count, long blockMillis, boolean acknowledged) {
        this.count = count;
        this.blockMillis = blockMillis;
        this.acknowledged = acknowledged;
    }

    /** At most so many entries of each stream. */
    public StreamRead count(long entries) {
        if (entries < 1) {
            throw new IllegalArgumentException("a read gives at least 1 entry, not " + entries);
        }
        return new StreamRead(entries, blockMillis, acknowledged);
    }

    /** Waits at the server until there is an entry, at most so long: at least 1 ms. Needs {@link Session#dedicated}. */
    public StreamRead block(Duration time) {
        if (time.toMillis() < 1) {
            throw new IllegalArgumentException("a read waits for at least 1 ms, not " + time);
        }
        return new StreamRead(count, time.toMillis(), acknowledged);
    }

    /** Of a group: counts each entry as acknowledged once it was given, so that a consumer that dies with it loses it. */
    public StreamRead withoutAcknowledgement() {
        return new StreamRead(count, blockMillis, true);
    }

    Words addTo(Words words, boolean ofGroup) {
        if (count > 0) {
            words.addCount(count);
        }
        if (blockMillis > 0) {
            words.add("BLOCK").add(blockMillis);
        }
        if (acknowledged && !ofGroup) {
            throw new IllegalArgumentException("only a group's reads are acknowledged: see xreadGroup");
        }
        return acknowledged ? words.add("NOACK") : words;
    }

    static Words addStreams(Words words, Map<String, String> idsByKey) {
        if (idsByKey.isEmpty()) {
            throw new IllegalArgumentException("at least one stream with an id is needed");
        }
        words.add("STREAMS");
        idsByKey.keySet().forEach(words::add);
        idsByKey.values().forEach(words::add);
        return words;
    }
}
