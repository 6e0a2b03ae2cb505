package dev.fairlead.driver;

import dev.fairlead.topology.ConsistencyToken;
import dev.fairlead.topology.Topology;

/**
 * Sends each call to the node that may and should answer it: writes to the master, reads to a replica that is fresh enough
 * for that call. Thread-safe; one per application. The client itself is the default {@link Session}.
 */
public interface RoutingClient extends Session, AutoCloseable {
    static RoutingClientBuilder builder() {
        return new RoutingClientBuilder();
    }

    /** A session that has written and seen nothing yet, with the client's {@link RoutingClientBuilder#defaults}. */
    Session newSession();

    /** The same, whose calls ask for this unless their own options say otherwise; over the client's {@link RoutingClientBuilder#defaults}. */
    Session newSession(CallOptions defaults);

    /**
     * A session that goes on where others stood, in this process or elsewhere: its calls ask for {@link CallOptions#SESSION} unless their
     * own options say otherwise, and at that level, {@link CallOptions#READ_YOUR_WRITES} and {@link CallOptions#MONOTONIC_READS} they see
     * everything that the tokens stand for; see {@link CallOptions#after}.
     *
     * @param tokens at least one
     */
    Session newSession(ConsistencyToken... tokens);

    /** {@link #subscribe(MessageListener, Topics)} to channels by name, at the master. */
    Subscription subscribe(MessageListener listener, String... channels);

    /**
     * Subscribes, and waits for the server's word that it has, up to the client's default deadline: what is published from then on comes
     * to the listener, until the subscription or the client is closed. It has a connection of its own; when that is lost, when the
     * master changes, or when the replica that carries it can no longer be used, it is made again within a second of a node
     * being there, and the listener is told that messages may be missing. At most {@link RoutingClientBuilder#subscriptions} at once.
     *
     * @throws ConnectionFailedException when there was no subscription within the deadline
     * @throws ServerErrorException when the server refuses it
     * @throws TooManyCallsException when there are too many subscriptions already
     * @throws IllegalStateException on an I/O thread of the client
     */
    Subscription subscribe(MessageListener listener, Topics topics);

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
