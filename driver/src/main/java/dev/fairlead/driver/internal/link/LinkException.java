package dev.fairlead.driver.internal.link;

import dev.fairlead.topology.Endpoint;

/** A link could not be opened, was lost, or could not take or complete a call. Names the endpoint and, while connecting, the step. */
public final class LinkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is known about the call's effect. */
    public enum Kind {
        /** The link never came up. */
        NOT_CONNECTED,
        /** The bytes never left for the socket: known not applied. */
        NOT_WRITTEN,
        /** The link holds its bound of calls and refused this one: known not applied. */
        FULL,
        /** The request cannot be put on the wire, here or elsewhere: it is larger than any may be. Known not applied. */
        UNSENDABLE,
        /** Handed to the socket, and no reply came: may have been applied. */
        OUTCOME_UNKNOWN,
        /**
         * The server has answered, and the answer is larger than the limits or not what the call can decode; the cause says which. Asking
         * again would bring the same.
         */
        UNREADABLE_REPLY
    }

    private final Kind kind;
    private final transient Endpoint endpoint;

    public LinkException(Kind kind, Endpoint endpoint, String message) {
        this(kind, endpoint, message, null);
    }

    public LinkException(Kind kind, Endpoint endpoint, String message, Throwable cause) {
        // Without a stack trace: it would name the event loop, and a full link refuses many calls a second.
        super(endpoint + ": " + message, cause, false, false);
        this.kind = kind;
        this.endpoint = endpoint;
    }

    public Kind kind() {
        return kind;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Whether the command is proven not to have reached the server. */
    public boolean knownNotApplied() {
        return switch (kind) {
            case NOT_CONNECTED, NOT_WRITTEN, FULL, UNSENDABLE -> true;
            case OUTCOME_UNKNOWN, UNREADABLE_REPLY -> false;
        };
    }
}
