package dev.fairlead.driver;

/**
 * A range of members by their bytes, for sorted sets whose scores are all the same, in the form that servers read: {@code [a},
 * {@code (a}, {@code -}, {@code +}.
 *
 * @param min the lower end
 * @param max the upper end
 */
public record LexRange(String min, String max) {
    public static final LexRange ALL = new LexRange("-", "+");

    /** Both ends included. */
    public static LexRange closed(String min, String max) {
        return new LexRange("[" + min, "[" + max);
    }

    /** The lower end included, the upper end not. */
    public static LexRange closedOpen(String min, String max) {
        return new LexRange("[" + min, "(" + max);
    }

    public static LexRange atLeast(String min) {
        return new LexRange("[" + min, "+");
    }

    public static LexRange lessThan(String max) {
        return new LexRange("-", "(" + max);
    }
}
