package dev.fairlead.driver;

import java.util.Objects;

/** What is to be left of a stream. Immutable. */
public final class StreamTrim {
    private final String strategy;
    private final String threshold;
    private final boolean approximate;
    private final long limit;

    private StreamTrim(String strategy, String threshold, boolean approximate, long limit) {
        this.strategy = strategy;
        this.threshold = threshold;
        this.approximate = approximate;
        this.limit = limit;
    }

    /** The last {@code length} entries. */
    public static StreamTrim maxLength(long length) {
        return new StreamTrim("MAXLEN", Long.toString(length), false, -1);
    }

    /** Entries from this id on. Servers from 6.2. */
    public static StreamTrim minId(String id) {
        return new StreamTrim("MINID", Objects.requireNonNull(id, "id"), false, -1);
    }

    /** That, and some more where it saves the server work: much cheaper. */
    public StreamTrim approximately() {
        return new StreamTrim(strategy, threshold, true, limit);
    }

    /** As {@link #approximately}, with at most so many removed at once; 0 for no bound. Servers from 6.2. */
    public StreamTrim approximately(long most) {
        return new StreamTrim(strategy, threshold, true, most);
    }

    Words addTo(Words words) {
        words.add(strategy);
        if (approximate) {
            words.add("~");
        }
        words.add(threshold);
        return limit < 0 ? words : words.add("LIMIT").add(limit);
    }
}
