package dev.fairlead.driver.internal.link;

/**
 * What a link's replies take, as two moving figures. Written by the link's event loop, read by any thread.
 *
 * <p>The <em>peak</em> average is what load balancing compares (after Finagle's PeakEwma): a sample above it replaces it at once, one
 * below pulls it down by how long ago the last one was. It fades while no sample comes, too: a node that stumbled is given no calls,
 * and with them no samples that would show it to have recovered.
 *
 * <p>The <em>typical</em> time is what makes a reply overdue. A stall must not raise it, or the next stall would be taken for normal: a
 * sample counts for at most {@value #CLAMP} times the present figure.
 *
 * <p>Of the first {@value #WARMING_UP} samples the lowest stands for both: they pay for what is done once (connecting, class loading, cold
 * caches), and a peak among them would keep calls away from the node for seconds.
 */
final class PeakEwma {
    /** 1 s: three seconds after a peak 5% of it is left (e^-3). */
    private static final double DECAY_NANOS = 1e9;

    private static final int CLAMP = 4;

    /** 8: handshake and first probes are over by then; a node that is slow eight times in a row is slow. */
    private static final int WARMING_UP = 8;

    /** A sixteenth per sample: a server that turns ten times slower is believed after 13 samples, as (1 + 3/16)^13 is about 10. */
    private static final double TYPICAL_WEIGHT = 1.0 / 16;

    private volatile double peakNanos;
    private volatile double typicalNanos;
    /** When {@link #peakNanos} was right. A reader that meets one of the two anew and the other of before errs for one choice. */
    private volatile long stampNanos;
    /** Samples taken, up to {@link #WARMING_UP}. */
    private int taken;

    /** Takes a sample. On the event loop only. */
    void observe(long nanos, long nowNanos) {
        double sample = Math.max(nanos, 1);
        double peak = peakNanos;
        double typical = typicalNanos;
        if (taken < WARMING_UP) {
            taken++;
            double lowest = typical == 0 ? sample : Math.min(sample, typical);
            peakNanos = lowest;
            typicalNanos = lowest;
            stampNanos = nowNanos;
            return;
        }
        if (sample >= peak) {
            peakNanos = sample;
        } else {
            double kept = kept(nowNanos);
            peakNanos = peak * kept + sample * (1 - kept);
        }
        typicalNanos = typical + (Math.min(sample, typical * CLAMP) - typical) * TYPICAL_WEIGHT;
        stampNanos = nowNanos;
    }

    /** Peak-sensitive average in nanoseconds, as it has faded until now; 0 before the first sample. */
    double peakNanos(long nowNanos) {
        double peak = peakNanos;
        return peak == 0 ? 0 : peak * kept(nowNanos);
    }

    /** The usual time in nanoseconds; 0 before the first sample. */
    double typicalNanos() {
        return typicalNanos;
    }

    private double kept(long nowNanos) {
        return Math.exp(-Math.max(nowNanos - stampNanos, 0) / DECAY_NANOS);
    }
}
