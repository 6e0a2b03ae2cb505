package dev.fairlead.driver.internal.session;

import static dev.fairlead.topology.Sightings.NEVER;
import static dev.fairlead.topology.Sightings.later;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.policy.Demand;
import dev.fairlead.topology.ConsistencyToken;
import dev.fairlead.topology.Sightings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What one session has written and read, as instants of the client's clock. Thread-safe, without locks of its own.
 *
 * <p>A write is started before it may reach a server and ended after its acknowledgement is noted, so that a read sees it
 * either under way or acknowledged, never neither.
 */
public final class SessionMarks {
    private final KeyMarks marks;

    /** Below this no read of the session may go, whatever its key: writes of unknown keys, and marks that were evicted. */
    private final AtomicLong floor = new AtomicLong(NEVER);

    /** The last acknowledgement of any write: what reads without keys must see. */
    private final AtomicLong latest = new AtomicLong(NEVER);

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

    /** Its acknowledgement was decoded at this instant. {@link #end} follows. */
    public void acknowledge(Keys keys, long nanos) {
        review(); // Before this one hides when the last one before the loss was.
        latest.accumulateAndGet(nanos, Sightings::later);
        // Without keys it may have changed anything, a script or FLUSHALL: the whole session moves.
        if (keys.whole()) {
            raiseFloor(nanos);
        }
        for (int i = 0; i < keys.positions().length; i++) {
            marks.acknowledge(key(keys, i), nanos);
        }
    }

    private void review() {
        if (losses.count() == reviewed) {
            return;
        }
        synchronized (lost) {
            long now = losses.count();
            if (latest.get() != NEVER) {
                lost.addAll(losses.concerning(latest.get(), reviewed));
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
     * @param adoptedNanos when the followed master was adopted: a watermark from before moves up to it
     */
    public Demand demand(Keys keys, long adoptedNanos) {
        boolean inFlight;
        long mark;
        if (keys.whole()) {
            inFlight = underWay.get() > 0;
            mark = latest.get();
        } else {
            inFlight = wholeUnderWay.get() > 0;
            mark = NEVER;
            for (int i = 0; i < keys.positions().length; i++) {
                KeyMarks.Key key = key(keys, i);
                // Under way is asked first: a write that ends in between has left its mark by then.
                inFlight |= marks.isUnderWay(key);
                Long acknowledged = marks.acknowledgedAt(key);
                if (acknowledged != null) {
                    mark = later(mark, acknowledged);
                }
            }
            // Asked last: an evicted mark is in the floor before it leaves the cache.
            mark = later(mark, floor.get());
        }
        if (mark == NEVER) {
            return inFlight ? Demand.ofWrites(NEVER, true) : Demand.NOTHING;
        }
        return Demand.ofWrites(later(mark, adoptedNanos), inFlight);
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

    void raiseFloor(long nanos) {
        floor.accumulateAndGet(nanos, Sightings::later);
    }

    private KeyMarks.Key key(Keys keys, int index) {
        return new KeyMarks.Key(this, keys.argv()[keys.positions()[index]]);
    }
}
