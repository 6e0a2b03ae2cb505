package dev.fairlead.policy;

/**
 * One read to be placed. Every bound is an instant or a number, so that a plan depends on nothing else.
 *
 * @param settings what applies to this call
 * @param nowNanos the client's clock
 * @param demand what it must see of its session's past
 * @param maxSampleAgeNanos a bound in bytes needs a master sample sent no longer ago than this: two probe periods
 * @param ticket a running number of the client's reads: what round-robin counts by
 */
public record RoutingRequest(
        RoutingSettings settings, long nowNanos, Demand demand, long maxSampleAgeNanos, long ticket) {}
