package dev.fairlead.driver;

import dev.fairlead.topology.Endpoint;

/**
 * The server answered, and the answer cannot be used: it is larger than {@link RoutingClientBuilder#replyLimits} or not what the
 * command expects; the cause says which. Asking again would bring the same.
 */
public final class UnreadableReplyException extends RoutingException {
    private static final long serialVersionUID = 1L;

    private final boolean read;

    public UnreadableReplyException(String command, Endpoint node, boolean read, Throwable cause) {
        super(
                command + " was answered by " + node + ", and the answer cannot be used: " + cause.getMessage()
                        + (read ? "" : ". The command was applied."),
                cause);
        this.read = read;
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public boolean knownNotApplied() {
        return read;
    }
}
