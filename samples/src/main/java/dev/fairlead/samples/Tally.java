package dev.fairlead.samples;

import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.RoutingListener;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.RoutePlan;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Adds up what the client tells its listeners. Every figure is guarded by this object's lock. */
final class Tally implements RoutingListener {
    /** What has been seen so far. */
    record Figures(
            long reads,
            long writes,
            long keptOff,
            Map<String, Long> ownReadsByRole,
            Map<String, Long> readsByNode,
            Map<String, Long> errors,
            long unknownOutcomes,
            long longestWriteGapNanos,
            long dropped) {}

    private final Consumer<String> narrator;
    private final Map<String, Long> ownReadsByRole = new TreeMap<>();
    private final Map<String, Long> readsByNode = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private Endpoint lagging;
    private long reads;
    private long writes;
    private long keptOff;
    private long unknownOutcomes;
    private boolean timingWrites;
    private long lastWriteNanos;
    private long longestWriteGapNanos;
    private long dropped;

    /** @param narrator is told, in words, what happens to the servers */
    Tally(Consumer<String> narrator) {
        this.narrator = narrator;
    }

    @Override
    public boolean wantsCalls() {
        return true;
    }

    /** From now on reads that were kept off this node are counted; null ends it. */
    synchronized void watch(Endpoint node) {
        lagging = node;
    }

    /** From now on the longest pause between two acknowledged writes is measured. */
    synchronized void timeWrites() {
        timingWrites = true;
        lastWriteNanos = System.nanoTime();
    }

    @Override
    public synchronized void on(RoutingEvent event) {
        if (event instanceof RoutingEvent.CallServed served) {
            served(served);
        } else if (event instanceof RoutingEvent.CallFailed failed) {
            if (failed.failure() instanceof WriteOutcomeUnknownException) {
                unknownOutcomes++;
            } else {
                errors.merge(failed.failure().getClass().getSimpleName(), 1L, Long::sum);
            }
        } else if (event instanceof RoutingEvent.TopologyChanged changed) {
            narrator.accept(changed.change().toString());
        } else if (event instanceof RoutingEvent.WritesLost lost) {
            narrator.accept(lost.toString());
        } else if (event instanceof RoutingEvent.EventsDropped gap) {
            dropped += gap.count();
        }
    }

    private void served(RoutingEvent.CallServed served) {
        if (!served.read()) {
            writes++;
            long now = System.nanoTime();
            if (timingWrites) {
                longestWriteGapNanos = Math.max(longestWriteGapNanos, now - lastWriteNanos);
            }
            lastWriteNanos = now;
            return;
        }
        reads++;
        readsByNode.merge(served.node().toString(), 1L, Long::sum);
        if (served.consistency() == Consistency.READ_YOUR_WRITES) {
            ownReadsByRole.merge(served.role() == Role.MASTER ? "the master" : "a replica", 1L, Long::sum);
        }
        for (RoutePlan.Candidate candidate : served.passedOver()) {
            if (candidate.node().endpoint().equals(lagging)) {
                keptOff++;
            }
        }
    }

    synchronized Figures figures() {
        return new Figures(
                reads,
                writes,
                keptOff,
                new TreeMap<>(ownReadsByRole),
                new TreeMap<>(readsByNode),
                new TreeMap<>(errors),
                unknownOutcomes,
                longestWriteGapNanos,
                dropped);
    }
}
