package dev.fairlead.command;

import java.util.Arrays;

/** Collects the positions of keys of one call; never one outside its arguments. For one thread. */
final class Positions {
    private static final int[] NONE = {};

    private int[] found = NONE;
    private int size;

    /** Appends first, first + step, … up to last; nothing at all when last lies outside the arguments. */
    void addRange(int first, int last, int step, int argc) {
        if (first <= 0 || last >= argc) {
            return;
        }
        int more = last < first ? 0 : (last - first) / step + 1;
        found = Arrays.copyOf(found, size + more);
        for (int position = first; position <= last; position += step) {
            found[size++] = position;
        }
    }

    int[] toArray() {
        return found;
    }
}
