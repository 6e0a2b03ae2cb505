package dev.fairlead.server.internal.persistence;

import java.io.IOException;

/** What was to be read as RDB is damaged, or holds what this server does not know; the message says which. */
public final class RdbException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong, where known with the key */
    public RdbException(String message) {
        super(message);
    }

    RdbException(String message, Throwable cause) {
        super(message, cause);
    }
}
