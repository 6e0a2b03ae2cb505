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

    public static final WhenNoneIsFresh MASTER = new WhenNoneIsFresh(Kind.MASTER, null);
    public static final WhenNoneIsFresh LEAST_STALE = new WhenNoneIsFresh(Kind.LEAST_STALE, null);
    public static final WhenNoneIsFresh FAIL = new WhenNoneIsFresh(Kind.FAIL, null);
}
