package dev.fairlead.driver.internal.execute;

import dev.fairlead.topology.Node;

/**
 * Holds a row of calls at the node that served the first of them, over the link it was served on: cursors mean nothing elsewhere. The
 * calls are made one after the other.
 */
public final class Pin {
    /** Set before the call that is served completes; null until then. */
    private volatile Node node;

    public Pin() {}

    Node node() {
        return node;
    }

    void to(Node servedBy) {
        node = servedBy;
    }
}
