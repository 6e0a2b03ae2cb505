package dev.fairlead.driver;

import dev.fairlead.topology.Endpoint;

/**
 * A write was sent and no acknowledgement that counts came back: it may or may not have been applied. Whoever
 * made the call decides, by reading back or by making it again if that does no harm. It was sent again by itself only where {@link
 * CallOptions#retry} or a policy allowed that.
 */
public final class WriteOutcomeUnknownException extends NodeException {
    private static final long serialVersionUID = 1L;

    public WriteOutcomeUnknownException(String command, Endpoint node, String reason, Throwable cause) {
        super(
                command + " was sent to " + node + " and its outcome is unknown: " + reason
                        + ". Read back, or repeat it if that does no harm.",
                node,
                cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public boolean knownNotApplied() {
        return false;
    }
}
