package dev.fairlead.driver.internal.session;

import dev.fairlead.command.CommandSpec;
import dev.fairlead.driver.Command;

/**
 * The keys of one call.
 *
 * @param positions indexes of the keys in {@code argv}
 * @param unknown whether it touches keys that the arguments do not show
 */
public record Keys(byte[][] argv, int[] positions, boolean unknown) {
    public static Keys of(Command<?> command) {
        CommandSpec spec = command.spec();
        byte[][] argv = command.argv();
        return new Keys(argv, spec.keyPositions(argv), spec.hasUnknownKeys(argv));
    }

    /** Whether nothing can be said about single keys: the whole session counts. */
    boolean whole() {
        return unknown || positions.length == 0;
    }
}
