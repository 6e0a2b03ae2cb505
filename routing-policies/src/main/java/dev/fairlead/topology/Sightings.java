package dev.fairlead.topology;

/**
 * What a session has read so far, as instants of the client's clock: all that rule 6 of the freshness clock needs. A node may serve the
 * session's next read when it is fresh as of the last reply that came from any <em>other</em> incarnation of a node; what this one
 * itself has shown it still has. Immutable.
 *
 * <p>A worked example. A session reads on replica A until 100 ms, and on the master at 120 ms. A qualifies again once it is fresh as of
 * 120 ms; the master needs nothing. B needs to be fresh as of 120 ms too. After another read on the master at 300 ms so does A, as of
 * 300 ms. Two instants are enough: the latest reply, and the latest one from elsewhere.
 *
 * @param latestOn incarnation ({@link Node#incarnation}) that gave the latest reply; 0 when there was none
 * @param latestNanos when that reply was decoded; {@link #NEVER} when there was none
 * @param elsewhereNanos when the latest reply of any other incarnation was; {@link #NEVER} when there was none
 */
public record Sightings(long latestOn, long latestNanos, long elsewhereNanos) {
    /** No instant of {@code nanoTime} that a client meets: instants compare by difference, this one never takes part. */
    public static final long NEVER = Long.MIN_VALUE;

    public static final Sightings NONE = new Sightings(0, NEVER, NEVER);

    /** And a reply of this incarnation, decoded at this instant. Replies may be told in any order. */
    public Sightings with(long incarnation, long repliedNanos) {
        if (incarnation == latestOn && latestNanos != NEVER) {
            return new Sightings(latestOn, later(latestNanos, repliedNanos), elsewhereNanos);
        }
        boolean newer = later(latestNanos, repliedNanos) == repliedNanos;
        return newer
                ? new Sightings(incarnation, repliedNanos, latestNanos)
                : new Sightings(latestOn, latestNanos, later(elsewhereNanos, repliedNanos));
    }

    /** What a node of this incarnation must be fresh as of to serve the next read; {@link #NEVER} when it need not be. */
    public long mustSeeNanos(long incarnation) {
        return incarnation == latestOn ? elsewhereNanos : latestNanos;
    }

    /** What was read before the followed master was adopted counts from its adoption. */
    public Sightings adoptedAt(long adoptedNanos) {
        return latestNanos == NEVER || latestNanos - adoptedNanos >= 0 && elsewhereNanos == NEVER
                ? this
                : new Sightings(
                        latestOn,
                        later(latestNanos, adoptedNanos),
                        elsewhereNanos == NEVER ? NEVER : later(elsewhereNanos, adoptedNanos));
    }

    /** The later of two instants, either of which may be {@link #NEVER}. */
    public static long later(long a, long b) {
        return a == NEVER || b != NEVER && b - a > 0 ? b : a;
    }
}
