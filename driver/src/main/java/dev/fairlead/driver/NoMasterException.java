package dev.fairlead.driver;

import java.time.Duration;

/** A call that only the master may serve waited for one until its deadline: there is none, or it cannot be told which is true. */
public final class NoMasterException extends RoutingException {
    private static final long serialVersionUID = 1L;

    public NoMasterException(String command, Duration deadline, String reason, Throwable lastFailure) {
        super(
                command + " needs the master and waited " + deadline.toMillis() + " ms for it: " + reason
                        + ". It was not applied.",
                lastFailure);
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
