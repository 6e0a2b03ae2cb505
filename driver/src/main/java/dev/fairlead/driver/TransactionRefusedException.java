package dev.fairlead.driver;

import dev.fairlead.topology.Endpoint;

/** The server refused a transaction before it ran, mostly over one of its commands: nothing of it was applied. */
public final class TransactionRefusedException extends NodeException {
    private static final long serialVersionUID = 1L;

    /** @param refusal what the server said of the first command that it refused, or of EXEC */
    public TransactionRefusedException(Endpoint node, ServerErrorException refusal) {
        super(
                "the transaction was refused as a whole, nothing of it was applied: " + refusal.getMessage(),
                node,
                refusal);
    }

    /** Whether the refusal passes by itself, as LOADING and OOM do. */
    @Override
    public boolean retryable() {
        return ((ServerErrorException) getCause()).retryable();
    }

    @Override
    public boolean knownNotApplied() {
        return true;
    }
}
