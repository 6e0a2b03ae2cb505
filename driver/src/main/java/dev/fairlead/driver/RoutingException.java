package dev.fairlead.driver;

/**
 * Anything that keeps a call from its result. The message names the command (never its values), the node, and what to do;
 * whether the call may be made again is asked of the exception, not guessed.
 */
public abstract class RoutingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected RoutingException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed a moment later without anybody changing anything. */
    public abstract boolean retryable();

    /** Whether it is certain that no server applied the command. Reads are always known not applied. */
    public abstract boolean knownNotApplied();
}
