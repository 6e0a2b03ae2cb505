package dev.fairlead.policy;

import java.time.Duration;

/** What becomes of a read when no node qualifies. {@code patience} is how long {@link Kind#WAIT} waits before it fails; null otherwise. */
public record WhenNoneIsFresh(Kind kind, Duration patience) {
    public enum Kind {
        MASTER,
        LEAST_STALE,
        FAIL,
        WAIT
    }

    private static final Duration LONGEST = Duration.ofDays(1);

    /** @throws IllegalArgumentException when a wait has no patience between 1 ns and 1 day, or anything else has one */
    public WhenNoneIsFresh {
        boolean waits = kind == Kind.WAIT;
        boolean patient =
                patience != null && !patience.isNegative() && !patience.isZero() && patience.compareTo(LONGEST) <= 0;
        if (waits ? !patient : patience != null) {
            throw new IllegalArgumentException(
                    "WAIT takes a patience of 1 ns to 1 day, and nothing else takes any; given was " + kind + ", "
                            + patience);
        }
    }

    public static final WhenNoneIsFresh MASTER = new WhenNoneIsFresh(Kind.MASTER, null);
    public static final WhenNoneIsFresh LEAST_STALE = new WhenNoneIsFresh(Kind.LEAST_STALE, null);
    public static final WhenNoneIsFresh FAIL = new WhenNoneIsFresh(Kind.FAIL, null);

    /** Waits so long for a node to become fresh enough, then fails. */
    public static WhenNoneIsFresh waiting(Duration patience) {
        return new WhenNoneIsFresh(Kind.WAIT, patience);
    }
}
