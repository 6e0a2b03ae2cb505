package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.Explanation;
import dev.fairlead.driver.internal.route.Router;
import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.Demand;
import dev.fairlead.policy.LoadView;
import dev.fairlead.policy.RoutePlan;
import dev.fairlead.policy.RoutingRequest;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.Role;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.Sightings;
import dev.fairlead.topology.TokenStanding;
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
    /** What the levels of a session ask of the probes, as a staleness bound: a replica takes over within some 50 ms of a write. */
    private static final long SESSION_PACE = TimeUnit.MILLISECONDS.toNanos(200);

    /** 20 ms: what a round of looking takes where every node answers, with room to spare. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long LOOKED_FOR_LIFE = TimeUnit.SECONDS.toNanos(1);

    private record LookedFor(ReplicationId unknown, long sinceNanos) {}

    /** The history that was looked for last; null when none was. Races cost a look. */
    private volatile LookedFor lookedFor;

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

    Demand demand(Call<?> call, Topology topology) {
        Consistency level = call.settings.consistency();
        boolean ofSession = level.seesOwnWrites() || level.neverGoesBack();
        if (!ofSession && call.after == null) {
            return Demand.NOTHING;
        }
        Shard shard = topology.shard();
        Demand writes = level.seesOwnWrites() ? writes(call, shard) : Demand.NOTHING;
        Sightings seen = level.neverGoesBack() ? call.session.seen(shard.adoptedNanos()) : null;
        TokenStanding token = call.after == null ? null : shard.standing(call.after);
        if (ofSession && call.session.token() != null) {
            TokenStanding begun = shard.standing(call.session.token());
            token = token == null ? begun : token.and(begun);
        }
        return seen == null && token == null
                ? writes
                : new Demand(writes.wroteNanos(), writes.covered(), writes.writeInFlight(), seen, token);
    }

    /** What it must see of its session's writes, whatever its level asks. */
    static Demand writes(Call<?> call, Shard shard) {
        return call.session.demand(call.keys(), shard.replicationId(), shard.adoptedNanos());
    }

    RoutingRequest request(Call<?> call, Demand demand, long now) {
        return new RoutingRequest(call.settings, now, demand, 2 * cluster.probePeriodNanos(), call.number);
    }

    /**
     * Whether to look around before the policy's fallback is taken for a token of an unknown history: a failover may have happened that
     * this client has not noticed. Once for each history; what was looked for in vain is taken as it is for a second.
     */
    boolean looksFor(TokenStanding token, long now) {
        ReplicationId unknown = token.culprit().id();
        LookedFor last = lookedFor;
        if (last == null || !last.unknown.equals(unknown) || now - last.sinceNanos > LOOKED_FOR_LIFE) {
            lookedFor = new LookedFor(unknown, now);
            cluster.suspect("a token names the replication history " + unknown + ", which is not known");
            return true;
        }
        return now - last.sinceNanos < LOOK_NANOS;
    }

    RoutePlan plan(RoutingRequest request, Topology topology) {
        return router.plan(request, topology, load);
    }

    /** The node to send the read to, one that it has not tried; null when there is none. The plain path makes no plan. */
    Node choose(Call<?> call, RoutingRequest request, Topology topology) {
        if (!call.hasTriedAny() && !events.wanted() && call.pin == null) {
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
        } else if (call.settings.maxLagBytes() >= 0
                || call.settings.consistency().neverGoesBack()) {
            cluster.boundInUse(SESSION_PACE);
        } else if (call.after != null || call.settings.consistency().seesOwnWrites()) {
            cluster.offsetsInUse(SESSION_PACE);
        }
    }

    /** No node qualified, or only the master did: has the nodes asked for what the read lacks. */
    void probeFor(RoutingRequest request) {
        boolean ofTime =
                request.settings().maxLag() != null || request.settings().maxLagBytes() >= 0;
        cluster.probeSoon(!ofTime && request.demand().isOfOffsets());
    }

    /** A read with a bound that ended at the master although replicas were preferred: the next one should not have to. */
    void noteFallback(Call<?> call, RoutingRequest request, Node node) {
        boolean bounded =
                request.demand().isAny() || call.settings.maxLag() != null || call.settings.maxLagBytes() >= 0;
        boolean replicasPreferred =
                switch (call.settings.from()) {
                    case REPLICA, REPLICA_PREFERRED -> true;
                    case MASTER, MASTER_PREFERRED, ANY -> false;
                };
        if (bounded && replicasPreferred && node.role() == Role.MASTER) {
            probeFor(request);
        }
    }
}
