package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.ClientClosedException;
import dev.fairlead.driver.ConsistencyTokenLostException;
import dev.fairlead.driver.DeadlineExceededException;
import dev.fairlead.driver.NoFreshNodeException;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.ScanInterruptedException;
import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.TooManyCallsException;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.driver.internal.health.NodeHealth;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.session.AcknowledgementLog;
import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.Demand;
import dev.fairlead.policy.ReadFrom;
import dev.fairlead.policy.RoutingRequest;
import dev.fairlead.policy.WhenNoneIsFresh;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.Role;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.Topology;
import java.util.function.LongSupplier;

/**
 * Puts each call where it can be served now. A read goes to the first node of its plan that takes it, and on to the next when that
 * one fails; everything else joins the {@link MasterLine}. What cannot be sent now is held until something changes or its deadline passes.
 *
 * <p>Guarantees: a write is sent again only when told that it was not applied, or where its caller allowed it to run twice; a read
 * that failed is sent again only when the budget pays for it; no call waits any longer after {@link #close}.
 *
 * <p>Called on callers' threads, and on event loops for what is sent again and for changes. Has no state of its own.
 */
final class Placement {
    /**
     * 256 sendings of one call: with at least 10 ms between two rounds of looking, and {@link Call#rest} between two rounds of a read
     * over its nodes, a call that keeps being refused reaches its deadline of a second before.
     */
    static final int MAX_ATTEMPTS = 256;

    /**
     * A quarter of its link's bound, 1,024 by default: reads that no replica can take go to the master only while it has fewer calls in
     * flight, so that writes always find room and do not wait behind more. A server that answers in 0.2 ms does 5 million a second with
     * 1,024 in flight; more of them only queue up.
     */
    static final int MASTER_SHARE = 4;

    private final Cluster cluster;
    private final NodeHealth health;
    private final CallRouting routing;
    private final Endings endings;
    private final HeldCalls held;
    private final CachedReads cached;
    private final DurableWrites durable;
    private final RetryBudget budget;
    private final CallEvents events;
    private final LongSupplier clock;
    private final int maxInFlight;
    private final Outcomes outcomes;
    private final MasterLine line;

    /** @param maxInFlight the links' bound on calls in flight */
    Placement(
            Cluster cluster,
            NodeHealth health,
            AcknowledgementLog acknowledgements,
            CallRouting routing,
            Endings endings,
            HeldCalls held,
            CachedReads cached,
            DurableWrites durable,
            RetryBudget budget,
            ReadTimes readTimes,
            CallEvents events,
            LongSupplier clock,
            int maxInFlight) {
        this.cluster = cluster;
        this.health = health;
        this.routing = routing;
        this.endings = endings;
        this.held = held;
        this.cached = cached;
        this.durable = durable;
        this.budget = budget;
        this.events = events;
        this.clock = clock;
        this.maxInFlight = maxInFlight;
        this.line = new MasterLine(this, cluster, endings, held, clock, maxInFlight);
        this.outcomes = new Outcomes(
                this, line, endings, cluster, health, acknowledgements, cached, durable, readTimes, clock, maxInFlight);
    }

    /** Sends a new call, or holds it. */
    void begin(Call<?> call) {
        if (line.isClosed()) {
            endings.fail(call, new ClientClosedException(call.command.name()));
        } else if (call.isRead()) {
            if (cached.serve(call)) {
                return;
            }
            routing.noteBounds(call);
            place(call);
        } else if (call.command.durability() != null && durable.isFull()) {
            endings.fail(
                    call,
                    new TooManyCallsException(
                            call.command.name(),
                            maxInFlight + " durable writes wait for replicas already (maxInFlight)"));
        } else {
            line.join(call);
        }
    }

    // Reads

    /** Qualifies the read anew and sends it to the first node that takes it. */
    void place(Call<?> call) {
        if (endings.abandoned(call)) {
            return;
        }
        if (call.pin != null && call.pin.node() != null) {
            placePinned(call, call.pin.node());
            return;
        }
        if (call.owes && !budget.take()) {
            call.rest(clock.getAsLong());
            holdRead(call);
            return;
        }
        call.owes = false;
        for (int tries = 0; tries < MAX_ATTEMPTS; tries++) {
            Topology topology = cluster.topology();
            Demand demand = routing.demand(call, topology);
            if (demand.isLost()) {
                endings.fail(call, new ConsistencyTokenLostException(call.command.name(), demand.token()));
                return;
            }
            if (demand.isUnprovable() && routing.looksFor(demand.token(), clock.getAsLong())) {
                holdRead(call);
                return;
            }
            if (call.masterOnly || demand.writeInFlight() && call.settings.from() != ReadFrom.REPLICA) {
                // The order of a session's write and the read behind it is the order in which they came.
                if (line.mayOvertake(call, topology.shard())) {
                    holdRead(call);
                } else {
                    line.join(call);
                }
                return;
            }
            RoutingRequest request = routing.request(call, demand, clock.getAsLong());
            Node node = routing.choose(call, request, topology);
            if (node == null) {
                noNode(call, request, topology);
                return;
            }
            if (isTooMuchForMaster(call, node, topology.shard())) {
                holdRead(call);
                return;
            }
            if (sendTo(call, node, Attempt.NOT_BEHIND, null)) {
                routing.noteFallback(call, request, node);
                return;
            }
            call.tried(node.linkId());
        }
        holdRead(call);
    }

    /**
     * Whether the read would go to the master only because no replica can take it, and the master has enough of that kind: it waits a
     * few milliseconds then. Where there are no replicas reads belong there.
     */
    boolean isTooMuchForMaster(Call<?> call, Node node, Shard shard) {
        if (node.role() != Role.MASTER
                || call.settings.from() != ReadFrom.REPLICA_PREFERRED
                || call.settings.consistency() == Consistency.MASTER
                || shard.replicas().isEmpty()) {
            return false;
        }
        Link link = cluster.link(node);
        return link != null && link.inFlight() >= Math.max(1, maxInFlight / MASTER_SHARE);
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

    /** No node may, or can, take the read now: fail, or wait for a better moment. */
    private void noNode(Call<?> call, RoutingRequest request, Topology topology) {
        WhenNoneIsFresh fallback = call.settings.whenNoneIsFresh();
        if (fallback.kind() == WhenNoneIsFresh.Kind.FAIL && topology.shard().master() != null) {
            endings.fail(
                    call,
                    new NoFreshNodeException(
                            call.command.name(),
                            call.settings.origin(),
                            routing.plan(request, topology).passedOver()));
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
            routing.probeFor(request);
        }
        holdRead(call);
    }

    private void holdRead(Call<?> call) {
        line.keeps(call, held.addRead(call));
    }

    // Sending

    /** False when the node's link is gone, or its breaker keeps reads away. */
    <T> boolean sendTo(Call<T> call, Node node, int resends, ReplicationId history) {
        Link link = cluster.link(node);
        if (link == null || (isGuarded(call, node) && !health.acquire(node.endpoint()))) {
            return false;
        }
        Attempt<T> attempt = new Attempt<>(outcomes, call, node, resends, history);
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

    /** Asks a second node as well. On the event loop of the first one's link; false when that is not possible now. */
    <T> boolean hedge(Attempt<T> first, Node node) {
        Link link = cluster.link(node);
        if (link == null) {
            return false;
        }
        Call<T> call = first.call;
        HedgedAttempt<T> second = new HedgedAttempt<>(outcomes, node, first);
        // Before it is sent: from then on the two may fail at the same time.
        call.attempts++;
        call.tried(first.node.linkId());
        call.tried(node.linkId());
        if (!call.hedge(second)) {
            return false;
        }
        release(first); // Of the two only one is heard to its end.
        link.send(second);
        return true;
    }

    private static boolean isGuarded(Call<?> call, Node node) {
        return call.isRead() && node.role() != Role.MASTER;
    }

    /** Nothing will be heard of it that says how the node is: its breaker's permission goes back. */
    void release(Attempt<?> attempt) {
        if (!(attempt instanceof HedgedAttempt<?>) && isGuarded(attempt.call, attempt.node)) {
            health.release(attempt.node.endpoint());
        }
    }

    /** A write may have been applied: it ends so, unless its caller allowed it to run twice. */
    void outcomeUnknown(Attempt<?> attempt, String reason, Throwable cause) {
        Call<?> call = attempt.call;
        WriteOutcomeUnknownException failure = Endings.unknown(attempt, reason, cause);
        if (call.mayRunTwice()) {
            call.unknown = failure;
            tryAgain(attempt, failure);
        } else {
            endings.fail(call, failure);
        }
    }

    /** Nothing was applied, or it may run twice: the call goes on, elsewhere or later. */
    void tryAgain(Attempt<?> attempt, RuntimeException failure) {
        Call<?> call = attempt.call;
        if (!call.takeBack(attempt)) {
            return;
        }
        call.lastFailure = failure;
        if (line.isClosed()) {
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
            call.owes = !costsNothing(failure);
            place(call);
        } else {
            line.looking();
            cluster.suspect(failure.getMessage());
            line.hold(call);
            call.session.resend(); // Once it is held: see MasterLine.join.
        }
    }

    /** Sending a read again after this adds no load worth counting: it was not sent, or turned away unread. */
    private static boolean costsNothing(RuntimeException failure) {
        return failure instanceof LinkException refusal && refusal.knownNotApplied()
                || failure instanceof ServerErrorException answer
                        && answer.code().equals(Outcomes.STALE);
    }

    /** The node does not have the call's script, so nothing was applied: sends it again with its source. */
    void sendSource(Attempt<?> attempt) {
        Call<?> call = attempt.call;
        if (!call.takeBack(attempt)) {
            return;
        }
        call.withSource = true;
        if (line.isClosed()) {
            endings.fail(call, new ClientClosedException(call.command.name()));
        } else if (call.isRead()) {
            place(call);
        } else {
            line.join(call);
            call.session.resend(); // Once it is sent or held: see MasterLine.join.
        }
    }

    // Time and change

    /** The topology changed: what is held may go now. On an event loop. */
    void changed() {
        line.noteFirstMaster();
        durable.look();
        line.drain();
        placeReads();
    }

    /** A round of looking is over. On an event loop. */
    void resolved() {
        line.resolved();
        changed();
    }

    private void placeReads() {
        if (held.anyReads()) {
            for (Call<?> call : held.takeReads(clock.getAsLong())) {
                if (!call.owes) { // Who waits for the budget still wants another node first.
                    call.forgetTried();
                }
                try {
                    if (!endings.isOver(call)) {
                        place(call);
                    }
                } catch (RuntimeException | AssertionError e) {
                    endings.fail(call, e); // It must not take those behind it along.
                }
            }
        }
    }

    /** Nothing is sent any more; what is held fails. */
    void close() {
        line.close();
        durable.close();
    }
}
