package dev.fairlead.driver.internal.session;

/**
 * The keys of one call.
 *
 * @param positions indexes of the keys in {@code argv}
 * @param unknown whether it touches keys that the arguments do not show
 */
public record Keys(byte[][] argv, int[] positions, boolean unknown) {
    /** Whether nothing can be said about single keys: the whole session counts. */
    boolean whole() {
        return unknown || positions.length == 0;
    }
}
