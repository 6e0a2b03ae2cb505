package dev.fairlead.driver;

import dev.fairlead.topology.Endpoint;

/**
 * The connection that a {@link DedicatedLink} stood for is gone, or its master is no longer the one to write to. The command it names
 * was not applied; what was watched is forgotten, so the whole function has to be run again.
 */
public final class DedicatedLinkLostException extends NodeException {
    private static final long serialVersionUID = 1L;

    public DedicatedLinkLostException(String command, Endpoint node, String reason, Throwable cause) {
        super(
                command + " was not applied: the dedicated connection to " + node + " is lost (" + reason
                        + "), and with it what was watched there. Run the whole function again.",
                node,
                cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public boolean knownNotApplied() {
        return true;
    }
}
