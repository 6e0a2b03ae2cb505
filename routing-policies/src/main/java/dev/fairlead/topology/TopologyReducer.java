package dev.fairlead.topology;

import java.util.List;

/** Turns observations into the next topology. Pure: no I/O, no clock, no randomness; the same inputs give the same result. */
public final class TopologyReducer {
    public TopologyReducer() {
        this(TopologySettings.DEFAULT);
    }

    public TopologyReducer(TopologySettings settings) {}

    /** The next topology, and what to tell listeners once it is published. */
    public record Reduction(Topology topology, List<TopologyEvent> events) {}

    /**
     * A topology that knows only addresses: the seeds, or, with Sentinels, whatever nodes are known beforehand (usually none:
     * {@link Observation.SentinelReported} brings them).
     *
     * @param withSentinels whether the Sentinels' word decides which master is true
     */
    public Topology initial(List<Endpoint> seeds, boolean withSentinels) {
        throw new UnsupportedOperationException("TODO(topology)");
    }

    /**
     * The topology after one observation. The nodes of its shard (master, replicas and others) are the addresses to be connected
     * to and probed; a node that leaves is to be disconnected from.
     */
    public Reduction reduce(Topology current, Observation observation) {
        throw new UnsupportedOperationException("TODO(topology)");
    }
}
