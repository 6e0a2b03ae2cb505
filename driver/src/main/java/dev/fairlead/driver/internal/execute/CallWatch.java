package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.policy.Demand;
import dev.fairlead.policy.Hedge;
import dev.fairlead.policy.RoutePlan;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Topology;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What time alone does to calls that wait: for a reply, looked after link by link, or for a node, among the held ones. It ends those whose
 * deadline has passed, those that wait for a deposed master, and lets reads leave a node that does not answer, or asks a second one.
 *
 * <p>Guarantees: a read leaves only when another node, one that it has not tried, may serve it now, and when the
 * budget pays for it; a write never leaves.
 *
 * <p>Called on event loops, every few milliseconds: a link's own for what is in flight on it, any for the held ones. Has no state.
 */
final class CallWatch {
    /** 250 ms: a deposed master that still answers says READONLY within that time, and the write can be sent to the next one. */
    static final long DEPOSED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

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

    private final Placement placement;
    private final HeldCalls held;
    private final DurableWrites durable;
    private final Endings endings;
    private final Cluster cluster;
    private final CallRouting routing;
    private final RetryBudget budget;
    private final ReadTimes readTimes;
    private final CallEvents events;
    private final LongSupplier clock;

    CallWatch(
            Placement placement,
            HeldCalls held,
            DurableWrites durable,
            Endings endings,
            Cluster cluster,
            CallRouting routing,
            RetryBudget budget,
            ReadTimes readTimes,
            CallEvents events,
            LongSupplier clock) {
        this.placement = placement;
        this.held = held;
        this.durable = durable;
        this.endings = endings;
        this.cluster = cluster;
        this.routing = routing;
        this.budget = budget;
        this.readTimes = readTimes;
        this.events = events;
        this.clock = clock;
    }

    /** Ends the held calls whose time is over, gives the others another chance, and looks after durable writes. On an event loop. */
    void tick() {
        durable.look();
        long now = clock.getAsLong();
        if (held.anyForMaster() || held.anyReads()) {
            for (Call<?> call : held.all()) {
                if (now - call.patienceNanos >= 0) {
                    endings.expire(call);
                }
            }
            held.sweep();
            placement.changed();
        }
    }

    /**
     * Looks after what is in flight on a link: ends calls whose deadline has passed and writes that wait for a deposed master, lets
     * reads leave a link that is overdue, and asks a second node for those that are to be hedged. On the link's event loop.
     *
     * @param steady whether this JVM has not just paused, which makes every link look overdue
     */
    void look(Link link, long now, boolean steady) {
        int[] mayLeave = {steady && link.isOverdue(now) ? MAX_LEAVING : 0};
        link.forEachInFlight(each -> {
            if (each instanceof Attempt<?> attempt && attempt.call.isCurrent(attempt)) {
                lookAt(attempt, now, steady, mayLeave);
            }
        });
    }

    private void lookAt(Attempt<?> attempt, long now, boolean steady, int[] mayLeave) {
        Call<?> call = attempt.call;
        long waited = now - attempt.sentNanos();
        if (now - call.deadlineNanos >= 0) {
            endings.expire(call);
        } else if (!call.isRead()) {
            if (waited > DEPOSED_NANOS && !attempt.isFollowed(cluster.topology().shard())) {
                placement.outcomeUnknown(attempt, "another master has taken over before it answered", null);
            }
        } else if (steady && !call.isHedged()) {
            if (mayLeave[0] > 0 && waited > LEAVE_NANOS && leave(attempt, now)) {
                mayLeave[0]--;
            } else if (call.settings.hedge() != Hedge.NEVER && waited >= patience(call.settings.hedge())) {
                hedge(attempt, now);
            }
        }
    }

    /** What a read waits for its first node before a second one is asked. */
    private long patience(Hedge hedge) {
        return hedge.kind() == Hedge.Kind.P95
                ? readTimes.p95Nanos()
                : hedge.after().toNanos();
    }

    /** Sends a read that waits on an overdue link to the next node of its plan; false when there is none, and it stays. */
    private <T> boolean leave(Attempt<T> attempt, long now) {
        Call<T> call = attempt.call;
        Node other = another(attempt, now);
        if (other == null || !budget.take() || !call.takeBack(attempt)) {
            return false;
        }
        placement.release(attempt);
        call.tried(attempt.node.linkId());
        told(attempt, "the node's replies are overdue");
        if (!placement.sendTo(call, other, Attempt.NOT_BEHIND, null)) {
            placement.place(call);
        }
        return true;
    }

    private <T> void hedge(Attempt<T> attempt, long now) {
        Node other = another(attempt, now);
        if (other != null && budget.take() && placement.hedge(attempt, other)) {
            told(attempt, "no reply yet, " + other.endpoint() + " is asked as well");
        }
    }

    /** The next node of the read's plan, one that it has not been sent to; null when there is none, or it has to stay where it is. */
    private Node another(Attempt<?> attempt, long now) {
        Call<?> call = attempt.call;
        Topology topology = cluster.topology();
        Demand demand = routing.demand(call, topology);
        boolean pinned = call.pin != null && call.pin.node() != null; // A cursor means nothing elsewhere.
        if (pinned
                || call.masterOnly
                || attempt.resends != Attempt.NOT_BEHIND
                || demand.writeInFlight()
                || call.attempts >= Placement.MAX_ATTEMPTS) {
            return null;
        }
        for (RoutePlan.Candidate each :
                routing.plan(routing.request(call, demand, now), topology).candidates()) {
            Node other = each.node();
            if (other.linkId() != attempt.node.linkId()
                    && !call.hasTried(other.linkId())
                    && !placement.isTooMuchForMaster(call, other, topology.shard())) {
                return other;
            }
        }
        return null;
    }

    private void told(Attempt<?> attempt, String reason) {
        if (events.wanted()) {
            events.emit(
                    new RoutingEvent.CallRetried(attempt.call.command.name(), true, attempt.node.endpoint(), reason));
        }
    }
}
