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

    /** @throws IllegalArgumentException when the call needs a connection of its own */
    static void check(CommandSpec spec, byte[][] argv) {
        if (STATEFUL.contains(spec.name())) {
            throw new IllegalArgumentException(words(spec)
                    + " changes the connection that all callers share; it needs a dedicated one, which this version does not"
                    + " offer yet");
        }
        if (spec.blocks(argv)) {
            throw new IllegalArgumentException(words(spec)
                    + " may block the connection that all callers share; it needs a dedicated one, which this version does not"
                    + " offer yet. Use its form that does not block");
        }
    }

    private static String words(CommandSpec spec) {
        return spec.name().replace('|', ' ').toUpperCase(Locale.ROOT);
    }
}
