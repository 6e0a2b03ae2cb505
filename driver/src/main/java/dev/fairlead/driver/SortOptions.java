package dev.fairlead.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * How {@code SORT} orders elements, and what it gives for each: {@code SortOptions.NUMERIC.by("weight_*").get("name_*")}. In a pattern the
 * star stands for the element; {@code key_*->field} means a field of a hash. Immutable.
 */
public final class SortOptions {
    /** As numbers, the smallest first. The server answers an error when an element is none. */
    public static final SortOptions NUMERIC = new SortOptions(List.of());

    /** By their bytes. */
    public static final SortOptions ALPHABETIC = NUMERIC.with("ALPHA");

    private final List<String> words;

    private SortOptions(List<String> words) {
        this.words = words;
    }

    private SortOptions with(String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return new SortOptions(List.copyOf(all));
    }

    /** By what stands under this pattern instead of by the elements. A pattern without a star leaves the order as it is. */
    public SortOptions by(String pattern) {
        return with("BY", pattern);
    }

    /** Gives what stands under this pattern instead of the element; {@code #} is the element. May be asked for several times. */
    public SortOptions get(String pattern) {
        return with("GET", pattern);
    }

    /** At most {@code count} after passing over {@code offset}. */
    public SortOptions limit(long offset, long count) {
        return with("LIMIT", Long.toString(offset), Long.toString(count));
    }

    /** The greatest first. */
    public SortOptions descending() {
        return with("DESC");
    }

    Words addTo(Words out) {
        words.forEach(out::add);
        return out;
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
