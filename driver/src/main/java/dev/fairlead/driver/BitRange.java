package dev.fairlead.driver;

/** A part of a string, both ends included, from 0; negative ones count from the end. Immutable. */
public final class BitRange {
    private final long start;
    private final long end;
    private final String unit;

    private BitRange(long start, long end, String unit) {
        this.start = start;
        this.end = end;
        this.unit = unit;
    }

    /** Counted in bytes. */
    public static BitRange bytes(long start, long end) {
        return new BitRange(start, end, null);
    }

    /** Counted in bits. Servers from 7.0. */
    public static BitRange bits(long start, long end) {
        return new BitRange(start, end, "BIT");
    }

    Words addTo(Words words) {
        words.add(start).add(end);
        return unit == null ? words : words.add(unit);
    }
}
