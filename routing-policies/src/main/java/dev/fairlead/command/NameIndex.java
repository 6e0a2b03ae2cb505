package dev.fairlead.command;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Function;

/**
 * Finds a row by the bytes of a name in any case, without allocating. Immutable.
 *
 * <p>Open addressing at a load of at most one half, so a probe ends after a step or two.
 */
final class NameIndex {
    private final byte[][] names;
    private final CommandSpec[] rows;

    /** @param nameOf the part of a row's name to find it by, in lower case */
    NameIndex(Collection<CommandSpec> specs, Function<CommandSpec, String> nameOf) {
        int capacity = Integer.highestOneBit(Math.max(1, specs.size()) * 4 - 1);
        names = new byte[capacity][];
        rows = new CommandSpec[capacity];
        for (CommandSpec spec : specs) {
            byte[] name = nameOf.apply(spec).getBytes(StandardCharsets.US_ASCII);
            int slot = slotOf(name);
            if (rows[slot] != null) {
                throw new IllegalStateException("commands.txt has two rows for '" + spec.name() + "'");
            }
            names[slot] = name;
            rows[slot] = spec;
        }
    }

    /** The row of that name; null when there is none. */
    CommandSpec find(byte[] name) {
        return rows[slotOf(name)];
    }

    private int slotOf(byte[] name) {
        int hash = 0;
        for (byte b : name) {
            hash = hash * 31 + Arguments.lower(b);
        }
        int slot = (hash ^ hash >>> 15) & names.length - 1;
        while (names[slot] != null && !same(names[slot], name)) {
            slot = slot + 1 & names.length - 1;
        }
        return slot;
    }

    private static boolean same(byte[] lowerCase, byte[] name) {
        if (lowerCase.length != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (lowerCase[i] != Arguments.lower(name[i])) {
                return false;
            }
        }
        return true;
    }
}
