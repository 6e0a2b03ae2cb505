package dev.fairlead.driver.internal.execute;

import dev.fairlead.command.Access;
import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.ClientClosedException;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.DeadlineExceededException;
import dev.fairlead.driver.Explanation;
import dev.fairlead.driver.NoFreshNodeException;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.ScanInterruptedException;
import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.TooManyCallsException;
import dev.fairlead.driver.UnreadableReplyException;
import dev.fairlead.driver.internal.health.NodeHealth;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.route.Router;
import dev.fairlead.driver.internal.session.AcknowledgementLog;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.ReadFrom;
import dev.fairlead.policy.RoutePlan;
import dev.fairlead.policy.RoutingRequest;
import dev.fairlead.policy.WhenNoneIsFresh;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.Role;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.WriteGate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Runs calls. A read goes to the first node of its plan that takes it, and on to the next when that one fails; everything else
 * goes to the master of the current topology. What cannot be sent now is held until something changes or its deadline passes.
 *
 * <p>Guarantees: every call ends exactly once, by its deadline plus one {@link #tick}; a write that may have reached a server
 * is never sent again; an acknowledgement counts only while the node that gave it is the followed master.
 *
 * <p>Called on callers' threads, and on event loops for replies, ticks and changes. No locks but that of {@link HeldCalls}.
 *
 * <p>Longer than most: the steps of one state machine, which read best in one place.
 */
public final class Executor {
    /**
     * 256 sendings of one call: with at least 10 ms between two rounds of looking, and {@link Call#rest} between two rounds of a read
     * over its nodes, a call that keeps being refused reaches its deadline of a second before.
     */
    private static final int MAX_ATTEMPTS = 256;

    /** What read-your-writes asks of the probes, as a staleness bound: a replica takes over within some 50 ms of a write. */
    private static final long READ_YOUR_WRITES_PACE = TimeUnit.MILLISECONDS.toNanos(200);

    /** 250 ms: a deposed master that still answers says READONLY within that time, and the write can be sent to the next one. */
    private static final long DEPOSED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * 25 ms: what a read waits on an overdue link before it is sent elsewhere. A server that was only scheduled late has answered by
     * then; of a node that freezes for 0.3 s in every second a reader feels less than 3%.
     */
    private static final long LEAVE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    /**
     * Reads that leave an overdue link at one look: 64 every 5 ms are 12,800 a second, which a node that takes them over notices but
     * stands; 512 reads in flight are gone in 40 ms.
     */
    private static final int MAX_LEAVING = 64;

    private final Cluster cluster;
    private final Router router;
    private final NodeHealth health;
    private final AcknowledgementLog acknowledgements;
    private final CallEvents events;
    private final LongSupplier clock;
    private final HeldCalls held;
    private final int maxInFlight;
    private final Duration defaultDeadline;
    private final NodeLoad load;
    private final Endings endings;
    private final AtomicLong numbers = new AtomicLong();

    /** How often somebody asked for {@link #drain} since the one who drains last looked; 0 when nobody drains. */
    private final AtomicInteger drainsWanted = new AtomicInteger();

    /** Somebody is looking again after a refused write: sending it at once would only have it refused again. */
    private volatile boolean looking;

    private volatile boolean closed;

    /**
     * @param maxInFlight the links' bound on calls in flight
     * @param heldCalls most calls held at once
     */
    public Executor(
            Cluster cluster,
            Router router,
            NodeHealth health,
            AcknowledgementLog acknowledgements,
            CallEvents events,
            LongSupplier clock,
            int maxInFlight,
            int heldCalls,
            Duration defaultDeadline) {
        this.cluster = cluster;
        this.router = router;
        this.health = health;
        this.acknowledgements = acknowledgements;
        this.events = events;
        this.clock = clock;
        this.maxInFlight = maxInFlight;
        this.held = new HeldCalls(heldCalls);
        this.defaultDeadline = defaultDeadline;
        this.load = new NodeLoad(cluster, health, clock);
        this.endings = new Endings(events, clock, health, this::passedOver, () -> cluster.topology()
                .shard()
                .writeGate());
    }

    /**
     * Starts a call.
     *
     * @throws IllegalArgumentException when the command needs a connection of its own, or the options name an unknown policy
     */
    public <T> CompletableFuture<T> submit(Command<T> command, CallOptions options, SessionMarks session) {
        return start(call(command, options, session));
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
    public <T> List<CompletableFuture<T>> submit(
            List<Command<T>> commands, CallOptions options, SessionMarks session, boolean[] withWrites) {
        // All of them are checked before the first is sent.
        List<Call<T>> calls =
                commands.stream().map(each -> call(each, options, session)).toList();
        Cork cork = new Cork();
        try {
            for (int i = 0; i < withWrites.length; i++) {
                Call<T> call = calls.get(i);
                call.masterOnly = withWrites[i];
                call.cork = cork;
                start(call);
            }
        } finally {
            cork.pull();
        }
        return List.copyOf(calls);
    }

    private <T> Call<T> call(Command<T> command, CallOptions options, SessionMarks session) {
        var settings = router.settings(command, options);
        Duration deadline = settings.deadline() == null ? defaultDeadline : settings.deadline();
        return new Call<>(command, settings, deadline, session, numbers.incrementAndGet(), clock.getAsLong());
    }

    private <T> Call<T> start(Call<T> call) {
        SessionMarks session = call.session;
        if (call.access == Access.WRITE) {
            session.start(call.keys());
        }
        if (closed) {
            endings.fail(call, new ClientClosedException(call.command.name()));
        } else if (call.isRead()) {
            noteBounds(call);
            place(call);
        } else if (!sendInTurn(call)) {
            holdForMaster(call);
        }
        return call;
    }

    /** Every node that may not serve the read now, with its reason. */
    private List<RoutePlan.Candidate> passedOver(Call<?> call) {
        Topology topology = cluster.topology();
        return router.plan(request(call, demand(call, topology), clock.getAsLong()), topology, load)
                .passedOver();
    }

    /** Where the call would go now, and why. */
    public Explanation explain(Command<?> command, CallOptions options, SessionMarks session) {
        var settings = router.settings(command, options);
        Call<?> call = new Call<>(command, settings, defaultDeadline, session, 0, clock.getAsLong());
        Topology topology = cluster.topology();
        return router.explain(command, request(call, demand(call, topology), call.startNanos), topology, load);
    }

    // Reads

    private void noteBounds(Call<?> call) {
        if (call.settings.maxLag() != null) {
            cluster.boundInUse(call.settings.maxLag().toNanos());
        } else if (call.settings.consistency() == Consistency.READ_YOUR_WRITES || call.settings.maxLagBytes() >= 0) {
            cluster.boundInUse(READ_YOUR_WRITES_PACE);
        }
    }

    private static SessionMarks.Demand demand(Call<?> call, Topology topology) {
        return call.settings.consistency() == Consistency.READ_YOUR_WRITES
                ? call.session.demand(call.keys(), topology.shard().adoptedNanos())
                : SessionMarks.Demand.NOTHING;
    }

    private RoutingRequest request(Call<?> call, SessionMarks.Demand demand, long now) {
        return new RoutingRequest(
                call.settings,
                now,
                demand.mustSee(),
                demand.mustSeeNanos(),
                demand.writeInFlight(),
                2 * cluster.probePeriodNanos(),
                call.number);
    }

    /** Qualifies the read anew and sends it to the first node that takes it. */
    private void place(Call<?> call) {
        if (endings.abandoned(call)) {
            return;
        }
        if (call.pin != null && call.pin.node() != null) {
            placePinned(call, call.pin.node());
            return;
        }
        for (int tries = 0; tries < MAX_ATTEMPTS; tries++) {
            Topology topology = cluster.topology();
            SessionMarks.Demand demand = demand(call, topology);
            if (call.masterOnly || demand.writeInFlight() && call.settings.from() != ReadFrom.REPLICA) {
                // The order of a session's write and the read behind it is the order in which they came.
                if (!sendInTurn(call)) {
                    holdForMaster(call);
                }
                return;
            }
            RoutingRequest request = request(call, demand, clock.getAsLong());
            Node node = choose(call, request, topology);
            if (node == null) {
                noNode(call, request, topology);
                return;
            }
            if (sendTo(call, node, Attempt.NOT_BEHIND, null)) {
                noteFallback(call, request, node);
                return;
            }
            call.tried(node.linkId());
        }
        holdRead(call);
    }

    /** Sends it where its cursor came from: once, because the node that cannot answer now may have lost what the cursor means. */
    private void placePinned(Call<?> call, Node node) {
        if (call.attempts > 0) {
            interrupt(call, node, "it could not answer (" + call.lastFailure.getMessage() + ")");
        } else if (!sendTo(call, node, Attempt.NOT_BEHIND, null)) {
            interrupt(call, node, "its connection is gone");
        }
    }

    private void interrupt(Call<?> call, Node node, String reason) {
        endings.fail(
                call, new ScanInterruptedException(call.command.name(), node.endpoint(), reason, call.lastFailure));
    }

    private Node choose(Call<?> call, RoutingRequest request, Topology topology) {
        if (!call.hasTriedAny() && !events.wanted()) {
            return router.first(request, topology, load);
        }
        RoutePlan plan = router.plan(request, topology, load);
        call.passedOver = plan.passedOver();
        call.fallback = plan.fallback();
        for (RoutePlan.Candidate each : plan.candidates()) {
            if (!call.hasTried(each.node().linkId())) {
                return each.node();
            }
        }
        return null;
    }

    /** A read with a bound that ended at the master although replicas were preferred: the next one should not have to. */
    private void noteFallback(Call<?> call, RoutingRequest request, Node node) {
        boolean bounded = request.mustSee() || call.settings.maxLag() != null || call.settings.maxLagBytes() >= 0;
        boolean replicasPreferred =
                switch (call.settings.from()) {
                    case REPLICA, REPLICA_PREFERRED -> true;
                    case MASTER, MASTER_PREFERRED, ANY -> false;
                };
        if (bounded && replicasPreferred && node.role() == Role.MASTER) {
            cluster.probeSoon();
        }
    }

    /** No node may, or can, take the read now: fail, or wait for a better moment. */
    private void noNode(Call<?> call, RoutingRequest request, Topology topology) {
        WhenNoneIsFresh fallback = call.settings.whenNoneIsFresh();
        if (fallback.kind() == WhenNoneIsFresh.Kind.FAIL && topology.shard().master() != null) {
            endings.fail(
                    call,
                    new NoFreshNodeException(
                            call.command.name(),
                            call.settings.origin(),
                            router.plan(request, topology, load).passedOver()));
            return;
        }
        if (fallback.kind() == WhenNoneIsFresh.Kind.WAIT && call.patienceNanos == call.deadlineNanos) {
            long until = call.startNanos + fallback.patience().toNanos();
            call.patienceNanos = until - call.deadlineNanos < 0 ? until : call.deadlineNanos;
        }
        if (call.hasTriedAny()) {
            call.rest(request.nowNanos());
            cluster.suspect("a read failed on every node it may use");
        } else {
            cluster.probeSoon();
        }
        holdRead(call);
    }

    private void holdRead(Call<?> call) {
        if (!held.addRead(call)) {
            endings.fail(call, tooManyHeld(call));
        } else if (closed) {
            endings.fail(call, new ClientClosedException(call.command.name()));
        }
    }

    // Everything else

    /** Sends it behind everything that waits for the master already. False when it has to wait, too. */
    private boolean sendInTurn(Call<?> call) {
        // First of all: a write that is refused from here on is either seen among the held ones, or moves this count.
        int resends = resends(call);
        return !held.anyForMaster() && sendToMaster(call, resends);
    }

    private static int resends(Call<?> call) {
        return call.isRead() ? call.session.resends() : Attempt.NOT_BEHIND;
    }

    /** False when there is no master to send it to now. */
    private boolean sendToMaster(Call<?> call, int resends) {
        Shard shard = cluster.topology().shard();
        Node master = shard.master();
        if (master == null || looking || shard.writeGate().state() != WriteGate.State.OPEN) {
            return false;
        }
        return sendTo(call, master, resends, shard.replicationId());
    }

    private void holdForMaster(Call<?> call) {
        if (endings.abandoned(call)) {
            return;
        }
        if (!held.addForMaster(call)) {
            endings.fail(call, tooManyHeld(call));
        } else if (closed) {
            endings.fail(call, new ClientClosedException(call.command.name()));
        } else {
            drain(); // The gate may have opened since it was looked at.
        }
    }

    private TooManyCallsException tooManyHeld(Call<?> call) {
        return new TooManyCallsException(
                call.command.name(),
                held.bound() + " calls are held already, waiting for a node (heldCalls); "
                        + cluster.topology().shard().writeGate().reason());
    }

    /** Sends what is held for the master, in order, while it can be sent. One thread at a time; the others leave it to that one. */
    private void drain() {
        if (drainsWanted.getAndIncrement() > 0) {
            return;
        }
        try {
            int seen = 1;
            while (seen > 0) {
                HeldCalls.Stay stay = held.peek();
                while (stay != null && (endings.abandoned(stay.call()) || sendHeld(stay.call()))) {
                    held.remove(stay);
                    stay = held.peek();
                }
                seen = drainsWanted.addAndGet(-seen);
            }
        } catch (RuntimeException | Error e) {
            drainsWanted.set(0); // Whoever comes next drains anew.
            throw e;
        }
    }

    private boolean sendHeld(Call<?> call) {
        Node master = cluster.topology().shard().master();
        Link link = master == null ? null : cluster.link(master);
        // A full link empties; new calls fail at its bound, held ones wait a little longer.
        return link != null && link.inFlight() < maxInFlight && sendToMaster(call, resends(call));
    }

    // Both

    /** False when the node's link is gone, or its breaker keeps reads away. */
    private <T> boolean sendTo(Call<T> call, Node node, int resends, ReplicationId history) {
        Link link = cluster.link(node);
        if (link == null || (isGuarded(call, node) && !health.acquire(node.endpoint()))) {
            return false;
        }
        Attempt<T> attempt = new Attempt<>(this, call, node, resends, history);
        call.attempts++;
        if (call.send(attempt)) {
            if (call.cork == null) {
                link.send(attempt);
            } else {
                call.cork.send(link, attempt);
            }
        } else {
            release(attempt);
        }
        return true;
    }

    private static boolean isGuarded(Call<?> call, Node node) {
        return call.isRead() && node.role() != Role.MASTER;
    }

    /** Nothing will be heard of it that says how the node is: its breaker's permission goes back. */
    private void release(Attempt<?> attempt) {
        if (isGuarded(attempt.call, attempt.node)) {
            health.release(attempt.node.endpoint());
        }
    }

    <T> void replied(Attempt<T> attempt, RespReader reply) {
        Call<T> call = attempt.call;
        long now = clock.getAsLong();
        health.succeeded(attempt.node.endpoint(), now - attempt.sentNanos());
        if (call.isRead() ? overtookItsWrite(attempt) : !acknowledge(attempt, now)) {
            return;
        }
        T value = call.command.decode(reply);
        if (call.pin != null) {
            call.pin.to(attempt.node);
        }
        endings.served(call, attempt.node, value, now);
    }

    /** A read was sent behind a write that its node then refused: the answer does not show that write, so it is asked again. */
    private boolean overtookItsWrite(Attempt<?> attempt) {
        Call<?> call = attempt.call;
        boolean overtook = attempt.resends != Attempt.NOT_BEHIND && attempt.resends != call.session.resends();
        if (overtook && call.takeBack(attempt)) {
            holdForMaster(call);
        }
        return overtook;
    }

    /**
     * Notes an acknowledgement, once: a reply may be found unreadable after it was taken for one. False, and the call over, when it is
     * none. Whether the history is still followed is asked on both sides of the note: one that ends in between either finds
     * the note when it counts what was lost, or is seen here.
     */
    private boolean acknowledge(Attempt<?> attempt, long now) {
        if (attempt.acknowledged) {
            return true;
        }
        boolean stands = isFollowed(attempt);
        if (stands && attempt.call.access == Access.WRITE) {
            acknowledgements.acknowledged(now);
            stands = isFollowed(attempt);
        }
        if (!stands) {
            endings.fail(
                    attempt.call,
                    Endings.unknown(attempt, "the acknowledgement came after another master had taken over", null));
            return false;
        }
        attempt.acknowledged = true;
        if (attempt.call.access == Access.WRITE) {
            attempt.call.session.acknowledge(attempt.call.keys(), now);
        }
        return true;
    }

    /**
     * Whether what the node says still comes from the followed master: no other history has taken over since the call was sent, or
     * the same master went on to a new one over the same link, whose replies come in order with the report that told of it.
     */
    private boolean isFollowed(Attempt<?> attempt) {
        Shard shard = cluster.topology().shard();
        if (attempt.history != null && attempt.history.equals(shard.replicationId())) {
            return true;
        }
        Node master = shard.master();
        return master != null
                && master.endpoint().equals(attempt.node.endpoint())
                && master.linkId() == attempt.node.linkId();
    }

    <T> void refused(Attempt<T> attempt, Reply.ServerError error) {
        Call<T> call = attempt.call;
        health.succeeded(attempt.node.endpoint(), clock.getAsLong() - attempt.sentNanos());
        ServerErrorException failure =
                new ServerErrorException(call.command.name(), attempt.node.endpoint(), error.text());
        if (call.isRead() && overtookItsWrite(attempt)) {
            return;
        }
        switch (error.code()) {
            case "LOADING" -> {
                cluster.loading(attempt.node.endpoint());
                tryAgain(attempt, failure);
            }
            case "MASTERDOWN", "CLUSTERDOWN" -> tryAgain(attempt, failure);
            case "READONLY" -> {
                if (call.isRead()) {
                    endings.fail(call, failure); // A script that was declared to only read, and writes.
                } else {
                    tryAgain(attempt, failure);
                }
            }
            case "NOSCRIPT" -> {
                if (call.isRead() && attempt.node.role() != Role.MASTER) {
                    call.masterOnly = true; // SCRIPT LOAD does not replicate.
                    tryAgain(attempt, failure);
                } else {
                    endings.fail(call, failure);
                }
            }
            default -> endings.fail(call, failure);
        }
    }

    <T> void failed(Attempt<T> attempt, LinkException failure) {
        Call<T> call = attempt.call;
        if (failure.knownNotApplied()) {
            release(attempt);
        }
        switch (failure.kind()) {
            case UNREADABLE_REPLY -> unreadable(attempt, failure);
            case UNSENDABLE ->
                endings.fail(
                        call, new IllegalArgumentException(call.command.name() + ": " + failure.getMessage(), failure));
            case FULL -> {
                if (call.isRead() && attempt.resends == Attempt.NOT_BEHIND) {
                    tryAgain(attempt, failure);
                } else { // Only the master will do.
                    endings.fail(
                            call,
                            new TooManyCallsException(
                                    call.command.name(),
                                    "the link to " + attempt.node.endpoint() + " has " + maxInFlight
                                            + " calls in flight (maxInFlight)"));
                }
            }
            case NOT_CONNECTED, NOT_WRITTEN -> tryAgain(attempt, failure);
            case OUTCOME_UNKNOWN -> {
                health.failed(attempt.node.endpoint(), clock.getAsLong() - attempt.sentNanos(), failure);
                if (call.isRead()) {
                    tryAgain(attempt, failure);
                } else {
                    endings.fail(call, Endings.unknown(attempt, failure.getMessage(), failure));
                }
            }
        }
    }

    /** The server has answered, so a write was applied; what it said cannot be used. */
    private void unreadable(Attempt<?> attempt, LinkException failure) {
        Call<?> call = attempt.call;
        if (call.isRead() || acknowledge(attempt, clock.getAsLong())) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            endings.fail(
                    call,
                    new UnreadableReplyException(call.command.name(), attempt.node.endpoint(), call.isRead(), cause));
        }
    }

    /** Nothing was applied: the call goes on, elsewhere or later. */
    private void tryAgain(Attempt<?> attempt, RuntimeException failure) {
        Call<?> call = attempt.call;
        if (!call.takeBack(attempt)) {
            return;
        }
        call.lastFailure = failure;
        if (closed) {
            endings.fail(call, new ClientClosedException(call.command.name()));
            return;
        }
        if (call.attempts >= MAX_ATTEMPTS) {
            endings.fail(
                    call,
                    new DeadlineExceededException(
                            call.command.name(),
                            call.deadline,
                            "given up after " + call.attempts + " attempts",
                            failure));
            return;
        }
        if (events.wanted()) {
            events.emit(new RoutingEvent.CallRetried(
                    call.command.name(), call.isRead(), attempt.node.endpoint(), failure.getMessage()));
        }
        if (call.isRead()) {
            call.tried(attempt.node.linkId());
            place(call);
        } else {
            looking = true;
            cluster.suspect(failure.getMessage());
            holdForMaster(call);
            call.session.resend(); // Once it is held: see sendInTurn.
        }
    }

    // Time and change

    /** The topology changed: what is held may go now. On an event loop. */
    public void changed() {
        drain();
        placeReads();
    }

    /** A round of looking is over. On an event loop. */
    public void resolved() {
        looking = false;
        changed();
    }

    private void placeReads() {
        if (held.anyReads()) {
            for (Call<?> call : held.takeReads(clock.getAsLong())) {
                call.forgetTried();
                try {
                    place(call);
                } catch (RuntimeException | AssertionError e) {
                    endings.fail(call, e); // It must not take those behind it along.
                }
            }
        }
    }

    /** Ends the held calls whose time is over, and gives the others another chance. Every few milliseconds, on an event loop. */
    public void tick() {
        long now = clock.getAsLong();
        if (held.anyForMaster() || held.anyReads()) {
            for (Call<?> call : held.all()) {
                if (now - call.patienceNanos >= 0) {
                    endings.expire(call);
                }
            }
            held.sweep();
            changed();
        }
    }

    /**
     * Looks after what is in flight on a link, every few milliseconds: ends calls whose deadline has passed and writes that wait for a
     * deposed master, and lets reads leave a link that is overdue.
     *
     * @param steady whether this JVM has not just paused, which makes every link look overdue
     */
    public void look(Link link, long now, boolean steady) {
        int[] left = {steady && link.isOverdue(now) ? 0 : MAX_LEAVING};
        link.forEachInFlight(each -> {
            if (each instanceof Attempt<?> attempt && lookAt(attempt, now, left[0] < MAX_LEAVING)) {
                left[0]++;
            }
        });
    }

    /** Whether the attempt's call has left for another node. */
    boolean lookAt(Attempt<?> attempt, long now, boolean mayLeave) {
        Call<?> call = attempt.call;
        if (!call.isCurrent(attempt)) {
            return false;
        }
        if (now - call.deadlineNanos >= 0) {
            endings.expire(call);
        } else if (call.isRead()) {
            return mayLeave && now - attempt.sentNanos() > LEAVE_NANOS && leave(attempt, now);
        } else if (now - attempt.sentNanos() > DEPOSED_NANOS && !isFollowed(attempt)) {
            endings.fail(call, Endings.unknown(attempt, "another master has taken over before it answered", null));
        }
        return false;
    }

    /** Sends a read that waits on an overdue link to the next node of its plan; false when there is none, and it stays. */
    private <T> boolean leave(Attempt<T> attempt, long now) {
        Call<T> call = attempt.call;
        Topology topology = cluster.topology();
        SessionMarks.Demand demand = demand(call, topology);
        boolean pinned = call.pin != null && call.pin.node() != null; // A cursor means nothing elsewhere.
        if (pinned
                || attempt.resends != Attempt.NOT_BEHIND
                || demand.writeInFlight()
                || call.attempts >= MAX_ATTEMPTS) {
            return false;
        }
        for (RoutePlan.Candidate each :
                router.plan(request(call, demand, now), topology, load).candidates()) {
            Node other = each.node();
            if (other.linkId() == attempt.node.linkId() || call.hasTried(other.linkId())) {
                continue;
            }
            if (!call.takeBack(attempt)) {
                return false;
            }
            release(attempt);
            call.tried(attempt.node.linkId());
            if (events.wanted()) {
                events.emit(new RoutingEvent.CallRetried(
                        call.command.name(), true, attempt.node.endpoint(), "the node's replies are overdue"));
            }
            if (!sendTo(call, other, Attempt.NOT_BEHIND, null)) {
                place(call);
            }
            return true;
        }
        return false;
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
    public void awaitEnd(CompletableFuture<?> future) {
        try {
            await(future);
        } catch (RoutingException | CompletionException e) {
            assert future.isDone() : e;
        }
    }

    /** No more calls; those that are held fail. Those in flight end with their links. */
    public void close() {
        closed = true;
        for (Call<?> call : held.all()) {
            endings.fail(call, new ClientClosedException(call.command.name()));
        }
        held.sweep();
    }
}
