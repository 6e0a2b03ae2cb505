package dev.fairlead.driver;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

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
     * @throws IllegalArgumentException when the command cannot be used on a shared connection ({@code MULTI} and {@code BLPOP}
     *     need {@link #dedicated}), or the options name a policy that is not there
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

    /** {@link #dedicated(Duration, Function)} with the client's default deadline. */
    <T> T dedicated(Function<? super DedicatedLink, ? extends T> work);

    /**
     * Lends a connection to the master to the function, for WATCH, transactions and commands that block, and gives back what the
     * function returns. The connection was asked just before whether it leads to the followed master; afterwards it is kept for
     * the next use, or closed when something went wrong on it. At most {@link RoutingClientBuilder#dedicatedLinks} at once. Calls on the
     * connection are not told to listeners that want calls.
     *
     * @param deadline for the wait for a connection, and again for each call on it
     * @throws TooManyCallsException when all connections stayed in use; the function was not called
     * @throws NoMasterException when no master could be connected to; the function was not called
     * @throws IllegalArgumentException if the deadline is not positive
     * @throws IllegalStateException on an I/O thread of the client
     */
    <T> T dedicated(Duration deadline, Function<? super DedicatedLink, ? extends T> work);

    /** {@link #explain(Command, CallOptions)} with what the policies say. */
    Explanation explain(Command<?> command);

    /** Where this call would go now, and why; sends nothing. */
    Explanation explain(Command<?> command, CallOptions options);
}
