package dev.fairlead.policy;

/** A policy text that cannot be used; the message holds file, line, column, what is wrong and what is allowed. */
public final class PolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PolicyException(String message) {
        super(message);
    }
}
