package dev.fairlead.driver;

import dev.fairlead.topology.Endpoint;

/**
 * A write was applied and acknowledged by the master, and not as many replicas as were asked for are known to have it. It is not undone:
 * it may reach them a moment later, and may be lost if the master fails before.
 */
public final class WriteNotDurableException extends NodeException {
    private static final long serialVersionUID = 1L;

    private final int replicas;

    public WriteNotDurableException(String command, Endpoint node, int replicas, int wanted, String reason) {
        super(
                command + " was applied by " + node + ", and " + replicas + " of " + wanted
                        + " replicas are known to have it: " + reason + ". It was not undone.",
                node,
                null);
        this.replicas = replicas;
    }

    /** How many replicas are known to have it. */
    public int replicas() {
        return replicas;
    }

    /** False: the same call would write a second time. */
    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public boolean knownNotApplied() {
        return false;
    }
}
