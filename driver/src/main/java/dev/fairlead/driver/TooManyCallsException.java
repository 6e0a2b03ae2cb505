package dev.fairlead.driver;

/** A bound on calls that wait was reached: calls in flight on a link, or calls held while a master is looked for. Nothing was sent. */
public final class TooManyCallsException extends RoutingException {
    private static final long serialVersionUID = 1L;

    /** @param bound the bound in words, with the builder method that sets it */
    public TooManyCallsException(String command, String bound) {
        super(command + " was not sent: " + bound + ". Make fewer calls at once, or raise the bound.", null);
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
