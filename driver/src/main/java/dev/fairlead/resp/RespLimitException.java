package dev.fairlead.resp;

/** What came is RESP as far as it was read, and exceeds a bound of {@link RespLimits}. */
public final class RespLimitException extends RespException {
    private static final long serialVersionUID = 1;

    public RespLimitException(String message) {
        super(message);
    }
}
