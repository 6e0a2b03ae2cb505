package dev.fairlead.policy;

/**
 * One read to be placed. Every bound is an instant or a number, so that a plan depends on nothing else.
 *
 * @param settings what applies to this call
 * @param nowNanos the client's clock
 * @param mustSee whether {@code mustSeeNanos} counts (read-your-writes with something written)
 * @param mustSeeNanos everything acknowledged before this instant must be visible
 * @param writeInFlight a write of the session that this read must see has no reply yet: only the master, behind it on the same link
 * @param maxSampleAgeNanos a bound in bytes needs a master sample sent no longer ago than this: two probe periods
 * @param ticket a running number of the client's reads: what round-robin counts by
 */
public record RoutingRequest(
        RoutingSettings settings,
        long nowNanos,
        boolean mustSee,
        long mustSeeNanos,
        boolean writeInFlight,
        long maxSampleAgeNanos,
        long ticket) {}
