package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Topology;

/** What the execution of a call needs to know of the servers, and what it tells about them. Thread-safe; nothing blocks. */
public interface Cluster {
    Topology topology();

    /** The link that the node's samples were taken on, open; null when it is gone or was never up. */
    Link link(Node node);

    /**
     * A call saw something that the topology does not show (a write refused as READONLY, a lost link): look again. Requests
     * coalesce; {@link Executor#resolved} is called after each round of looking.
     */
    void suspect(String reason);

    /** A node said that it is loading. */
    void loading(Endpoint node);

    /**
     * A read fell back for want of a fresh node: probe once now, so that the next one need not. Coalesced.
     *
     * @param forOffset whether it only waits for replicas to reach an offset, of which the master can say nothing new
     */
    void probeSoon(boolean forOffset);

    /** A call with this staleness bound was made: the pace of probes follows the tightest. */
    void boundInUse(long nanos);

    /** The same of a call for which replicas have to reach an offset: a master that names the offsets of writes need not be asked for it. */
    void offsetsInUse(long nanos);

    /** The master's reply to a write that was sent at this instant named a place that covers it. */
    void covered(Node master, long sentNanos, ReplicationPosition place);

    /** Time between two probes of a node now. */
    long probePeriodNanos();
}
