package dev.fairlead.driver;

import java.util.ArrayList;
import java.util.List;

/** A range of a sorted set, by rank, score or bytes, as ZRANGE takes it from 6.2 on. Immutable. */
public final class RangeQuery {
    private final String from;
    private final String to;
    private final List<String> words;

    private RangeQuery(String from, String to, List<String> words) {
        this.from = from;
        this.to = to;
        this.words = List.copyOf(words);
    }

    /** Ranks {@code start} to {@code stop}, both included; 0 is the lowest score, -1 the highest. */
    public static RangeQuery byRank(long start, long stop) {
        return new RangeQuery(Long.toString(start), Long.toString(stop), List.of());
    }

    /** Members whose score is in the range, the lowest first. */
    public static RangeQuery byScore(ScoreRange range) {
        return new RangeQuery(range.min(), range.max(), List.of("BYSCORE"));
    }

    /** Members in the range by their bytes, the lowest first; their scores have to be the same. */
    public static RangeQuery byLex(LexRange range) {
        return new RangeQuery(range.min(), range.max(), List.of("BYLEX"));
    }

    /** The same from its other end: highest first, and ranks counted from the highest score. */
    public RangeQuery reversed() {
        // By rank the two ends keep their places; by score and by bytes the higher one comes first.
        List<String> reversed = with("REV");
        return words.isEmpty() ? new RangeQuery(from, to, reversed) : new RangeQuery(to, from, reversed);
    }

    /** At most {@code count} of them after passing over {@code offset}; not by rank. Asked for last. */
    public RangeQuery limit(long offset, long count) {
        if (words.isEmpty() || words.get(0).equals("REV")) {
            throw new IllegalStateException("a range of ranks has its limits already");
        }
        return new RangeQuery(from, to, with("LIMIT", Long.toString(offset), Long.toString(count)));
    }

    private List<String> with(String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }

    Words addTo(Words out) {
        out.add(from).add(to);
        words.forEach(out::add);
        return out;
    }

    @Override
    public String toString() {
        return from + " " + to + " " + String.join(" ", words);
    }
}
