package dev.fairlead.driver.internal.discovery;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.TopologyEvent;
import java.util.List;

/** Told what discovery found, on its thread, after the topology was published. Must not block, nor run code of the application. */
public interface DiscoveryListener {
    /** Whether a write was acknowledged at or after this instant: asked before a probe that only matters then. */
    boolean wroteSince(long nanos);

    void changed(Topology topology, List<TopologyEvent> events);

    /** A round of looking that somebody asked for is over. */
    void resolved();

    /** A node answered a probe. */
    void alive(Endpoint node);
}
