package dev.fairlead.driver;

import dev.fairlead.topology.Topology;

/**
 * Sends each call to the node that may and should answer it: writes to the master, reads to a replica that is fresh enough
 * for that call. Thread-safe; one per application. The client itself is the default {@link Session}.
 */
public interface RoutingClient extends Session, AutoCloseable {
    static RoutingClientBuilder builder() {
        return new RoutingClientBuilder();
    }

    /** A session that has written and seen nothing yet. */
    Session newSession();

    /** What the client knows of the servers now. */
    Topology topology();

    /** From now on the listener is told what happens; see {@link RoutingListener} for the thread and the bounds. */
    void addListener(RoutingListener listener);

    /** No further events for this listener; one that is being delivered may still end after this returns. */
    void removeListener(RoutingListener listener);

    /**
     * Ends the client: new calls fail with {@link ClientClosedException}; calls under way get up to two seconds for their
     * replies, then fail. Every future is complete when this returns. A second close does nothing.
     */
    @Override
    void close();
}
