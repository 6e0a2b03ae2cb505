package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.ClientClosedException;
import dev.fairlead.driver.TooManyCallsException;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.WriteGate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The line at the master: writes, and the reads that have to stay in order with them, leave for the master of the current topology, or
 * wait here until there is one.
 *
 * <p>Guarantees: what waits leaves in the order in which it came, and no new call overtakes it; no call waits any longer after
 * {@link #close}.
 *
 * <p>Called on callers' threads, and on event loops for what is sent again and for changes. Needs no lock: one thread at a time
 * lets calls out, by {@link #drainsWanted}.
 */
final class MasterLine {
    /** So long after an adoption nothing waits at the master before: what did was refused, or ended by the watch, at two looks at most. */
    private static final long SETTLED_NANOS = CallWatch.DEPOSED_NANOS + TimeUnit.MILLISECONDS.toNanos(10);

    private final Placement placement;
    private final Cluster cluster;
    private final Endings endings;
    private final HeldCalls held;
    private final LongSupplier clock;
    private final int maxInFlight;

    /** How often somebody asked for {@link #drain} since the one who drains last looked; 0 when nobody drains. */
    private final AtomicInteger drainsWanted = new AtomicInteger();

    /** When the first master was adopted: no write was under way at another one before. Null until it is known; set once. */
    private volatile Long firstAdoptedNanos;

    /** Somebody is looking again after a refused write: sending it at once would only have it refused again. */
    private volatile boolean looking;

    private volatile boolean closed;

    /** @param maxInFlight the links' bound on calls in flight */
    MasterLine(
            Placement placement,
            Cluster cluster,
            Endings endings,
            HeldCalls held,
            LongSupplier clock,
            int maxInFlight) {
        this.placement = placement;
        this.cluster = cluster;
        this.endings = endings;
        this.held = held;
        this.clock = clock;
        this.maxInFlight = maxInFlight;
        noteFirstMaster();
    }

    /** Sends it behind everything that waits, or has it wait too. */
    void join(Call<?> call) {
        // First of all: a write that is refused from here on is either seen among the held ones, or moves this count.
        int resends = resends(call);
        if (held.anyForMaster() || !send(call, resends)) {
            hold(call);
        }
    }

    private static int resends(Call<?> call) {
        return call.isRead() ? call.session.resends() : Attempt.NOT_BEHIND;
    }

    /** False when there is no master to send it to now. */
    private boolean send(Call<?> call, int resends) {
        Shard shard = cluster.topology().shard();
        Node master = shard.master();
        if (master == null || looking || shard.writeGate().state() != WriteGate.State.OPEN) {
            return false;
        }
        return placement.sendTo(call, master, resends, shard.replicationId());
    }

    /** Has it wait. */
    void hold(Call<?> call) {
        if (!endings.abandoned(call) && keeps(call, held.addForMaster(call))) {
            drain(); // The gate may have opened since it was looked at.
        }
    }

    /** Whether a call that was to be held waits now; when there was no room for it, or the client is closed, it has failed. */
    boolean keeps(Call<?> call, boolean added) {
        if (!added) {
            endings.fail(
                    call,
                    new TooManyCallsException(
                            call.command.name(),
                            held.bound() + " calls are held already, waiting for a node (heldCalls); "
                                    + cluster.topology().shard().writeGate().reason()));
        } else if (closed) {
            endings.fail(call, new ClientClosedException(call.command.name()));
        }
        return added && !closed;
    }

    /** A write was refused, and somebody looks for the master again: until {@link #resolved} nothing is sent. */
    void looking() {
        looking = true;
    }

    /** A round of looking is over; {@link #drain} follows. */
    void resolved() {
        looking = false;
    }

    /** Whether the write that the read has to follow may be under way at the master before this one, which will refuse it. */
    boolean mayOvertake(Call<?> call, Shard shard) {
        Long first = firstAdoptedNanos;
        return first != null
                && shard.adoptedNanos() != first
                && clock.getAsLong() - shard.adoptedNanos() < SETTLED_NANOS
                && CallRouting.writes(call, shard).writeInFlight();
    }

    /** The topology changed. */
    void noteFirstMaster() {
        if (firstAdoptedNanos == null) {
            Shard shard = cluster.topology().shard();
            firstAdoptedNanos = shard.master() == null ? null : shard.adoptedNanos();
        }
    }

    /** Sends what waits, in order, while it can be sent. One thread at a time; the others leave it to that one. */
    void drain() {
        if (drainsWanted.getAndIncrement() > 0) {
            return;
        }
        try {
            int seen = 1;
            while (seen > 0) {
                HeldCalls.Stay stay = held.peek();
                while (stay != null && (endings.isOver(stay.call()) || sendHeld(stay.call()))) {
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
        return link != null && link.inFlight() < maxInFlight && send(call, resends(call));
    }

    boolean isClosed() {
        return closed;
    }

    /** Nothing is held any more; what is, reads included, fails. */
    void close() {
        closed = true;
        for (Call<?> call : held.all()) {
            endings.fail(call, new ClientClosedException(call.command.name()));
        }
        held.sweep();
    }
}
