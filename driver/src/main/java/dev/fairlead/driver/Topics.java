package dev.fairlead.driver;

import java.util.List;

/**
 * What to subscribe to, and where: {@code patterns("news.*").atReplica()}. Immutable.
 *
 * @param kind how the names are meant
 * @param names 1 to 1,024 channels or patterns
 * @param replicaPreferred whether a replica should carry the subscription, where there is one that can be used
 */
public record Topics(Kind kind, List<String> names, boolean replicaPreferred) {
    /** Names in one subscription. */
    private static final int MAX_NAMES = 1024;

    /** How names are meant. */
    public enum Kind {
        /** Channels by name: SUBSCRIBE. */
        CHANNELS,
        /** Glob patterns: PSUBSCRIBE. A message that matches several comes once for each. */
        PATTERNS,
        /** Sharded channels, which SPUBLISH publishes to: SSUBSCRIBE. Servers from 7.0. */
        SHARDED
    }

    /** @throws IllegalArgumentException when there are too few or too many names */
    public Topics {
        names = List.copyOf(names);
        if (names.isEmpty() || names.size() > MAX_NAMES) {
            throw new IllegalArgumentException(
                    "a subscription has 1 to " + MAX_NAMES + " names, not " + names.size() + "; make several of it");
        }
    }

    /** Channels by name, at the master. */
    public static Topics channels(String... names) {
        return new Topics(Kind.CHANNELS, List.of(names), false);
    }

    /** Channels that match a glob pattern, at the master. */
    public static Topics patterns(String... patterns) {
        return new Topics(Kind.PATTERNS, List.of(patterns), false);
    }

    /** Sharded channels by name, at the master. */
    public static Topics sharded(String... names) {
        return new Topics(Kind.SHARDED, List.of(names), false);
    }

    /**
     * The same at a replica, where there is one that can be used, else at the master. What is published at the master comes a
     * replication delay later. While a replica has lost its master it passes nothing on, and nobody is told: for what must not be
     * missed, stay at the master.
     */
    public Topics atReplica() {
        return new Topics(kind, names, true);
    }
}
