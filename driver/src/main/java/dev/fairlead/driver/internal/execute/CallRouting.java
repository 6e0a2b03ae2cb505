package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.Explanation;
import dev.fairlead.driver.internal.route.Router;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.LoadView;
import dev.fairlead.policy.RoutePlan;
import dev.fairlead.policy.RoutingRequest;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Role;
import dev.fairlead.topology.Topology;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Asks the router for a call: what its session must see goes into the request, the nodes that may serve it come out. Tells discovery how
 * fresh the nodes have to be kept for such calls. Sends nothing.
 *
 * <p>Thread-safe. Whoever asks passes the topology that it read, so that one decision is made on one of them.
 */
final class CallRouting {
    /** What read-your-writes asks of the probes, as a staleness bound: a replica takes over within some 50 ms of a write. */
    private static final long READ_YOUR_WRITES_PACE = TimeUnit.MILLISECONDS.toNanos(200);

    private final Cluster cluster;
    private final Router router;
    private final LoadView load;
    private final CallEvents events;
    private final LongSupplier clock;

    CallRouting(Cluster cluster, Router router, LoadView load, CallEvents events, LongSupplier clock) {
        this.cluster = cluster;
        this.router = router;
        this.load = load;
        this.events = events;
        this.clock = clock;
    }

    SessionMarks.Demand demand(Call<?> call, Topology topology) {
        return call.settings.consistency() == Consistency.READ_YOUR_WRITES
                ? call.session.demand(call.keys(), topology.shard().adoptedNanos())
                : SessionMarks.Demand.NOTHING;
    }

    RoutingRequest request(Call<?> call, SessionMarks.Demand demand, long now) {
        return new RoutingRequest(
                call.settings,
                now,
                demand.mustSee(),
                demand.mustSeeNanos(),
                demand.writeInFlight(),
                2 * cluster.probePeriodNanos(),
                call.number);
    }

    RoutePlan plan(RoutingRequest request, Topology topology) {
        return router.plan(request, topology, load);
    }

    /** The node to send the read to, one that it has not tried; null when there is none. The plain path makes no plan. */
    Node choose(Call<?> call, RoutingRequest request, Topology topology) {
        if (!call.hasTriedAny() && !events.wanted()) {
            return router.first(request, topology, load);
        }
        RoutePlan plan = plan(request, topology);
        call.passedOver = plan.passedOver();
        call.fallback = plan.fallback();
        for (RoutePlan.Candidate each : plan.candidates()) {
            if (!call.hasTried(each.node().linkId())) {
                return each.node();
            }
        }
        return null;
    }

    /** Every node that may not serve the read now, with its reason. */
    List<RoutePlan.Candidate> passedOver(Call<?> call) {
        Topology topology = cluster.topology();
        return plan(request(call, demand(call, topology), clock.getAsLong()), topology)
                .passedOver();
    }

    /** Where the call would go now, and why. */
    Explanation explain(Call<?> call) {
        Topology topology = cluster.topology();
        return router.explain(call.command, request(call, demand(call, topology), call.startNanos), topology, load);
    }

    /** A call with these bounds was made: the pace of the probes follows. */
    void noteBounds(Call<?> call) {
        if (call.settings.maxLag() != null) {
            cluster.boundInUse(call.settings.maxLag().toNanos());
        } else if (call.settings.consistency() == Consistency.READ_YOUR_WRITES || call.settings.maxLagBytes() >= 0) {
            cluster.boundInUse(READ_YOUR_WRITES_PACE);
        }
    }

    /** A read with a bound that ended at the master although replicas were preferred: the next one should not have to. */
    void noteFallback(Call<?> call, RoutingRequest request, Node node) {
        boolean bounded = request.mustSee() || call.settings.maxLag() != null || call.settings.maxLagBytes() >= 0;
        boolean replicasPreferred =
                switch (call.settings.from()) {
                    case REPLICA, REPLICA_PREFERRED -> true;
                    case MASTER, MASTER_PREFERRED, ANY -> false;
                };
        if (bounded && replicasPreferred && node.role() == Role.MASTER) {
            cluster.probeSoon();
        }
    }
}
