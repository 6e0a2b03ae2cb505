package dev.fairlead.driver.internal.execute;

import dev.fairlead.command.Access;
import dev.fairlead.driver.Answer;
import dev.fairlead.driver.DeadlineExceededException;
import dev.fairlead.driver.NoFreshNodeException;
import dev.fairlead.driver.NoMasterException;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.driver.internal.health.NodeHealth;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.WriteGate;
import java.time.Duration;
import java.util.function.LongSupplier;

/** How calls end: exactly once, with their session's accounts settled before the caller hears of it. Thread-safe. */
final class Endings {
    private final Cluster cluster;
    private final CallRouting routing;
    private final NodeHealth health;
    private final CallEvents events;
    private final LongSupplier clock;

    Endings(Cluster cluster, CallRouting routing, NodeHealth health, CallEvents events, LongSupplier clock) {
        this.cluster = cluster;
        this.routing = routing;
        this.health = health;
        this.events = events;
        this.clock = clock;
    }

    <T> void served(Call<T> call, Node node, T value, long now) {
        if (!call.end()) {
            return;
        }
        settle(call);
        if (events.wanted()) {
            events.emit(new RoutingEvent.CallServed(
                    call.command.name(),
                    call.isRead(),
                    node.endpoint(),
                    node.role(),
                    call.settings.origin(),
                    call.settings.consistency(),
                    call.fallback,
                    call.passedOver,
                    Answer.staleness(node, now),
                    call.attempts,
                    Duration.ofNanos(now - call.startNanos)));
        }
        call.complete(value);
    }

    void fail(Call<?> call, Throwable failure) {
        if (call.end()) {
            ended(call, failure);
        }
    }

    /** Whether nobody waits for the call any more: it ended, or its caller cancelled it while it was held. */
    boolean abandoned(Call<?> call) {
        if (call.isDone() && call.end()) {
            settle(call);
        }
        return call.isEnded();
    }

    /** Whether it is over, its time included: what was held must not be sent past its deadline. */
    boolean isOver(Call<?> call) {
        if (clock.getAsLong() - call.patienceNanos >= 0) {
            expire(call);
        }
        return abandoned(call);
    }

    /**
     * The call's time is over. What it was doing is looked at and ended in one step; when it moved on in between, it is looked at
     * again: twice at most matters, as a call that is being sent has only its reply left.
     */
    void expire(Call<?> call) {
        Object seen = call.state();
        while (!call.isEnded()) {
            RuntimeException failure = tooLate(call, seen);
            if (call.endFrom(seen)) {
                if (seen instanceof Attempt<?> attempt) {
                    health.failed(attempt.node.endpoint(), call.deadline.toNanos(), failure);
                    if (attempt instanceof HedgedAttempt<?> hedge) {
                        health.failed(hedge.rival.node.endpoint(), call.deadline.toNanos(), failure);
                    }
                }
                ended(call, failure);
                return;
            }
            seen = call.state();
        }
    }

    private RuntimeException tooLate(Call<?> call, Object seen) {
        if (seen instanceof Attempt<?> attempt) {
            return noReply(attempt);
        }
        if (seen instanceof DurableWrites.Waiting<?> entry) {
            return DurableWrites.unmet(entry, cluster.topology());
        }
        return call.isRead() ? noNode(call) : noMaster(call);
    }

    private static RuntimeException noReply(Attempt<?> attempt) {
        Call<?> call = attempt.call;
        String state = "no reply from " + attempt.node.endpoint();
        return call.isRead()
                ? new DeadlineExceededException(call.command.name(), call.deadline, state, call.lastFailure)
                : unknown(attempt, state + " within the deadline of " + call.deadline.toMillis() + " ms", null);
    }

    private RuntimeException noNode(Call<?> call) {
        if (call.owes) {
            return new DeadlineExceededException(
                    call.command.name(),
                    call.deadline,
                    "it failed, and the retry budget is spent (one in " + RetryBudget.CALLS_PER_TOKEN + " calls and "
                            + RetryBudget.TOKENS_PER_SECOND + " a second)",
                    call.lastFailure);
        }
        NoFreshNodeException noneFresh =
                new NoFreshNodeException(call.command.name(), call.settings.origin(), routing.passedOver(call));
        return call.lastFailure == null
                ? noneFresh
                : new DeadlineExceededException(
                        call.command.name(), call.deadline, noneFresh.getMessage(), call.lastFailure);
    }

    private RuntimeException noMaster(Call<?> call) {
        WriteGate now = cluster.topology().shard().writeGate();
        String reason = now.state() == WriteGate.State.OPEN ? "it cannot be reached or refuses writes" : now.reason();
        return new NoMasterException(call.command.name(), call.deadline, reason, call.lastFailure);
    }

    static WriteOutcomeUnknownException unknown(Attempt<?> attempt, String reason, Throwable cause) {
        return new WriteOutcomeUnknownException(attempt.call.command.name(), attempt.node.endpoint(), reason, cause);
    }

    private void ended(Call<?> call, Throwable last) {
        Throwable failure = inSum(call, last);
        settle(call);
        if (events.wanted()) {
            events.emit(new RoutingEvent.CallFailed(
                    call.command.name(),
                    call.isRead(),
                    failure,
                    call.attempts,
                    Duration.ofNanos(clock.getAsLong() - call.startNanos)));
        }
        call.completeExceptionally(failure);
    }

    /** Of all attempts: that the last one was not applied does not undo what an earlier one may have done. */
    private static Throwable inSum(Call<?> call, Throwable last) {
        WriteOutcomeUnknownException unknown = call.unknown;
        return unknown != null && last instanceof RoutingException failure && failure.knownNotApplied()
                ? new WriteOutcomeUnknownException(
                        call.command.name(),
                        unknown.node(),
                        "no reply counts of " + call.attempts + " attempts, the last of which ended so: "
                                + failure.getMessage(),
                        failure)
                : last;
    }

    private static void settle(Call<?> call) {
        if (call.access == Access.WRITE) {
            call.session.end(call.keys());
        }
    }
}
