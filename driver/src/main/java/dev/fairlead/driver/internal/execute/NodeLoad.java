package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.internal.health.NodeHealth;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.policy.LoadView;
import dev.fairlead.topology.Node;
import java.util.function.LongSupplier;

/** The figures of the moment, straight from the links and the breakers. */
final class NodeLoad implements LoadView {
    private final Cluster cluster;
    private final NodeHealth health;
    private final LongSupplier clock;

    NodeLoad(Cluster cluster, NodeHealth health, LongSupplier clock) {
        this.cluster = cluster;
        this.health = health;
        this.clock = clock;
    }

    @Override
    public int inFlight(Node node) {
        Link link = cluster.link(node);
        return link == null ? 0 : link.inFlight();
    }

    @Override
    public double latencyNanos(Node node) {
        Link link = cluster.link(node);
        return link == null ? 0 : link.latencyNanos(clock.getAsLong());
    }

    @Override
    public boolean available(Node node) {
        Link link = cluster.link(node);
        return link != null && !link.isOverdue(clock.getAsLong()) && health.permits(node.endpoint());
    }
}
