package dev.fairlead.policy;

import dev.fairlead.topology.Node;
import dev.fairlead.topology.Topology;
import java.util.random.RandomGenerator;

/** Places a read. Stateless and deterministic given its arguments. */
public interface RoutingPolicy {
    /** The policy that all settings are read by. It has no state: one instance serves everybody. */
    static RoutingPolicy standard() {
        return StandardPolicy.INSTANCE;
    }

    /** The whole plan with reasons. */
    RoutePlan plan(RoutingRequest request, Topology topology, LoadView load, RandomGenerator random);

    /**
     * Only the first choice of {@link #plan}, by the same rules, without building reasons; null when the plan has no
     * candidate. The plain path asks this.
     */
    Node first(RoutingRequest request, Topology topology, LoadView load, RandomGenerator random);
}
