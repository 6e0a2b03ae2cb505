package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.command.CommandException;
import dev.fairlead.server.internal.command.PauseReason;
import java.util.concurrent.TimeUnit;

/**
 * FAILOVER: the roles of this master and one of its replicas are exchanged without losing a write. Confined to the command
 * thread; looked at every 100 ms, and with each acknowledgement.
 */
final class Failover {
    /*
     * FAILOVER                  writes are paused, so the offset stands still; the replicas are asked for theirs
     * a replica is level        we follow it, and ask `PSYNC <id> <offset + 1> FAILOVER`: it is promoted by that, and we continue
     * +CONTINUE or +FULLRESYNC  done: what was held back is told that we are a replica now
     * any other answer          the pause ends, and we are a master again, under a new id
     *
     * A replica answers GETACK with the offset before GETACK itself, and has applied GETACK when that answer is out. So the bytes of
     * our own last GETACK are not waited for: else each failover would last until the next acknowledgement by the clock, a second.
     */

    /** As INFO names them. */
    enum State {
        NO_FAILOVER("no-failover"),
        WAITING_FOR_SYNC("waiting-for-sync"),
        IN_PROGRESS("failover-in-progress");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final ServerNode node;
    private final Replication replication;
    private State state = State.NO_FAILOVER;
    /** Null: whoever is level first. */
    private String targetHost;

    private int targetPort;
    private boolean forced;
    private boolean timed;
    private long deadlineNanos;
    /** The offset before the last GETACK, and the one after it. */
    private long askedAt;

    private long stoodAt;

    Failover(ServerNode node, Replication replication) {
        this.node = node;
        this.replication = replication;
    }

    State state() {
        return state;
    }

    boolean isUnderWay() {
        return state != State.NO_FAILOVER;
    }

    /**
     * @param host the replica, as INFO shows it; null for any
     * @param timeoutMillis how long to wait for it; 0 for ever
     */
    void begin(String host, int port, boolean force, long timeoutMillis) {
        if (isUnderWay()) {
            throw new CommandException("ERR FAILOVER already in progress.");
        }
        if (replication.isReplica()) {
            throw new CommandException("ERR FAILOVER is not valid when server is a replica.");
        }
        if (replication.replicas().list().isEmpty()) {
            throw new CommandException("ERR FAILOVER requires connected replicas.");
        }
        if (force && (timeoutMillis == 0 || host == null)) {
            throw new CommandException(
                    "ERR FAILOVER with force option requires both a timeout and target HOST and IP.");
        }
        if (host != null) {
            Replica target = find(host, port);
            if (target == null) {
                throw new CommandException("ERR FAILOVER target HOST and PORT is not a replica.");
            }
            if (target.state != Replica.State.ONLINE) {
                throw new CommandException("ERR FAILOVER target replica is not online.");
            }
        }
        node.log().info(host == null ? "FAILOVER requested." : "FAILOVER requested to {}:{}.", host, port);
        targetHost = host;
        targetPort = port;
        forced = force;
        timed = timeoutMillis > 0;
        deadlineNanos = node.clock().nowNanos() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        state = State.WAITING_FOR_SYNC;
        node.executor().pause(PauseReason.FAILOVER, Long.MAX_VALUE, false);
        askedAt = replication.state().offset();
        replication.replicas().askForAcks();
        stoodAt = replication.state().offset();
    }

    private Replica find(String host, int port) {
        for (Replica replica : replication.replicas().list()) {
            if (replica.listeningPort == port && replica.host().equalsIgnoreCase(host)) {
                return replica;
            }
        }
        return null;
    }

    /** Goes on if it can. */
    void check() {
        if (state != State.WAITING_FOR_SYNC) {
            return;
        }
        Replica level = null;
        for (Replica replica : replication.replicas().list()) {
            boolean wanted = targetHost == null
                    || replica.listeningPort == targetPort && replica.host().equalsIgnoreCase(targetHost);
            if (wanted && isLevel(replica)) {
                level = replica;
            }
        }
        if (level != null) {
            node.log()
                    .info(
                            targetHost == null
                                    ? "Replica {} is synced, failing over."
                                    : "Failover target {} is synced, failing over.",
                            level);
            proceed(level.host(), level.listeningPort);
        } else if (timed && node.clock().nowNanos() - deadlineNanos >= 0) {
            if (forced) {
                node.log().info("Failover to {}:{} time out exceeded, failing over.", targetHost, targetPort);
                proceed(targetHost, targetPort);
            } else {
                abort("Failover attempt timed out, aborting.");
            }
        }
    }

    private boolean isLevel(Replica replica) {
        long offset = replication.state().offset();
        long enough = offset == stoodAt ? askedAt : offset;
        return replica.state == Replica.State.ONLINE && replica.listeningPort > 0 && replica.ackOffset >= enough;
    }

    private void proceed(String host, int port) {
        state = State.IN_PROGRESS;
        replication.followForFailover(host, port);
    }

    /** The replica that we follow has answered the request that promotes it. */
    void answered(boolean accepted) {
        if (state != State.IN_PROGRESS) {
            return;
        }
        if (accepted) {
            end();
        } else {
            abort("Failover target rejected psync request");
        }
    }

    /** FAILOVER ABORT. */
    void abortOnDemand() {
        abort("Failover manually aborted");
    }

    private void abort(String why) {
        node.log().warn("{}", why);
        boolean follows = state == State.IN_PROGRESS;
        if (follows) {
            replication.lead("failover abort");
        }
        end();
    }

    private void end() {
        state = State.NO_FAILOVER;
        node.executor().unpause(PauseReason.FAILOVER);
    }
}
