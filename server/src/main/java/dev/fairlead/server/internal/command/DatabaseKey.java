package dev.fairlead.server.internal.command;

import java.util.Arrays;

/** A key together with its database, for the indexes of watched and awaited keys. The bytes must not change. */
record DatabaseKey(int database, byte[] key) {
    @Override
    public boolean equals(Object o) {
        return o instanceof DatabaseKey other && database == other.database && Arrays.equals(key, other.key);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(key) + database;
    }
}
