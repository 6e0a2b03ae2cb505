package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.resp.Reply;
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

    /** A link to a node is there, and nothing was sent over it yet. */
    void opened(Link link);

    /** A link to a node is gone. */
    void closed(Link link);

    /** A node said something unasked. On the event loop of its link. */
    void pushed(Reply.Sequence push);
}
