package dev.fairlead.driver;

import java.time.Duration;
import java.util.Objects;

/**
 * Which pending entries of a group are asked for. Immutable.
 *
 * @param from the lowest id, {@code -} for all
 * @param to the highest id, {@code +} for all
 * @param count at most so many
 * @param minIdle pending for at least so long; null for all. Servers from 6.2
 * @param consumer with this consumer; null for all
 */
public record PendingQuery(String from, String to, long count, Duration minIdle, String consumer) {
    public PendingQuery {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }

    /** The first so many. */
    public static PendingQuery first(long count) {
        return new PendingQuery("-", "+", count, null, null);
    }

    /** The same, of one consumer. */
    public PendingQuery of(String name) {
        return new PendingQuery(from, to, count, minIdle, name);
    }

    /** The same, of those that are pending for at least so long. */
    public PendingQuery idleFor(Duration time) {
        return new PendingQuery(from, to, count, time, consumer);
    }

    Words addTo(Words words) {
        if (minIdle != null) {
            words.add("IDLE").add(minIdle.toMillis());
        }
        words.add(from).add(to).add(count);
        return consumer == null ? words : words.add(consumer);
    }
}
