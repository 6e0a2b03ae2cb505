package dev.fairlead.topology;

import java.util.Arrays;

/**
 * What the followed master said of its offset, as claims {@code (sent, M)}: everything acknowledged to anyone before the
 * client's instant {@code sent} has an offset of at most {@code M}. Immutable; at most {@value #CAPACITY} claims.
 *
 * <p>A worked example. Probes sent at 10, 20 and 30 ms found offsets 500, 500 and 740. A replica that has applied 600 is fresh as
 * of 20 ms: of the claims that it covers (10, 500) and (20, 500) the later is the stronger. Nothing is known of what came
 * between 20 and 30 ms, and nothing is claimed.
 */
final class MasterSamples {
    /*
     * Only claims that no other makes useless are kept: one is useless beside another that is later and not greater. So both
     * columns grow strictly, an idle master needs one row, and a search is a bisection.
     *
     * When the rows run out, every second one of the older half goes. What is lost is precision on replicas that are far behind,
     * to the cautious side: a replica is then taken for staler than it is, never for fresher.
     */

    /** Full resolution for the newest 128: at the fastest probe of 5 ms that is 0.6 s, and each thinning doubles the reach beyond. */
    static final int CAPACITY = 256;

    static final MasterSamples NONE = new MasterSamples(new long[0], new long[0]);

    private final long[] sentNanos;
    private final long[] offsets;

    private MasterSamples(long[] sentNanos, long[] offsets) {
        this.sentNanos = sentNanos;
        this.offsets = offsets;
    }

    MasterSamples with(long sent, long offset) {
        long[] nextSent = new long[sentNanos.length + 1];
        long[] nextOffsets = new long[offsets.length + 1];
        int size = 0;
        boolean placed = false;
        for (int i = 0; i < offsets.length; i++) {
            boolean later = sentNanos[i] - sent >= 0;
            if (later && offsets[i] <= offset) {
                return this;
            }
            if (later && !placed && sentNanos[i] != sent) {
                nextSent[size] = sent;
                nextOffsets[size++] = offset;
                placed = true;
            }
            boolean useless = sentNanos[i] - sent <= 0 && offsets[i] >= offset;
            if (!useless) {
                nextSent[size] = sentNanos[i];
                nextOffsets[size++] = offsets[i];
            }
        }
        if (!placed) {
            nextSent[size] = sent;
            nextOffsets[size++] = offset;
        }
        if (size > CAPACITY) {
            size = thin(nextSent, nextOffsets, size);
        }
        return new MasterSamples(Arrays.copyOf(nextSent, size), Arrays.copyOf(nextOffsets, size));
    }

    private static int thin(long[] sent, long[] offsets, int size) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (i >= size / 2 || i % 2 == 0) {
                sent[kept] = sent[i];
                offsets[kept++] = offsets[i];
            }
        }
        return kept;
    }

    boolean isEmpty() {
        return offsets.length == 0;
    }

    int size() {
        return offsets.length;
    }

    long newestOffset() {
        return offsets[offsets.length - 1];
    }

    long newestSentNanos() {
        return sentNanos[sentNanos.length - 1];
    }

    /** Whether any claim holds for a node that has applied {@code offset}. */
    boolean covers(long offset) {
        return !isEmpty() && offsets[0] <= offset;
    }

    /** The latest instant before which all that was acknowledged is at or below {@code offset}; only where {@link #covers} holds. */
    long asOfNanos(long offset) {
        int found = Arrays.binarySearch(offsets, offset);
        return sentNanos[found >= 0 ? found : -found - 2];
    }

    /** Without the claims past {@code fork}: those speak of bytes that the next history does not share. */
    MasterSamples upTo(long fork) {
        int kept = 0;
        while (kept < offsets.length && offsets[kept] <= fork) {
            kept++;
        }
        return new MasterSamples(Arrays.copyOf(sentNanos, kept), Arrays.copyOf(offsets, kept));
    }

    /**
     * With no claim about any instant after {@code untilNanos}. A claim about a later instant is true of this earlier one too,
     * so it moves back rather than goes.
     */
    MasterSamples notAfter(long untilNanos) {
        MasterSamples kept = NONE;
        for (int i = 0; i < offsets.length; i++) {
            kept = kept.with(sentNanos[i] - untilNanos > 0 ? untilNanos : sentNanos[i], offsets[i]);
        }
        return kept;
    }
}
