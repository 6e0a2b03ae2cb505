package dev.fairlead.policy;

import dev.fairlead.topology.Node;

/** Figures of the moment that the driver keeps per node. Read on the caller's thread, while they move. */
public interface LoadView {
    /** Calls sent and not yet answered. */
    int inFlight(Node node);

    /** Peak-sensitive moving average of the node's latency, in nanoseconds; 0 when never measured. */
    double latencyNanos(Node node);

    /** Whether the node could take a call now: its link ({@link Node#linkId}) is up, not overdue, and its circuit breaker permits. */
    boolean available(Node node);
}
