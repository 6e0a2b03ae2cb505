package dev.fairlead.driver;

import java.time.Duration;

/**
 * The call's deadline passed before it had a result, and nothing was applied: a read, or a write that never left or was
 * refused each time. A write that was sent ends as {@link WriteOutcomeUnknownException} instead.
 */
public final class DeadlineExceededException extends RoutingException {
    private static final long serialVersionUID = 1L;

    private final Duration deadline;

    public DeadlineExceededException(String command, Duration deadline, String state, Throwable lastFailure) {
        super(command + " had no result within its deadline of " + deadline.toMillis() + " ms: " + state, lastFailure);
        this.deadline = deadline;
    }

    /** The total time that the call had, attempts included. */
    public Duration deadline() {
        return deadline;
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
