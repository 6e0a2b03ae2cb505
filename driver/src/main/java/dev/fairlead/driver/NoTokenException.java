package dev.fairlead.driver;

/** The master gives no replication offsets to make a token of: nothing has replicated from it yet. */
public final class NoTokenException extends RoutingException {
    private static final long serialVersionUID = 1L;

    public NoTokenException(String message) {
        super(message, null);
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
