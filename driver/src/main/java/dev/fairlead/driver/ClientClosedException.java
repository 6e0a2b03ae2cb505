package dev.fairlead.driver;

/** The client was closed before the call was sent, or while a read was under way. */
public final class ClientClosedException extends RoutingException {
    private static final long serialVersionUID = 1L;

    public ClientClosedException(String command) {
        super(command + " was not executed: the client is closed", null);
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public boolean knownNotApplied() {
        return true;
    }
}
