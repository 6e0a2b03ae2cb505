package dev.fairlead.server;

/** The server could not start; the message names the file and line, the data file or the port, and what to do. */
public final class ServerStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what an operator reads */
    public ServerStartException(String message) {
        super(message);
    }

    /** @param message what an operator reads; the cause is kept for the log */
    public ServerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
