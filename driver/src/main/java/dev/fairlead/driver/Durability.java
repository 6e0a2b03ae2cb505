package dev.fairlead.driver;

import java.time.Duration;

/**
 * What a write asks for beyond the master's acknowledgement; see {@link Command#durable}.
 *
 * @param replicas how many replicas have to have it; 1 to 63
 * @param timeout how long they have, from the acknowledgement on; at most 1 day
 */
public record Durability(int replicas, Duration timeout) {
    /** As many as the client keeps links to. */
    private static final int MOST_REPLICAS = 63;

    private static final Duration LONGEST = Duration.ofDays(1);

    /** @throws IllegalArgumentException when one of them is out of its range */
    public Durability {
        if (replicas < 1 || replicas > MOST_REPLICAS) {
            throw new IllegalArgumentException("durable takes 1 to " + MOST_REPLICAS + " replicas, not " + replicas
                    + "; the master always has the write");
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "the timeout of durable must be positive and at most 1 day, not " + timeout);
        }
    }
}
