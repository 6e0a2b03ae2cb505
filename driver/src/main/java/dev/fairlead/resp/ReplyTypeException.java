package dev.fairlead.resp;

/** A reply is well formed but of another type than the caller asked for. Concerns that one reply; the connection is fine. */
public final class ReplyTypeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ReplyTypeException(String message) {
        super(message);
    }
}
