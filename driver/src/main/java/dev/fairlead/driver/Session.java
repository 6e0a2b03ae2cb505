package dev.fairlead.driver;

import java.util.concurrent.CompletableFuture;

/**
 * A scope of causality: {@link CallOptions#READ_YOUR_WRITES} means the writes of this session. A web request or a user may
 * have one of its own ({@link RoutingClient#newSession}); it is cheap, holds no connection and needs no closing.
 * Thread-safe.
 */
public interface Session {
    /** {@link #execute(Command, CallOptions)} with what the policies say. */
    <T> T execute(Command<T> command);

    /**
     * Sends the command and waits for its result, until the deadline of its settings at the longest (default 1 s).
     *
     * @throws RoutingException when there is no result; its kind says why and whether anything may have been applied
     * @throws IllegalArgumentException when the command cannot be used on a shared connection ({@code MULTI}, {@code BLPOP},
     *     {@code SUBSCRIBE}), or the options name a policy that is not there
     * @throws java.util.concurrent.CancellationException when the thread is interrupted: the call is given up, and a write may or
     *     may not be applied
     * @throws IllegalStateException on an I/O thread of the client: use {@link #executeAsync} there
     */
    <T> T execute(Command<T> command, CallOptions options);

    /** {@link #executeAsync(Command, CallOptions)} with what the policies say. */
    <T> CompletableFuture<T> executeAsync(Command<T> command);

    /**
     * Sends the command; the future completes exactly once, by the deadline of its settings. Its dependent stages may run on
     * an I/O thread of the client: they must not block there.
     *
     * @throws IllegalArgumentException as {@link #execute(Command, CallOptions)}
     */
    <T> CompletableFuture<T> executeAsync(Command<T> command, CallOptions options);

    /** {@link #explain(Command, CallOptions)} with what the policies say. */
    Explanation explain(Command<?> command);

    /** Where this call would go now, and why; sends nothing. */
    Explanation explain(Command<?> command, CallOptions options);
}
