package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.command.CommandException;
import dev.fairlead.server.internal.command.PauseReason;
import dev.fairlead.server.internal.command.PersistenceControl.Saving;

/**
 * A shutdown that was asked for: writes are paused and the replicas get the time to reach the master's offset. Confined to the
 * command thread.
 */
final class Shutdown {
    private final ServerNode node;
    private final Saving saving;
    private final boolean force;
    private long untilNanos = Long.MAX_VALUE;
    private boolean waits;

    Shutdown(ServerNode node, Saving saving, boolean force) {
        this.node = node;
        this.saving = saving;
        this.force = force;
    }

    Saving saving() {
        return saving;
    }

    boolean force() {
        return force;
    }

    boolean replicasAreLevel() {
        Replicas replicas = node.replication().replicas();
        long online = replicas.list().stream()
                .filter(replica -> replica.state == Replica.State.ONLINE && !replica.silent)
                .count();
        return replicas.at(replicas.offset()) >= online;
    }

    void waitForReplicas(long seconds) {
        waits = true;
        untilNanos = node.clock().nowNanos() + seconds * 1_000_000_000L;
        node.executor().pause(PauseReason.SHUTDOWN, node.clock().nowMillis() + seconds * 1000, false);
        node.log().info("Waiting for replicas before shutting down.");
        node.replication().replicas().wantAcks();
    }

    /** Every 100 ms, and when a replica has acknowledged. */
    void check() {
        if (!waits) {
            return;
        }
        boolean level = replicasAreLevel();
        if (!level && node.clock().nowNanos() < untilNanos) {
            return;
        }
        waits = false;
        Replicas replicas = node.replication().replicas();
        if (!level) {
            replicas.list().stream()
                    .filter(replica -> replica.ackOffset < replicas.offset())
                    .forEach(replica -> node.log()
                            .warn(
                                    "Lagging replica {} reported offset {} behind master, lag={}, state={}.",
                                    replica,
                                    replicas.offset() - replica.ackOffset,
                                    replicas.lagSeconds(replica),
                                    replica.state));
        }
        node.log()
                .info(
                        "{} of {} replicas are in sync when shutting down.",
                        replicas.at(replicas.offset()),
                        replicas.list().size());
        try {
            node.endNow();
        } catch (CommandException e) {
            node.executor()
                    .unpause(PauseReason.SHUTDOWN); // saving failed and the server goes on; endNow has logged why
        }
    }

    void abort() {
        if (waits) {
            waits = false;
            node.executor().unpause(PauseReason.SHUTDOWN);
        }
    }
}
