package dev.fairlead.driver;

import dev.fairlead.topology.Endpoint;

/**
 * A walk over keys or members cannot go on: a cursor means something only to the server that gave it, and the connection to that server
 * is gone, or it cannot answer now. What was given out so far stays true; the rest has not been seen. A new walk, begun with another
 * {@code iterator()}, sees everything and gives again what this one gave.
 */
public final class ScanInterruptedException extends NodeException {
    private static final long serialVersionUID = 1L;

    public ScanInterruptedException(String command, Endpoint node, String reason, Throwable cause) {
        super(
                command + " cannot go on: its cursor is good at " + node + " alone, and " + reason
                        + ". Begin a new walk; it will give again what this one gave.",
                node,
                cause);
    }

    /** True: a new walk may succeed at once. */
    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public boolean knownNotApplied() {
        return true;
    }
}
