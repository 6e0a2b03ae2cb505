package dev.fairlead.server.internal.keyspace;

/** Accounted sizes: what the parts of a value would take in a server written in C, in bytes. */
final class Memory {
    private Memory() {}

    /** A string with its length header, terminator and rounding to 8. */
    static long string(int length) {
        int header = length < 32 ? 1 : length < 256 ? 3 : length < 65536 ? 5 : 9;
        return length + header + 1 + 7 & ~7L;
    }

    /** A table of this many buckets. */
    static long buckets(int buckets) {
        return 8L * buckets + 56;
    }
}
