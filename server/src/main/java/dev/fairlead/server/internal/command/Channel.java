package dev.fairlead.server.internal.command;

import java.util.Arrays;

/** The name of a channel, or a pattern of names. */
record Channel(byte[] name) {
    @Override
    public boolean equals(Object o) {
        return o instanceof Channel other && Arrays.equals(name, other.name);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(name);
    }
}
