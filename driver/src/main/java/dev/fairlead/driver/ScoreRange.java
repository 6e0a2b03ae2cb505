package dev.fairlead.driver;

/**
 * A range of scores, in the form that servers read: {@code 1}, {@code (1} for 'greater than 1', {@code -inf}, {@code +inf}.
 *
 * @param min the lower end
 * @param max the upper end
 */
public record ScoreRange(String min, String max) {
    public static final ScoreRange ALL = new ScoreRange("-inf", "+inf");

    /** Both ends included. */
    public static ScoreRange closed(double min, double max) {
        return new ScoreRange(Arguments.number(min), Arguments.number(max));
    }

    /** Neither end included. */
    public static ScoreRange open(double min, double max) {
        return new ScoreRange("(" + Arguments.number(min), "(" + Arguments.number(max));
    }

    public static ScoreRange atLeast(double min) {
        return new ScoreRange(Arguments.number(min), "+inf");
    }

    public static ScoreRange greaterThan(double min) {
        return new ScoreRange("(" + Arguments.number(min), "+inf");
    }

    public static ScoreRange atMost(double max) {
        return new ScoreRange("-inf", Arguments.number(max));
    }

    public static ScoreRange lessThan(double max) {
        return new ScoreRange("-inf", "(" + Arguments.number(max));
    }
}
