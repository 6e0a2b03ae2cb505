package dev.fairlead.driver.internal.execute;

import dev.fairlead.command.Access;
import dev.fairlead.driver.Answer;
import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.Explanation;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.ScanInterruptedException;
import dev.fairlead.driver.internal.cache.ReadCache;
import dev.fairlead.driver.internal.health.NodeHealth;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.route.Router;
import dev.fairlead.driver.internal.session.AcknowledgementLog;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.topology.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Runs calls; the door of this room. {@link CallRouting} asks where a call may go, {@link Placement} sends it there or holds it,
 * {@link Outcomes} decides what a reply or a failure means for it, {@link CallWatch} looks after those that wait, and
 * {@link Endings} completes it.
 *
 * <p>Guarantees: every call ends exactly once, by its deadline plus one {@link #tick}; a write that may have been applied
 * is sent again only where its caller or a policy allows it; an acknowledgement counts only while the node that gave it is the followed master.
 *
 * <p>Called on callers' threads, and on event loops for ticks and changes. No locks but that of {@link HeldCalls}.
 */
public final class Executor {
    private final Router router;
    private final LongSupplier clock;
    private final Duration defaultDeadline;
    private final CallRouting routing;
    private final Endings endings;
    private final Placement placement;
    private final CallWatch watch;
    private final AtomicLong numbers = new AtomicLong();

    /**
     * @param cache null when nothing is to be cached
     * @param maxInFlight the links' bound on calls in flight
     * @param heldCalls most calls held at once
     */
    public Executor(
            Cluster cluster,
            Router router,
            NodeHealth health,
            AcknowledgementLog acknowledgements,
            ReadCache cache,
            CallEvents events,
            LongSupplier clock,
            int maxInFlight,
            int heldCalls,
            Duration defaultDeadline) {
        this.router = router;
        this.clock = clock;
        this.defaultDeadline = defaultDeadline;
        HeldCalls held = new HeldCalls(heldCalls);
        routing = new CallRouting(cluster, router, new NodeLoad(cluster, health, clock), events, clock);
        endings = new Endings(cluster, routing, health, events, clock);
        DurableWrites durable = new DurableWrites(cluster, endings, clock, maxInFlight);
        CachedReads cached = new CachedReads(cache, cluster, routing, endings, clock);
        RetryBudget budget = new RetryBudget(numbers::get, clock, maxInFlight);
        ReadTimes readTimes = new ReadTimes();
        placement = new Placement(
                cluster,
                health,
                acknowledgements,
                routing,
                endings,
                held,
                cached,
                durable,
                budget,
                readTimes,
                events,
                clock,
                maxInFlight);
        watch = new CallWatch(placement, held, durable, endings, cluster, routing, budget, readTimes, events, clock);
    }

    /**
     * Starts a call.
     *
     * @throws IllegalArgumentException when the command needs a connection of its own, or the options name an unknown policy
     */
    public <T> CompletableFuture<T> submit(Command<T> command, CallOptions options, SessionMarks session) {
        return start(call(command, options, session));
    }

    /**
     * Runs a call to its end, on this thread as far as it can. Not for event loops.
     *
     * @throws CancellationException as {@link #await} does
     */
    public <T> T execute(Command<T> command, CallOptions options, SessionMarks session) {
        Call<T> call = call(command, options, session);
        Cork cork = new Cork();
        call.cork = cork;
        try {
            start(call);
        } finally {
            cork.pullAndLead(call);
        }
        return await(call);
    }

    /** Starts a read that goes where the pin's first one went, and fails with {@link ScanInterruptedException} when it cannot. */
    public <T> CompletableFuture<T> submit(Command<T> command, CallOptions options, SessionMarks session, Pin pin) {
        Call<T> call = call(command, options, session);
        call.pin = pin;
        return start(call);
    }

    /**
     * Starts several calls in this order, each link's as one piece.
     *
     * @param withWrites by place: whether the read has to stay in line with the writes, at the master
     */
    public <T> List<? extends CompletableFuture<T>> submit(
            List<Command<T>> commands, CallOptions options, SessionMarks session, boolean[] withWrites) {
        Cork cork = new Cork();
        try {
            return start(commands, options, session, withWrites, cork);
        } finally {
            cork.pull();
        }
    }

    /** The same, to the end of each, on this thread as far as it can; the futures tell how they ended. Not for event loops. */
    public <T> List<? extends CompletableFuture<T>> execute(
            List<Command<T>> commands, CallOptions options, SessionMarks session, boolean[] withWrites) {
        Cork cork = new Cork();
        List<Call<T>> calls = List.of();
        try {
            calls = start(commands, options, session, withWrites, cork);
        } finally {
            cork.pullAndLead(calls.isEmpty() ? null : calls.get(calls.size() - 1));
        }
        for (Call<T> call : calls) {
            if (!call.isDone()) {
                awaitEnd(call);
            }
        }
        return calls;
    }

    private <T> List<Call<T>> start(
            List<Command<T>> commands, CallOptions options, SessionMarks session, boolean[] withWrites, Cork cork) {
        // All of them are checked before the first is sent.
        List<Call<T>> calls = new ArrayList<>(commands.size());
        for (Command<T> each : commands) {
            calls.add(call(each, options, session));
        }
        for (int i = 0; i < withWrites.length; i++) {
            Call<T> call = calls.get(i);
            call.masterOnly = withWrites[i];
            call.cork = cork;
            call.withSource = true; // Sent a second time, it would come behind the commands that follow it.
            start(call);
        }
        return calls;
    }

    private <T> Call<T> call(Command<T> command, CallOptions own, SessionMarks session) {
        CallOptions options = session.options(own);
        var settings = router.settings(command, options);
        Duration deadline = settings.deadline() == null ? defaultDeadline : settings.deadline();
        if (command.durability() != null) {
            deadline = deadline.plus(command.durability().timeout());
        }
        Call<T> call = new Call<>(command, settings, deadline, session, numbers.incrementAndGet(), clock.getAsLong());
        call.after = options.token();
        return call;
    }

    private <T> Call<T> start(Call<T> call) {
        if (call.access == Access.WRITE) {
            call.session.start(call.keys());
        }
        placement.begin(call);
        return call;
    }

    /** Where the call would go now, and why. */
    public Explanation explain(Command<?> command, CallOptions own, SessionMarks session) {
        CallOptions options = session.options(own);
        var settings = router.settings(command, options);
        Call<?> call = new Call<>(command, settings, defaultDeadline, session, 0, clock.getAsLong());
        call.after = options.token();
        return routing.explain(call);
    }

    /** The topology changed: what is held may go now. On an event loop. */
    public void changed() {
        placement.changed();
    }

    /** A round of looking is over. On an event loop. */
    public void resolved() {
        placement.resolved();
    }

    /** See {@link CallWatch#tick}. Every few milliseconds, on an event loop. */
    public void tick() {
        watch.tick();
    }

    /** See {@link CallWatch#look}. Every few milliseconds, on the link's event loop. */
    public void look(Link link, long now, boolean steady) {
        watch.look(link, now, steady);
    }

    /**
     * Waits for a call that {@link #submit} gave, until its deadline. Not for event loops.
     *
     * @throws CancellationException when the thread is interrupted; its interrupt status stays set, and whether the call was
     *     applied is not known
     */
    public <T> T await(CompletableFuture<T> future) {
        Call<T> call = (Call<T>) future;
        try {
            try {
                return call.get(Math.max(0, call.deadlineNanos - clock.getAsLong()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                endings.expire(call);
                return call.get(); // Whoever ended the call completes it at once.
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                failure.fillInStackTrace(); // The caller's trace says more than that of an event loop.
                throw failure;
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.cancel(false);
            throw new CancellationException("interrupted while waiting for " + call.command.name());
        }
    }

    /** Waits as {@link #await} does until the call has ended, however it did; the future tells how. */
    private void awaitEnd(CompletableFuture<?> future) {
        try {
            await(future);
        } catch (RoutingException | CompletionException e) {
            assert future.isDone() : e;
        }
    }

    /** Starts a call whose result says who gave it, and how stale that may be. */
    public <T> CompletableFuture<Answer<T>> answer(Command<T> command, CallOptions options, SessionMarks session) {
        Call<T> call = witnessed(command, options, session);
        return start(call).thenApply(value -> answer(value, call));
    }

    /** The same, and waits for it as {@link #await} does. */
    public <T> Answer<T> awaitAnswer(Command<T> command, CallOptions options, SessionMarks session) {
        Call<T> call = witnessed(command, options, session);
        return answer(await(start(call)), call);
    }

    private <T> Call<T> witnessed(Command<T> command, CallOptions options, SessionMarks session) {
        Call<T> call = call(command, options, session);
        call.pin = new Pin();
        return call;
    }

    private <T> Answer<T> answer(T value, Call<T> call) {
        Node servedBy = call.pin.node();
        return new Answer<>(
                value,
                servedBy.endpoint(),
                servedBy.role(),
                Answer.staleness(servedBy, clock.getAsLong()),
                call.fallback);
    }

    /** No more calls; those that are held fail. Those in flight end with their links. */
    public void close() {
        placement.close();
    }
}
