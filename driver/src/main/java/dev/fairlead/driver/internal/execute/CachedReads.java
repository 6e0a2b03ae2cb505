package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.internal.cache.ReadCache;
import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.Demand;
import dev.fairlead.policy.ReadFrom;
import dev.fairlead.policy.RoutingSettings;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Sightings;
import dev.fairlead.topology.Topology;
import java.util.function.LongSupplier;

/**
 * Reads answered from what is kept, and answers kept for later ones.
 *
 * <p>Guarantees: an answer has the freshness that its node was proven to have when it was asked, and serves only reads that the node would
 * then have qualified for; it stands while the link that it came over stands, to a node that still may serve reads. What only the
 * master may answer, reads with a bound in bytes, and pages of a walk are never served so.
 *
 * <p>Called on callers' threads, and {@link #keep} on event loops. Has no state.
 */
final class CachedReads {
    private final ReadCache cache;
    private final Cluster cluster;
    private final CallRouting routing;
    private final Endings endings;
    private final LongSupplier clock;

    /** @param cache null when nothing is to be cached */
    CachedReads(ReadCache cache, Cluster cluster, CallRouting routing, Endings endings, LongSupplier clock) {
        this.cache = cache;
        this.cluster = cluster;
        this.routing = routing;
        this.endings = endings;
        this.clock = clock;
    }

    /** True when the new read was answered from the cache. Otherwise what a node answers may be kept. */
    <T> boolean serve(Call<T> call) {
        if (cache == null || call.pin != null || call.after != null || call.masterOnly || !mayBeCached(call.settings)) {
            return false;
        }
        call.question = cache.question(call.command);
        ReadCache.Answer answer = call.question == null ? null : cache.find(call.question);
        if (answer == null) {
            return false;
        }
        Topology topology = cluster.topology();
        Node node = node(call, topology, answer.linkId());
        if (node == null || !isFreshEnough(call, answer, topology)) {
            return false;
        }
        T value;
        try {
            value = call.command.decode(new RespReader().reset(answer.reply()));
        } catch (RuntimeException e) {
            return false; // Its node will be asked, and the error told as that of a reply.
        }
        long now = clock.getAsLong();
        call.session.saw(0, now); // No incarnation has this number: all have to prove that they have what was shown.
        endings.served(call, node, value, now);
        return true;
    }

    private static boolean mayBeCached(RoutingSettings settings) {
        boolean level = settings.consistency() == Consistency.EVENTUAL
                || settings.consistency() == Consistency.READ_YOUR_WRITES;
        return level && settings.from() != ReadFrom.MASTER && settings.maxLagBytes() < 0;
    }

    /** The node whose link this is, if it stands and may serve reads. */
    private Node node(Call<?> call, Topology topology, long linkId) {
        Node found = null;
        for (Node each : topology.shard().replicas()) {
            found = each.linkId() == linkId ? each : found;
        }
        Node master = topology.shard().master();
        if (call.settings.from() != ReadFrom.REPLICA && master != null && master.linkId() == linkId) {
            found = master;
        }
        return found != null && found.usable() && cache.isTracked(linkId) && cluster.link(found) != null ? found : null;
    }

    private boolean isFreshEnough(Call<?> call, ReadCache.Answer answer, Topology topology) {
        Demand demand = routing.demand(call, topology);
        boolean covers = demand.wroteNanos() == Sightings.NEVER
                || (answer.proven() && answer.asOfNanos() - demand.wroteNanos() >= 0);
        boolean young = call.settings.maxLag() == null
                || (answer.proven()
                        && clock.getAsLong() - answer.asOfNanos()
                                <= call.settings.maxLag().toNanos());
        return covers && young && !demand.writeInFlight();
    }

    /** A node answered. On the event loop of its link, before the reply is decoded. */
    void keep(Attempt<?> attempt, RespReader reply) {
        if (attempt.call.question != null) {
            Node node = attempt.node;
            Node.Freshness freshness = node.freshness();
            cache.keep(
                    attempt.call.question,
                    new ReadCache.Answer(reply.copy(), node.linkId(), freshness.proven(), freshness.asOfNanos()));
        }
    }
}
