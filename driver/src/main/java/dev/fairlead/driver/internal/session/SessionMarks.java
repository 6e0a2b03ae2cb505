package dev.fairlead.driver.internal.session;

import static dev.fairlead.topology.Sightings.NEVER;
import static dev.fairlead.topology.Sightings.later;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.policy.Demand;
import dev.fairlead.topology.ConsistencyToken;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Sightings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What one session has written and read, as instants of the client's clock, and what it has written also as places of the replication
 * stream, where the master names them. Thread-safe, without locks of its own.
 *
 * <p>A write is started before it may reach a server and ended after its acknowledgement is noted, so that a read sees it
 * either under way or acknowledged, never neither.
 */
public final class SessionMarks {
    private final KeyMarks marks;

    /** Below this no read of the session may go, whatever its key: writes of unknown keys, and marks that were evicted. */
    private final AtomicReference<Mark> floor = new AtomicReference<>(Mark.NONE);

    /** The last acknowledgement of any write: what reads without keys must see. */
    private final AtomicReference<Mark> latest = new AtomicReference<>(Mark.NONE);

    /** Null until something asks not to go back; from then on every reply to a read counts. */
    private final AtomicReference<Sightings> seen = new AtomicReference<>();

    private final ConsistencyToken token;
    private final CallOptions defaults;
    private final Losses losses;

    /** The losses that were looked at, and those of them that concern this session; under the monitor of the list. */
    private final List<RoutingEvent.WritesLost> lost = new ArrayList<>();

    private volatile long reviewed;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger wholeUnderWay = new AtomicInteger();
    private final AtomicInteger resends = new AtomicInteger();

    public SessionMarks(KeyMarks marks) {
        this(marks, new Losses(), null, CallOptions.DEFAULTS);
    }

    /**
     * @param token what was written and read before, elsewhere; null when nothing
     * @param defaults what its calls ask for unless they say otherwise
     */
    public SessionMarks(KeyMarks marks, Losses losses, ConsistencyToken token, CallOptions defaults) {
        this.defaults = defaults;
        this.marks = marks;
        this.losses = losses;
        this.reviewed = losses.count();
        this.token = token;
    }

    /** What a call with these options asks for in this session. */
    public CallOptions options(CallOptions own) {
        if (defaults == CallOptions.DEFAULTS) {
            return own;
        }
        return own == CallOptions.DEFAULTS ? defaults : defaults.and(own);
    }

    /** What the session began with; null when with nothing. */
    public ConsistencyToken token() {
        return token;
    }

    /** A write is about to be sent or held. */
    public void start(Keys keys) {
        underWay.incrementAndGet();
        if (keys.whole()) {
            wholeUnderWay.incrementAndGet();
        }
        for (int i = 0; i < keys.positions().length; i++) {
            marks.start(key(keys, i));
        }
    }

    /** The same where the master names no place that covers the write. */
    public void acknowledge(Keys keys, long nanos) {
        acknowledge(keys, 0, nanos, null);
    }

    /**
     * Its acknowledgement was decoded at this instant. {@link #end} follows.
     *
     * @param sentNanos taken before the write was encoded
     * @param covered the place that covers it, as the master says; null when it says none
     */
    public void acknowledge(Keys keys, long sentNanos, long nanos, ReplicationPosition covered) {
        review(); // Before this one hides when the last one before the loss was.
        Mark mark = new Mark(nanos, covered == null ? null : new Mark.Place(covered, sentNanos));
        latest.accumulateAndGet(mark, Mark::and);
        // Without keys it may have changed anything, a script or FLUSHALL: the whole session moves.
        if (keys.whole()) {
            raiseFloor(mark);
        }
        for (int i = 0; i < keys.positions().length; i++) {
            marks.acknowledge(key(keys, i), mark);
        }
    }

    private void review() {
        if (losses.count() == reviewed) {
            return;
        }
        synchronized (lost) {
            long now = losses.count();
            if (latest.get() != Mark.NONE) {
                lost.addAll(losses.concerning(latest.get().nanos(), reviewed));
                while (lost.size() > Losses.CAPACITY) {
                    lost.remove(0);
                }
            }
            reviewed = now;
        }
    }

    /** The newest losses that may include writes of this session, oldest first; {@value Losses#CAPACITY} at most. */
    public List<RoutingEvent.WritesLost> lost() {
        review();
        synchronized (lost) {
            return List.copyOf(lost);
        }
    }

    /** The write is over: acknowledged, refused, or of unknown outcome, which gives no watermark. */
    public void end(Keys keys) {
        for (int i = 0; i < keys.positions().length; i++) {
            marks.end(key(keys, i));
        }
        if (keys.whole()) {
            wholeUnderWay.decrementAndGet();
        }
        underWay.decrementAndGet();
    }

    /**
     * What a read of these keys must see of the session's writes.
     *
     * @param history what the followed master writes: places of another one stand for nothing
     * @param adoptedNanos when the followed master was adopted: a watermark from before moves up to it
     */
    public Demand demand(Keys keys, ReplicationId history, long adoptedNanos) {
        boolean inFlight;
        Gathered gathered = null;
        if (keys.whole()) {
            inFlight = underWay.get() > 0;
            gathered = gather(null, latest.get(), history);
        } else {
            inFlight = wholeUnderWay.get() > 0;
            for (int i = 0; i < keys.positions().length; i++) {
                KeyMarks.Key key = key(keys, i);
                // Under way is asked first: a write that ends in between has left its mark by then.
                inFlight |= marks.isUnderWay(key);
                gathered = gather(gathered, marks.mark(key), history);
            }
            // Asked last: an evicted mark is in the floor before it leaves the cache.
            gathered = gather(gathered, floor.get(), history);
        }
        if (gathered == null) {
            return inFlight ? Demand.ofWrites(NEVER, true) : Demand.NOTHING;
        }
        return gathered.demand(adoptedNanos, inFlight);
    }

    private static Gathered gather(Gathered sum, Mark mark, ReplicationId history) {
        if (mark == null || mark == Mark.NONE) {
            return sum;
        }
        Gathered into = sum == null ? new Gathered() : sum;
        into.nanos = later(into.nanos, mark.nanos());
        if (mark.place() != null && mark.place().position().id().equals(history)) {
            into.offset = Math.max(into.offset, mark.place().position().offset());
        } else {
            into.othersNanos = later(into.othersNanos, mark.nanos());
        }
        return into;
    }

    /** The marks of several keys. */
    private static final class Gathered {
        private long nanos = NEVER;
        private long offset = -1;
        private long othersNanos = NEVER;

        Demand demand(long adoptedNanos, boolean inFlight) {
            long others = othersNanos == NEVER ? NEVER : later(othersNanos, adoptedNanos);
            return new Demand(
                    later(nanos, adoptedNanos),
                    offset < 0 ? null : new Demand.Covered(offset, others),
                    inFlight,
                    null,
                    null);
        }
    }

    /** What a read must not fall behind; from the first time that this is asked on, {@link #saw} counts. */
    public Sightings seen(long adoptedNanos) {
        Sightings now = seen.get();
        if (now == null) {
            seen.compareAndSet(null, Sightings.NONE);
            now = seen.get();
        }
        return now.adoptedAt(adoptedNanos);
    }

    /** A read was answered by this incarnation of a node, and the reply decoded at this instant. */
    public void saw(long incarnation, long nanos) {
        if (seen.get() != null) {
            seen.updateAndGet(before -> before.with(incarnation, nanos));
        }
    }

    /** A write of this session was refused by its node and will be sent again: reads sent behind it have not seen it. */
    public void resend() {
        resends.incrementAndGet();
    }

    /** Compared before and after a read that was sent behind a write: when it moved, the read is sent again. */
    public int resends() {
        return resends.get();
    }

    void raiseFloor(Mark mark) {
        floor.accumulateAndGet(mark, Mark::and);
    }

    private KeyMarks.Key key(Keys keys, int index) {
        return new KeyMarks.Key(this, keys.argv()[keys.positions()[index]]);
    }
}
