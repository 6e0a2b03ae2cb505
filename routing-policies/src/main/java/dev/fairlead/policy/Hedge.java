package dev.fairlead.policy;

import java.time.Duration;

/**
 * Whether and when a read that has no answer yet is asked of a second node too; the first answer wins.
 *
 * @param after of {@link Kind#AFTER}: how long the first node has; null otherwise
 */
public record Hedge(Kind kind, Duration after) {
    public enum Kind {
        NEVER,
        /** After what 19 of 20 of this client's last reads with this setting took. */
        P95,
        AFTER
    }

    public static final Hedge NEVER = new Hedge(Kind.NEVER, null);
    public static final Hedge P95 = new Hedge(Kind.P95, null);

    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** @throws IllegalArgumentException when AFTER has no time between 1 ms and 1 day, or anything else has one */
    public Hedge {
        boolean timed = after != null && after.compareTo(LEAST) >= 0 && after.compareTo(LONGEST) <= 0;
        if (kind == Kind.AFTER ? !timed : after != null) {
            throw new IllegalArgumentException(
                    "a hedge comes after 1 ms to 1 day, or P95, or NEVER; given was " + kind + ", " + after);
        }
    }

    /** After this time; looked at every 5 ms. */
    public static Hedge after(Duration time) {
        return new Hedge(Kind.AFTER, time);
    }
}
