package dev.fairlead.driver.internal.execute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The calls that wait: for the master, in the order in which they came, and reads for a node that may serve them. Bounded by
 * one number for both. Thread-safe by its own lock, under which nothing but its own lists is touched.
 */
final class HeldCalls {
    /** A call may be held again while its last stay is being cleared away; a stay is told from another by identity. */
    record Stay(Call<?> call) {
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private final int bound;
    private final PriorityQueue<Stay> forMaster =
            new PriorityQueue<>(Comparator.comparingLong((Stay each) -> each.call.number));
    private final List<Call<?>> reads = new ArrayList<>();
    private volatile int waitingForMaster;
    private volatile int waitingReads;

    HeldCalls(int bound) {
        this.bound = bound;
    }

    int bound() {
        return bound;
    }

    /** False when the bound is reached. */
    synchronized boolean addForMaster(Call<?> call) {
        if (forMaster.size() + reads.size() >= bound) {
            return false;
        }
        forMaster.add(new Stay(call));
        waitingForMaster = forMaster.size();
        return true;
    }

    synchronized boolean addRead(Call<?> call) {
        if (forMaster.size() + reads.size() >= bound) {
            return false;
        }
        reads.add(call);
        waitingReads = reads.size();
        return true;
    }

    boolean anyForMaster() {
        return waitingForMaster > 0;
    }

    boolean anyReads() {
        return waitingReads > 0;
    }

    /** The next one for the master; it stays until {@link #remove}, so that nobody overtakes it meanwhile. */
    synchronized Stay peek() {
        return forMaster.peek();
    }

    synchronized void remove(Stay stay) {
        forMaster.remove(stay);
        waitingForMaster = forMaster.size();
    }

    /** The reads that may be tried again by now. */
    synchronized List<Call<?>> takeReads(long now) {
        List<Call<?>> taken = new ArrayList<>();
        reads.removeIf(each -> now - each.notBeforeNanos() >= 0 && taken.add(each));
        waitingReads = reads.size();
        return taken;
    }

    /** Everything there is, in no order; nothing is removed. */
    synchronized List<Call<?>> all() {
        List<Call<?>> all = new ArrayList<>(reads);
        forMaster.forEach(each -> all.add(each.call));
        return all;
    }

    /** Clears away the stays of calls that have ended. */
    synchronized void sweep() {
        forMaster.removeIf(each -> each.call.isEnded());
        reads.removeIf(Call::isEnded);
        waitingForMaster = forMaster.size();
        waitingReads = reads.size();
    }
}
