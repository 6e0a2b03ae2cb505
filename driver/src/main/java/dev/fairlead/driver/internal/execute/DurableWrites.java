package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.WriteNotDurableException;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Topology;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Writes that the master has acknowledged and that wait for replicas to have them.
 *
 * <p>Guarantees: one is served only when so many replicas are proven to have all that was acknowledged before its acknowledgement was
 * decoded, in the history that acknowledged it; it fails when its time is over or another history is followed. Nobody's calls wait for
 * anybody's replicas.
 *
 * <p>Thread-safe. Event loops add, and look at each change of the topology and each tick.
 */
final class DurableWrites {
    /*
     * No WAIT is sent. WAIT holds its connection up for as long as it waits, and covers only what that connection wrote itself (since Redis
     * 7.2; before, what was written before its last command), so each write would need a connection to itself. The freshness clock knows the
     * same thing from the probes of all nodes, for all waiting writes at once: the master is asked for its offset after the
     * acknowledgement, then the replicas for theirs. Who waits has these two questions asked again at once, every 5 ms at most.
     */

    /** What the call's state is meanwhile: a write that is acknowledged, with the value that its caller will get. */
    record Waiting<T>(Call<T> call, Attempt<T> attempt, T value, long acknowledgedNanos, long untilNanos) {}

    private final Cluster cluster;
    private final Endings endings;
    private final LongSupplier clock;
    private final int bound;
    private final Queue<Waiting<?>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    /** @param bound most that may wait when another one is begun; as many again may be in flight by then */
    DurableWrites(Cluster cluster, Endings endings, LongSupplier clock, int bound) {
        this.cluster = cluster;
        this.endings = endings;
        this.clock = clock;
        this.bound = bound;
    }

    boolean isFull() {
        return count.get() >= bound;
    }

    /** The attempt was acknowledged just now; from here on the call waits for replicas, if it has not ended. */
    <T> void acknowledged(Attempt<T> attempt, T value, long now) {
        Call<T> call = attempt.call;
        Waiting<T> entry = new Waiting<>(
                call,
                attempt,
                value,
                now,
                now + call.command.durability().timeout().toNanos());
        if (call.await(attempt, entry)) {
            count.incrementAndGet();
            waiting.add(entry);
            if (closed) {
                close(); // It may have gone through without this one.
            } else {
                cluster.probeSoon(false);
            }
        }
    }

    /** Serves those that have their replicas, fails those whose time is over, and has the nodes asked again for the others. */
    void look() {
        if (waiting.isEmpty()) {
            return;
        }
        Topology topology = cluster.topology();
        for (Waiting<?> each : waiting) {
            look(each, topology);
            if (each.call.isEnded() && waiting.remove(each)) {
                count.decrementAndGet();
            }
        }
        if (!waiting.isEmpty()) {
            cluster.probeSoon(false);
        }
    }

    private <T> void look(Waiting<T> entry, Topology topology) {
        if (endings.abandoned(entry.call)) {
            return;
        }
        long now = clock.getAsLong();
        if (!entry.attempt.isFollowed(topology.shard())) {
            endings.fail(entry.call, unmet(entry, topology, "another master has taken over"));
        } else if (having(entry, topology) >= entry.call.command.durability().replicas()) {
            endings.served(entry.call, entry.attempt.node, entry.value, now);
        } else if (now - entry.untilNanos >= 0) {
            endings.fail(entry.call, unmet(entry, topology));
        }
    }

    static WriteNotDurableException unmet(Waiting<?> entry, Topology topology) {
        return unmet(
                entry,
                topology,
                "no more within " + entry.call.command.durability().timeout().toMillis() + " ms");
    }

    private static WriteNotDurableException unmet(Waiting<?> entry, Topology topology, String reason) {
        return new WriteNotDurableException(
                entry.call.command.name(),
                entry.attempt.node.endpoint(),
                entry.attempt.isFollowed(topology.shard()) ? having(entry, topology) : 0,
                entry.call.command.durability().replicas(),
                reason);
    }

    /** How many replicas are proven to have it. */
    private static int having(Waiting<?> entry, Topology topology) {
        int having = 0;
        for (Node each : topology.shard().replicas()) {
            Node.Freshness freshness = each.freshness();
            if (each.disqualified() == null
                    && freshness.proven()
                    && freshness.asOfNanos() - entry.acknowledgedNanos >= 0) {
                having++;
            }
        }
        return having;
    }

    /** The client is closed: nobody asks the nodes any more. */
    void close() {
        closed = true;
        Topology topology = cluster.topology();
        for (Waiting<?> each : waiting) {
            endings.fail(each.call, unmet(each, topology, "the client was closed"));
        }
    }
}
