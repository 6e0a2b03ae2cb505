package dev.fairlead.topology;

import java.time.Duration;
import java.util.Objects;

/**
 * The bounds of {@link TopologyReducer}. Immutable.
 *
 * @param adoptEarly whether a promoted replica is followed before the Sentinels announce it, where that is safe; otherwise only
 *     once they do ({@code confirmed} adoption)
 * @param holdLimit how long writes are held for a selected replica that still calls itself a replica; positive. A replica that
 *     does not answer at all gets three times as long
 * @param selectionLife how long a Sentinel's choice of a replica stands as a failover in progress; positive
 * @param goneAfter how long a followed master must be unreachable before a master of unrelated history, the only one there is,
 *     is followed in its place (without Sentinels); positive
 * @param forgetAfter how long a node that nobody names any more must be unreachable before it leaves; positive
 */
public record TopologySettings(
        boolean adoptEarly, Duration holdLimit, Duration selectionLife, Duration goneAfter, Duration forgetAfter) {
    /*
     * holdLimit 1 s: on stock Redis a selected replica is a master 65 ms after it was named (planned) and within 300 ms after a
     *   crash; three times the worst case leaves room for a loaded machine, and is still shorter than the wait for the
     *   announcement that the hold replaces (1.2 to 2.2 s).
     * selectionLife 180 s: the failover-timeout a Sentinel has by default; it gives the failover up then.
     * goneAfter 5 s: several connection attempts and a restart of a small server fit in.
     * forgetAfter 30 s: three of the 10 s in which a Sentinel refreshes its own list.
     */
    public static final TopologySettings DEFAULT = new TopologySettings(
            true, Duration.ofSeconds(1), Duration.ofSeconds(180), Duration.ofSeconds(5), Duration.ofSeconds(30));

    public TopologySettings {
        positive(holdLimit, "holdLimit");
        positive(selectionLife, "selectionLife");
        positive(goneAfter, "goneAfter");
        positive(forgetAfter, "forgetAfter");
    }

    private static void positive(Duration value, String name) {
        Objects.requireNonNull(value, name);
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
