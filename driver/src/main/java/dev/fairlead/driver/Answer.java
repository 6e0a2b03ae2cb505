package dev.fairlead.driver;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Role;
import java.time.Duration;
import java.util.Optional;

/**
 * A result with its provenance.
 *
 * @param value as {@link Session#execute} would have given it; may be null
 * @param node who gave it
 * @param role what that node was
 * @param provenStaleness how old the answer may be at most, counted from when it came; null when nothing is proven. Of the master: since its last
 *     probe, which is how long another one might have taken its place unnoticed
 * @param fallback whether no node was fresh enough, and this one stood in by {@code whenNoneIsFresh}
 */
public record Answer<T>(T value, Endpoint node, Role role, Duration provenStaleness, boolean fallback) {
    /** What is proven of an answer that this node, as it was chosen, gave by now; null when nothing is. For the rooms of the driver. */
    public static Duration staleness(Node node, long nowNanos) {
        Node.Freshness freshness = node.freshness();
        return freshness.proven() ? Duration.ofNanos(nowNanos - freshness.asOfNanos()) : null;
    }

    /** How old the answer may be at most: every write that was acknowledged to anyone so long before is in it. Empty when nothing is proven. */
    public Optional<Duration> staleness() {
        return Optional.ofNullable(provenStaleness);
    }
}
