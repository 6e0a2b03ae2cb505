package dev.fairlead.driver;

import dev.fairlead.topology.Endpoint;

/** A failure at one node, which the message names too. */
public abstract class NodeException extends RoutingException {
    private static final long serialVersionUID = 1L;

    private final Endpoint node;

    protected NodeException(String message, Endpoint node, Throwable cause) {
        super(message, cause);
        this.node = node;
    }

    /** The node that was asked, or that the connection led to. */
    public final Endpoint node() {
        return node;
    }
}
