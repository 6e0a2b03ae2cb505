package dev.fairlead.driver.internal.route;

import dev.fairlead.command.CommandSpec;
import java.util.Locale;
import java.util.Set;

/** Which commands may not travel on a connection that every caller shares, because they change it for the others. */
final class SharedConnection {
    /** They turn the connection into something else, or mark what follows as belonging together. */
    private static final Set<String> STATEFUL = Set.of(
            "multi",
            "exec",
            "discard",
            "watch",
            "unwatch",
            "subscribe",
            "psubscribe",
            "ssubscribe",
            "unsubscribe",
            "punsubscribe",
            "sunsubscribe",
            "monitor",
            "sync",
            "psync",
            "replconf",
            "quit",
            "reset",
            "hello",
            "auth",
            "select",
            "asking",
            "client|reply",
            "client|tracking",
            "client|caching");

    private SharedConnection() {}

    /** What a connection of one's own is for. */
    private static final Set<String> DEDICATED = Set.of("watch", "unwatch");

    /** What the transaction of a connection of one's own says by itself. */
    private static final Set<String> BRACKETS = Set.of("multi", "exec", "discard");

    /** What {@code client.subscribe} does, and keeps up. */
    private static final Set<String> SUBSCRIBING = Set.of("subscribe", "psubscribe", "ssubscribe");

    /** @throws IllegalArgumentException when the call needs a connection of its own */
    static void check(CommandSpec spec, byte[][] argv) {
        if (STATEFUL.contains(spec.name())) {
            throw new IllegalArgumentException(
                    words(spec) + " changes the connection that all callers share; " + instead(spec.name()));
        }
        if (spec.blocks(argv)) {
            throw new IllegalArgumentException(words(spec)
                    + " may block the connection that all callers share; use client.dedicated, which lends one of your own,"
                    + " or its form that does not block");
        }
    }

    /** @throws IllegalArgumentException when the call would leave a lent connection changed for its next user */
    static void checkDedicated(CommandSpec spec) {
        if (BRACKETS.contains(spec.name())) {
            throw new IllegalArgumentException(
                    words(spec) + " by itself could leave half a transaction; hand all commands to transaction(…)");
        }
        if (!DEDICATED.contains(spec.name())) {
            checkTransaction(spec);
        }
    }

    /** @throws IllegalArgumentException when the call cannot stand in a transaction */
    static void checkTransaction(CommandSpec spec) {
        if (STATEFUL.contains(spec.name())) {
            throw new IllegalArgumentException(
                    words(spec) + " would change the connection for its next user; it cannot be used here");
        }
    }

    private static String instead(String name) {
        if (SUBSCRIBING.contains(name)) {
            return "use client.subscribe, which has one of its own";
        }
        return DEDICATED.contains(name) || BRACKETS.contains(name)
                ? "use client.dedicated, which lends one of your own"
                : "that is for the client alone to do";
    }

    private static String words(CommandSpec spec) {
        return spec.name().replace('|', ' ').toUpperCase(Locale.ROOT);
    }
}
