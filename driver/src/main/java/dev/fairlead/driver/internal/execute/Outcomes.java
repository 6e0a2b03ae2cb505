package dev.fairlead.driver.internal.execute;

import dev.fairlead.command.Access;
import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.TooManyCallsException;
import dev.fairlead.driver.UnreadableReplyException;
import dev.fairlead.driver.internal.health.NodeHealth;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.link.Offsets;
import dev.fairlead.driver.internal.session.AcknowledgementLog;
import dev.fairlead.policy.Hedge;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Role;
import java.util.function.LongSupplier;

/**
 * What becomes of a call when its attempt is over: a reply, an error of the server's, or a failure of the link either ends it or has it
 * sent again. The node's health hears of each.
 *
 * <p>Guarantees: of writes, only one that is known not to be applied is sent again, or one that its caller allowed to run twice; an acknowledgement counts only while the node that gave it
 * is the followed master; a read that overtook a write of its session is asked again.
 *
 * <p>Called on the link's event loop, or on the thread that sends when the link refuses it at once, and only for the attempt that is the
 * call's current one. Has no state.
 */
final class Outcomes {
    /** A replica that may not answer from data as old as its own says this; another node may be asked. */
    static final String STALE = "STALE";

    private final Placement placement;
    private final MasterLine line;
    private final Endings endings;
    private final Cluster cluster;
    private final NodeHealth health;
    private final AcknowledgementLog acknowledgements;
    private final CachedReads cached;
    private final DurableWrites durable;
    private final ReadTimes readTimes;
    private final LongSupplier clock;
    private final int maxInFlight;

    Outcomes(
            Placement placement,
            MasterLine line,
            Endings endings,
            Cluster cluster,
            NodeHealth health,
            AcknowledgementLog acknowledgements,
            CachedReads cached,
            DurableWrites durable,
            ReadTimes readTimes,
            LongSupplier clock,
            int maxInFlight) {
        this.placement = placement;
        this.line = line;
        this.endings = endings;
        this.cluster = cluster;
        this.health = health;
        this.acknowledgements = acknowledgements;
        this.cached = cached;
        this.durable = durable;
        this.readTimes = readTimes;
        this.clock = clock;
        this.maxInFlight = maxInFlight;
    }

    <T> void replied(Attempt<T> attempt, RespReader reply) {
        Call<T> call = attempt.call;
        long now = clock.getAsLong();
        health.succeeded(attempt.node.endpoint(), now - attempt.sentNanos());
        if (call.isRead() ? overtookItsWrite(attempt) : !acknowledge(attempt, now, reply)) {
            return;
        }
        if (call.settings.hedge().kind() == Hedge.Kind.P95) {
            readTimes.took(now - call.startNanos);
        }
        cached.keep(attempt, reply);
        T value = call.command.decode(reply);
        if (call.isRead()) {
            call.session.saw(attempt.node.incarnation(), now);
        }
        if (call.pin != null) {
            call.pin.to(attempt.node);
        }
        if (call.command.durability() == null) {
            endings.served(call, attempt.node, value, now);
        } else {
            durable.acknowledged(attempt, value, now);
        }
    }

    /** A read was sent behind a write that its node then refused: the answer does not show that write, so it is asked again. */
    private boolean overtookItsWrite(Attempt<?> attempt) {
        Call<?> call = attempt.call;
        boolean overtook = attempt.resends != Attempt.NOT_BEHIND && attempt.resends != call.session.resends();
        if (overtook && call.takeBack(attempt)) {
            line.hold(call);
        }
        return overtook;
    }

    /**
     * Notes an acknowledgement, once: a reply may be found unreadable after it was taken for one. False, and the call over or sent again, when it is
     * none. Whether the history is still followed is asked on both sides of the note: one that ends in between either finds
     * the note when it counts what was lost, or is seen here.
     *
     * @param reply null when it cannot be read
     */
    private boolean acknowledge(Attempt<?> attempt, long now, RespReader reply) {
        if (attempt.acknowledged) {
            return true;
        }
        boolean stands = attempt.isFollowed(cluster.topology().shard());
        if (stands && attempt.call.access == Access.WRITE) {
            acknowledgements.acknowledged(now);
            stands = attempt.isFollowed(cluster.topology().shard());
        }
        if (!stands) {
            placement.outcomeUnknown(attempt, "the acknowledgement came after another master had taken over", null);
            return false;
        }
        attempt.acknowledged = true;
        if (attempt.call.access == Access.WRITE) {
            ReplicationPosition place = reply == null ? null : Offsets.covering(reply);
            if (place != null) {
                cluster.covered(attempt.node, attempt.sentNanos(), place);
            }
            attempt.call.session.acknowledge(attempt.call.keys(), attempt.sentNanos(), now, place);
        }
        return true;
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
                placement.tryAgain(attempt, failure);
            }
            case "MASTERDOWN", "CLUSTERDOWN", "REDIRECT", STALE -> placement.tryAgain(attempt, failure);
            case "READONLY" -> {
                if (call.isRead()) {
                    endings.fail(call, failure); // A script that was declared to only read, and writes.
                } else {
                    placement.tryAgain(attempt, failure);
                }
            }
            case "NOSCRIPT" -> {
                if (!call.withSource && call.command.argvWithSource() != call.command.argv()) {
                    placement.sendSource(attempt);
                } else if (call.isRead() && attempt.node.role() != Role.MASTER) {
                    call.masterOnly = true; // SCRIPT LOAD does not replicate.
                    placement.tryAgain(attempt, failure);
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
            placement.release(attempt);
        }
        switch (failure.kind()) {
            case UNREADABLE_REPLY -> unreadable(attempt, failure);
            case UNSENDABLE ->
                endings.fail(
                        call, new IllegalArgumentException(call.command.name() + ": " + failure.getMessage(), failure));
            case FULL -> {
                if (call.isRead() && attempt.resends == Attempt.NOT_BEHIND) {
                    placement.tryAgain(attempt, failure);
                } else { // Only the master will do.
                    endings.fail(
                            call,
                            new TooManyCallsException(
                                    call.command.name(),
                                    "the link to " + attempt.node.endpoint() + " has " + maxInFlight
                                            + " calls in flight (maxInFlight)"));
                }
            }
            case NOT_CONNECTED, NOT_WRITTEN -> placement.tryAgain(attempt, failure);
            case OUTCOME_UNKNOWN -> {
                health.failed(attempt.node.endpoint(), clock.getAsLong() - attempt.sentNanos(), failure);
                if (call.isRead()) {
                    placement.tryAgain(attempt, failure);
                } else {
                    placement.outcomeUnknown(attempt, failure.getMessage(), failure);
                }
            }
        }
    }

    /** The server has answered, so a write was applied; what it said cannot be used. */
    private void unreadable(Attempt<?> attempt, LinkException failure) {
        Call<?> call = attempt.call;
        if (call.isRead() || acknowledge(attempt, clock.getAsLong(), null)) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            endings.fail(
                    call,
                    new UnreadableReplyException(call.command.name(), attempt.node.endpoint(), call.isRead(), cause));
        }
    }
}
