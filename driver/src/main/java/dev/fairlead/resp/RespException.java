package dev.fairlead.resp;

/**
 * What came over the wire is not RESP, or exceeds a bound of {@link RespLimits}: the connection cannot be read any further.
 * The message names the bound or the rule, and what came instead.
 */
public sealed class RespException extends RuntimeException permits RespLimitException {
    private static final long serialVersionUID = 1;

    public RespException(String message) {
        super(message);
    }
}
