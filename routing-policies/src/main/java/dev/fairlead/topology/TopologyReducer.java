package dev.fairlead.topology;

import java.util.List;

/** Turns observations into the next topology. Pure: no I/O, no clock, no randomness; the same inputs give the same result. */
public final class TopologyReducer {
    public TopologyReducer() {}

    /** The next topology, and what to tell listeners once it is published. */
    public record Reduction(Topology topology, List<TopologyEvent> events) {}

    /** A topology that knows only addresses: the seeds. */
    public Topology initial(List<Endpoint> seeds, boolean withSentinels) {
        throw new UnsupportedOperationException("TODO(topology)");
    }

    public Reduction reduce(Topology current, Observation observation) {
        throw new UnsupportedOperationException("TODO(topology)");
    }
}
