package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.topology.ConsistencyToken;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A scope of causality: {@link CallOptions#READ_YOUR_WRITES} means the writes of this session, {@link CallOptions#MONOTONIC_READS} what it
 * has read. A web request or a user may
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

    /** As {@link #execute(Command, CallOptions)}; the result says which node gave it, and how stale it may be at most. */
    <T> Answer<T> answer(Command<T> command, CallOptions options);

    /** As {@link #executeAsync(Command, CallOptions)}; the result says which node gave it, and how stale it may be at most. */
    <T> CompletableFuture<Answer<T>> answerAsync(Command<T> command, CallOptions options);

    /** {@link #batch(CallOptions, Command[])} with what the policies say. */
    List<Reply> batch(Command<?>... commands);

    /**
     * Sends all the commands at once and waits for their replies, which come in the order of the commands. Writes go to the master and
     * reads to replicas as they would alone; each node gets its share in one piece. On each key the order is kept: a read of
     * something that the same batch writes, ahead of it or behind it, goes to the master in line with the writes. It is no
     * transaction: other clients' commands may come in between, and one that fails does not stop the others.
     *
     * @param commands up to {@link RoutingClientBuilder#maxInFlight}
     * @return each command's reply; an error that the server answered with is a {@link Reply.ServerError} in its place
     * @throws BatchIncompleteException when some have no reply; it has the replies of the others
     * @throws IllegalArgumentException as {@link #execute(Command, CallOptions)}, for any of them; none was sent
     */
    List<Reply> batch(CallOptions options, Command<?>... commands);

    /** {@link #batchAsync(CallOptions, Command[])} with what the policies say. */
    CompletableFuture<List<Reply>> batchAsync(Command<?>... commands);

    /** As {@link #batch(CallOptions, Command[])}, without waiting; stages of the future run where those of {@link #executeAsync} do. */
    CompletableFuture<List<Reply>> batchAsync(CallOptions options, Command<?>... commands);

    /** {@link #scan(ScanOptions, CallOptions)} with what the policies say, which is a replica unless they say otherwise. */
    Iterable<String> scan(ScanOptions what);

    /**
     * A walk over all keys, page by page as it is iterated: {@code for (String key : client.scan(match("user:*")))}. Each
     * {@code iterator()} is a walk of its own, by one thread, which waits for each page as {@link #execute(Command, CallOptions)}
     * does. A key that is there from the beginning of the walk to its end is given at least once; it may come twice.
     *
     * <p>The options choose the node of the first page; all others come from that node, because a cursor means nothing to another.
     * Bounds of freshness therefore hold at the beginning. A page that fails for its deadline alone can be asked for again by going
     * on; when the node or the connection to it is gone the iterator throws {@link ScanInterruptedException}, and the application
     * begins anew if it wants to.
     */
    Iterable<String> scan(ScanOptions what, CallOptions options);

    /** Fields and values of a hash; see {@link #scan(ScanOptions, CallOptions)}. */
    Iterable<Map.Entry<String, String>> hscan(String key, ScanOptions what, CallOptions options);

    /** Members of a set; see {@link #scan(ScanOptions, CallOptions)}. */
    Iterable<String> sscan(String key, ScanOptions what, CallOptions options);

    /** Members and scores of a sorted set; see {@link #scan(ScanOptions, CallOptions)}. */
    Iterable<ScoredMember> zscan(String key, ScanOptions what, CallOptions options);

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

    /**
     * A token for every write of this session that is acknowledged by now and everything that it has read, to be handed to another process
     * ({@link RoutingClient#newSession(ConsistencyToken...)}, {@link CallOptions#after}). Waits for one question to the master, which
     * all who ask at the same time share, until the client's default deadline at the longest.
     *
     * @throws NoTokenException when the master gives no replication offsets: no replica has ever been attached to it
     * @throws NoMasterException when no master could be asked
     * @throws IllegalStateException on an I/O thread of the client: use {@link #tokenAsync} there
     */
    ConsistencyToken token();

    /** As {@link #token}, without waiting; stages of the future run where those of {@link #executeAsync} do. */
    CompletableFuture<ConsistencyToken> tokenAsync();

    /**
     * The failovers that may have lost writes of this session, oldest first, at most the newest 16: those after whose last surviving instant it
     * had one acknowledged. Empty while every acknowledged write of it is known to have survived.
     */
    List<RoutingEvent.WritesLost> writesLost();

    /** {@link #explain(Command, CallOptions)} with what the policies say. */
    Explanation explain(Command<?> command);

    /** Where this call would go now, and why; sends nothing. */
    Explanation explain(Command<?> command, CallOptions options);
}
