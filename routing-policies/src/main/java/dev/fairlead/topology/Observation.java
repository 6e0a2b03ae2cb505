package dev.fairlead.topology;

import java.util.List;

/**
 * Something the driver saw, with the instant it saw it on the client's {@code System.nanoTime()}. Observations are the only
 * input of {@link TopologyReducer}.
 */
public sealed interface Observation {
    /** When it was seen; for an answer, when the answer was decoded. */
    long atNanos();

    /**
     * A node's answer to {@code INFO replication}.
     *
     * @param linkId incarnation of the link that carried it: positive, never reused, greater for each later connection
     * @param sentNanos taken before the request was encoded
     */
    record NodeReported(Endpoint node, long linkId, long sentNanos, long atNanos, ReplicationInfo info)
            implements Observation {}

    /** A replica said unasked what it has applied; told in order with its answers on that link. */
    record PositionPushed(Endpoint node, long linkId, ReplicationPosition position, long atNanos)
            implements Observation {}

    /**
     * A master's reply to a write named an offset that covers it: as much as an answer to a probe that left with the write says of time.
     *
     * @param sentNanos taken before the write was encoded
     */
    record WriteCovered(Endpoint node, long linkId, long sentNanos, ReplicationPosition position, long atNanos)
            implements Observation {}

    /** A link to a node was lost: every sample taken over it is void. */
    record LinkBroken(Endpoint node, long linkId, long atNanos, String reason) implements Observation {}

    /** A node could not be connected to or did not answer a probe in time. */
    record NodeUnreachable(Endpoint node, long atNanos, String reason) implements Observation {}

    /** A node answered {@code -LOADING}: its data is not there yet and its samples are void. */
    record NodeLoading(Endpoint node, long atNanos) implements Observation {}

    /** What a Sentinel knows of the master it was asked for. */
    record SentinelReported(Endpoint sentinel, Endpoint master, long configEpoch, List<Endpoint> replicas, long atNanos)
            implements Observation {}

    /** A Sentinel leader has selected a replica to be promoted ({@code +selected-slave}, {@code +failover-state-send-slaveof-noone}). */
    record FailoverSelected(Endpoint sentinel, Endpoint master, Endpoint selected, long atNanos)
            implements Observation {}

    /** A Sentinel gave a failover up ({@code -failover-abort-…}). */
    record FailoverAborted(Endpoint sentinel, Endpoint master, long atNanos) implements Observation {}

    /** {@code +switch-master}: the new master is announced. */
    record MasterSwitched(Endpoint sentinel, Endpoint from, Endpoint to, long atNanos) implements Observation {}

    /** A Sentinel is gone for good: what it said last is none of the Sentinels' word any more. */
    record SentinelForgotten(Endpoint sentinel, long atNanos) implements Observation {}

    /** The addresses that the configured host names stand for by now, in place of those before. */
    record SeedsResolved(List<Endpoint> seeds, long atNanos) implements Observation {
        public SeedsResolved {
            seeds = List.copyOf(seeds);
        }
    }

    /** Time passed with nothing heard; lets holds and provisional states end. */
    record Tick(long atNanos) implements Observation {}

    /** Wall clock and monotonic clock drifted apart (a suspended machine): every sample is void. */
    record ClockJumped(long atNanos) implements Observation {}
}
