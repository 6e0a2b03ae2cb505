package dev.fairlead.driver;

import dev.fairlead.driver.internal.dedicated.DedicatedLinks;
import dev.fairlead.driver.internal.discovery.TokenMint;
import dev.fairlead.driver.internal.execute.Executor;
import dev.fairlead.driver.internal.execute.Pin;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.resp.Reply;
import dev.fairlead.topology.ConsistencyToken;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * The verbs of a session, handed to the rooms that carry them out together with what the session has written and seen. The client's own
 * session is one of these. Thread-safe; what waits is refused on the client's event loops.
 */
final class ClientSession implements Session {
    private final Rooms rooms;
    private final SessionMarks seen;

    ClientSession(Rooms rooms, SessionMarks seen) {
        this.rooms = rooms;
        this.seen = seen;
    }

    /** What all sessions of a client share. */
    record Rooms(
            Executor executor,
            DedicatedLinks dedicated,
            TokenMint mint,
            EventLoopGroup eventLoops,
            Duration defaultDeadline,
            int maxInFlight) {
        void refuseOnEventLoop(String what) {
            for (EventExecutor each : eventLoops) {
                if (each.inEventLoop()) {
                    throw new IllegalStateException(what
                            + " waits, and this is an I/O thread of the client, which must not; use executeAsync,"
                            + " or another thread");
                }
            }
        }
    }

    @Override
    public <T> Answer<T> answer(Command<T> command, CallOptions options) {
        rooms.refuseOnEventLoop("answer");
        return rooms.executor().awaitAnswer(command, options, seen);
    }

    @Override
    public <T> CompletableFuture<Answer<T>> answerAsync(Command<T> command, CallOptions options) {
        return rooms.executor().answer(command, options, seen);
    }

    @Override
    public ConsistencyToken token() {
        rooms.refuseOnEventLoop("token");
        try {
            return tokenAsync().get();
        } catch (ExecutionException e) {
            RuntimeException failure = (RuntimeException) e.getCause();
            failure.fillInStackTrace(); // The caller's trace says more than that of an event loop.
            throw failure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a consistency token");
        }
    }

    @Override
    public CompletableFuture<ConsistencyToken> tokenAsync() {
        return rooms.mint().mint(seen.token());
    }

    @Override
    public List<RoutingEvent.WritesLost> writesLost() {
        return seen.lost();
    }

    @Override
    public <T> T execute(Command<T> command) {
        return execute(command, CallOptions.DEFAULTS);
    }

    @Override
    public <T> T execute(Command<T> command, CallOptions options) {
        rooms.refuseOnEventLoop("execute");
        return rooms.executor().execute(command, options, seen);
    }

    @Override
    public <T> CompletableFuture<T> executeAsync(Command<T> command) {
        return executeAsync(command, CallOptions.DEFAULTS);
    }

    @Override
    public <T> CompletableFuture<T> executeAsync(Command<T> command, CallOptions options) {
        return rooms.executor().submit(command, options, seen);
    }

    @Override
    public List<Reply> batch(Command<?>... commands) {
        return batch(CallOptions.DEFAULTS, commands);
    }

    @Override
    public List<Reply> batch(CallOptions options, Command<?>... commands) {
        rooms.refuseOnEventLoop("batch");
        List<Command<Reply>> raw = raw(commands);
        return Batch.replies(rooms.executor().execute(raw, options, seen, Batch.besideWrites(raw)));
    }

    @Override
    public CompletableFuture<List<Reply>> batchAsync(Command<?>... commands) {
        return batchAsync(CallOptions.DEFAULTS, commands);
    }

    @Override
    public CompletableFuture<List<Reply>> batchAsync(CallOptions options, Command<?>... commands) {
        List<Command<Reply>> raw = raw(commands);
        List<? extends CompletableFuture<Reply>> calls =
                rooms.executor().submit(raw, options, seen, Batch.besideWrites(raw));
        return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
                .handle((nothing, failure) -> Batch.replies(calls));
    }

    private List<Command<Reply>> raw(Command<?>... commands) {
        if (commands.length > rooms.maxInFlight()) {
            throw new IllegalArgumentException("a batch has up to " + rooms.maxInFlight()
                    + " commands (maxInFlight), not " + commands.length + "; make several of it");
        }
        return Batch.raw(commands);
    }

    @Override
    public Iterable<String> scan(ScanOptions what) {
        return scan(what, CallOptions.DEFAULTS);
    }

    @Override
    public Iterable<String> scan(ScanOptions what, CallOptions options) {
        return walk(cursor -> Commands.scan(cursor, what), options);
    }

    @Override
    public Iterable<Map.Entry<String, String>> hscan(String key, ScanOptions what, CallOptions options) {
        return walk(cursor -> Commands.hscan(key, cursor, what), options);
    }

    @Override
    public Iterable<String> sscan(String key, ScanOptions what, CallOptions options) {
        return walk(cursor -> Commands.sscan(key, cursor, what), options);
    }

    @Override
    public Iterable<ScoredMember> zscan(String key, ScanOptions what, CallOptions options) {
        return walk(cursor -> Commands.zscan(key, cursor, what), options);
    }

    private <T> Iterable<T> walk(Function<String, Command<ScanPage<T>>> step, CallOptions options) {
        return () -> {
            Pin pin = new Pin();
            return new ScanWalk<>(
                    command -> {
                        rooms.refuseOnEventLoop("a scan");
                        return rooms.executor().await(rooms.executor().submit(command, options, seen, pin));
                    },
                    step);
        };
    }

    @Override
    public <T> T dedicated(Function<? super DedicatedLink, ? extends T> work) {
        return dedicated(rooms.defaultDeadline(), work);
    }

    @Override
    public <T> T dedicated(Duration deadline, Function<? super DedicatedLink, ? extends T> work) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("a deadline must be positive, not " + deadline);
        }
        rooms.refuseOnEventLoop("dedicated");
        return rooms.dedicated().lend(deadline, seen, work);
    }

    @Override
    public Explanation explain(Command<?> command) {
        return explain(command, CallOptions.DEFAULTS);
    }

    @Override
    public Explanation explain(Command<?> command, CallOptions options) {
        return rooms.executor().explain(command, options, seen);
    }
}
