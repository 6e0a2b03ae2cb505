package dev.fairlead.driver.internal.dedicated;

import dev.fairlead.command.Access;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.DeadlineExceededException;
import dev.fairlead.driver.DedicatedLink;
import dev.fairlead.driver.DedicatedLinkLostException;
import dev.fairlead.driver.NoMasterException;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.TransactionRefusedException;
import dev.fairlead.driver.TransactionResult;
import dev.fairlead.driver.UnreadableReplyException;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.route.Router;
import dev.fairlead.driver.internal.session.Keys;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.resp.RespType;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.WriteGate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One use of one connection by one function, on its thread. Answers are decoded on the link's event loop, and the accounts of
 * the session settled before the function goes on: a write counts from the instant at which its reply was decoded, the keys of a
 * transaction from EXEC's.
 */
final class OwnLink implements DedicatedLink {
    /** They change nothing that outlives the connection, so a lost reply leaves nothing unknown. */
    private static final Set<String> HARMLESS = Set.of("watch", "unwatch", "wait", "waitaof");

    /** Errors of a master that is one no more. */
    private static final Set<String> DEPOSED_SAYS = Set.of("READONLY", "REDIRECT", "UNBLOCKED");

    private static final byte[][] MULTI = {"MULTI".getBytes(StandardCharsets.US_ASCII)};
    private static final byte[][] EXEC = {"EXEC".getBytes(StandardCharsets.US_ASCII)};

    private final DedicatedLinks pool;
    private final Link link;
    private final Node master;
    private final ReplicationId history;
    private final Duration deadline;
    private final SessionMarks session;
    private final Thread owner = Thread.currentThread();
    private boolean over;
    private boolean watching;

    /** Why the connection cannot be used any more; null while it can. */
    private String lost;

    OwnLink(
            DedicatedLinks pool,
            Link link,
            Node master,
            ReplicationId history,
            Duration deadline,
            SessionMarks session) {
        this.pool = pool;
        this.link = link;
        this.master = master;
        this.history = history;
        this.deadline = deadline;
        this.session = session;
    }

    Link link() {
        return link;
    }

    boolean isWatching() {
        return watching;
    }

    /** The function has returned. */
    void end() {
        over = true;
    }

    /**
     * Whether the master is still the one that it was opened to: its history is the followed one, or the same process went on to a
     * new one, which the unbroken link that the topology names shows. Any thread.
     */
    boolean isFollowed() {
        Shard shard = pool.cluster().topology().shard();
        if (history.equals(shard.replicationId())) {
            return true;
        }
        Node now = shard.master();
        return now != null && now.endpoint().equals(master.endpoint()) && now.linkId() == master.linkId();
    }

    @Override
    public <T> T execute(Command<T> command) {
        Router.checkDedicated(command);
        Duration time = deadline.plus(ServerTimeout.of(command));
        long until = pool.now() + time.toNanos();
        awaitMaster(command.name(), time, until);
        boolean write = command.access() == Access.WRITE;
        Keys keys = Keys.of(command);
        Answer answer = new Answer();
        OwnCall<T> call = new OwnCall<>(
                command.name(),
                link.endpoint(),
                command.argvWithSource(),
                reply -> answer.came(write ? 1 : 0),
                command::decode);
        boolean harmless = command.access() == Access.READ
                || HARMLESS.contains(command.spec().name());
        if (write) {
            session.start(keys);
        }
        try {
            watching |= command.spec().name().equals("watch");
            link.send(call);
            T result = await(call, command.name(), harmless, time, until, answer);
            watching &= !command.spec().name().equals("unwatch");
            session.saw(master.incarnation(), pool.now());
            return result;
        } finally {
            if (write) {
                settle(answer, List.of(keys));
            }
        }
    }

    @Override
    public Optional<TransactionResult> transaction(Command<?>... commands) {
        if (commands.length == 0 || commands.length > pool.maxInFlight()) {
            throw new IllegalArgumentException(
                    "a transaction has 1 to " + pool.maxInFlight() + " commands (maxInFlight), not " + commands.length);
        }
        List<Command<?>> all = List.of(commands);
        all.forEach(Router::checkTransaction);
        long until = pool.now() + deadline.toNanos();
        awaitMaster("MULTI", deadline, until);
        // Alone: were it refused, what is sent behind it would run at once, each command by itself.
        OwnCall<Void> multi = new OwnCall<>("MULTI", link.endpoint(), MULTI, reply -> {}, reply -> null);
        link.send(multi);
        await(multi, "MULTI", true, deadline, until, new Answer());

        List<Keys> written = all.stream()
                .filter(each -> each.access() == Access.WRITE)
                .map(Keys::of)
                .toList();
        boolean harmless = all.stream().allMatch(each -> each.access() == Access.READ);
        Answer answer = new Answer();
        written.forEach(session::start);
        try {
            List<OwnCall<Void>> queued = send(all);
            OwnCall<List<Object>> exec = new OwnCall<>(
                    "EXEC",
                    link.endpoint(),
                    EXEC,
                    reply -> {
                        if (reply.peek() != RespType.NULL) {
                            answer.came(written.size());
                        }
                    },
                    reply -> results(reply, all));
            link.send(exec);
            List<Object> results;
            try {
                results = await(exec, "EXEC", harmless, deadline, until, answer);
            } catch (ServerErrorException refusal) {
                throw new TransactionRefusedException(link.endpoint(), firstRefusal(queued, refusal));
            }
            session.saw(master.incarnation(), pool.now());
            return results == null ? Optional.empty() : Optional.of(TransactionResult.of(all, results));
        } finally {
            watching = false;
            settle(answer, written);
        }
    }

    /** Sends what is to be queued. EXEC may follow only where each of them is on its way. */
    private List<OwnCall<Void>> send(List<Command<?>> commands) {
        List<OwnCall<Void>> queued = new ArrayList<>(commands.size());
        for (Command<?> each : commands) {
            OwnCall<Void> call =
                    new OwnCall<>(each.name(), link.endpoint(), each.argvWithSource(), reply -> {}, reply -> null);
            link.send(call);
            queued.add(call);
            // The link refuses on the spot what it does not take.
            if (call.result.isCompletedExceptionally() && failure(call) instanceof LinkException refusal) {
                throw give(each.name(), refusal.getMessage(), refusal);
            }
        }
        return queued;
    }

    /** Of the commands that were to be queued the first that was refused: EXEC itself says no more than that one was. */
    private static ServerErrorException firstRefusal(List<OwnCall<Void>> queued, ServerErrorException exec) {
        for (OwnCall<Void> each : queued) {
            if (each.result.isCompletedExceptionally() && failure(each) instanceof ServerErrorException refusal) {
                return refusal;
            }
        }
        return exec;
    }

    private static Throwable failure(OwnCall<?> call) {
        return call.result.handle((value, failure) -> failure).join();
    }

    /** Null when a watched key had changed. On the event loop. */
    private List<Object> results(RespReader reply, List<Command<?>> commands) {
        if (reply.readNull()) {
            return null;
        }
        int size = reply.readAggregate();
        if (size != commands.size()) {
            throw new IllegalStateException("EXEC gave " + size + " results for " + commands.size() + " commands");
        }
        List<Object> results = new ArrayList<>(size);
        for (Command<?> command : commands) {
            results.add(result(reply.split(), command));
        }
        return results;
    }

    private Object result(RespReader value, Command<?> command) {
        if (value.isError()) {
            String text = ((Reply.ServerError) value.readReply()).text();
            return TransactionResult.failure(new ServerErrorException(command.name(), link.endpoint(), text));
        }
        try {
            return command.decode(value);
        } catch (RuntimeException e) {
            return TransactionResult.failure(
                    new UnreadableReplyException(command.name(), link.endpoint(), command.access() == Access.READ, e));
        }
    }

    /** Waits while writes are held, as everywhere; returns when the master that this connection leads to takes them. */
    private void awaitMaster(String name, Duration time, long until) {
        if (over || Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "a dedicated connection may be used only inside the function that it was lent to, on its thread");
        }
        while (true) {
            long seen = pool.changes();
            if (lost == null && !link.isOpen()) {
                lost = "it broke";
            }
            if (lost != null) {
                throw new DedicatedLinkLostException(name, link.endpoint(), lost, null);
            }
            WriteGate gate = pool.cluster().topology().shard().writeGate();
            if (gate.state() == WriteGate.State.OPEN) {
                if (isFollowed()) {
                    return;
                }
                throw give(name, DedicatedLinks.DEPOSED, null);
            }
            if (!pool.awaitChange(seen, until)) {
                throw new NoMasterException(name, time, gate.reason(), null);
            }
        }
    }

    private <T> T await(OwnCall<T> call, String name, boolean harmless, Duration time, long until, Answer answer) {
        try {
            T result = call.result.get(Math.max(0, until - pool.now()), TimeUnit.NANOSECONDS);
            if (!harmless && !answer.followed && answer.counts) {
                throw unknown(name, "the acknowledgement came after another master had taken over", null);
            }
            return result;
        } catch (TimeoutException e) {
            String reason = "no reply within " + time.toMillis() + " ms";
            RoutingException failure = harmless
                    ? new DeadlineExceededException(name, time, "no reply from " + link.endpoint(), null)
                    : unknown(name, reason, null);
            give(name, reason, null);
            throw failure;
        } catch (InterruptedException e) {
            give(name, "its thread was interrupted", null);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for " + name);
        } catch (ExecutionException e) {
            throw failed(name, harmless, e.getCause());
        }
    }

    private RuntimeException failed(String name, boolean harmless, Throwable cause) {
        if (cause instanceof ServerErrorException refusal) {
            if (DEPOSED_SAYS.contains(refusal.code())) {
                pool.cluster().suspect(refusal.getMessage());
            }
            refusal.fillInStackTrace(); // The caller's trace says more than that of an event loop.
            return refusal;
        }
        if (!(cause instanceof LinkException failure)) {
            return new CompletionException(cause);
        }
        if (failure.kind() == LinkException.Kind.UNREADABLE_REPLY) {
            Throwable why = failure.getCause() == null ? failure : failure.getCause();
            return new UnreadableReplyException(name, link.endpoint(), harmless, why);
        }
        if (failure.kind() == LinkException.Kind.UNSENDABLE) {
            return new IllegalArgumentException(failure.getMessage(), failure);
        }
        RoutingException gone = give(name, failure.getMessage(), failure);
        return harmless || failure.knownNotApplied() ? gone : unknown(name, failure.getMessage(), failure);
    }

    private WriteOutcomeUnknownException unknown(String name, String reason, Throwable cause) {
        return new WriteOutcomeUnknownException(name, link.endpoint(), reason, cause);
    }

    /** Gives the connection up; what to throw where nothing was applied. */
    private DedicatedLinkLostException give(String name, String reason, Throwable cause) {
        lost = reason;
        link.abort(reason);
        pool.cluster().suspect("a dedicated connection was lost: " + reason);
        return new DedicatedLinkLostException(name, link.endpoint(), reason, cause);
    }

    private void settle(Answer answer, List<Keys> written) {
        for (Keys each : written) {
            if (answer.counts && answer.followed) {
                session.acknowledge(each, answer.nanos);
            }
            session.end(each);
        }
    }

    /** When the answer came, and whether the master was still the followed one. Written by the event loop before the result is there. */
    private final class Answer {
        private boolean counts;
        private boolean followed;
        private long nanos;

        void came(int writes) {
            counts = true;
            followed = isFollowed();
            nanos = pool.now();
            for (int i = 0; followed && i < writes; i++) {
                pool.acknowledgements().acknowledged(nanos);
            }
        }
    }
}
