package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.command.ClientSession;
import dev.fairlead.server.internal.command.CommandException;
import dev.fairlead.server.internal.command.ReplicationControl;
import dev.fairlead.server.internal.command.ReplyWriter;
import dev.fairlead.server.internal.replication.ReplicationState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.MDC;

/**
 * The role of this server and the changes of it: follows a master through {@link MasterLink}, leads its own {@link Replicas}, or
 * both. Confined to the command thread.
 */
final class Replication implements ReplicationControl {
    /** One client in WAIT. */
    private record Waiter(ClientSession session, long offset, int replicas) {}

    private final ServerNode node;
    private final ReplicationState state;
    private final Replicas replicas;
    /** What clients have said about themselves that may become replicas. */
    private final Map<ClientSession, Replica> prospects = new HashMap<>();

    private final List<Waiter> waiters = new ArrayList<>();
    private final Failover failover;
    private final Heartbeats beats;
    private final OffsetPushes pushes;
    /** Null on a master. */
    private MasterLink master;

    Replication(ServerNode node, ReplicationState state) {
        this.node = node;
        this.state = state;
        this.replicas = new Replicas(node, state);
        this.failover = new Failover(node, this);
        this.beats = new Heartbeats(node);
        this.pushes = new OffsetPushes(node, state);
    }

    Heartbeats beats() {
        return beats;
    }

    OffsetPushes pushes() {
        return pushes;
    }

    @Override
    public void askedForBeat(String token) {
        beats.asked(token);
    }

    Failover failover() {
        return failover;
    }

    Replicas replicas() {
        return replicas;
    }

    ReplicationState state() {
        return state;
    }

    /** The link to the master; null on a master. */
    MasterLink master() {
        return master;
    }

    @Override
    public boolean isReplica() {
        return master != null;
    }

    @Override
    public boolean follow(String host, int port, ClientSession by) {
        if (master != null && master.isTo(host, port)) {
            if (master.guard().refusedId() != null) {
                node.log().warn("REPLICAOF was said again: what the master has may replace the data here");
                master.guard().lift();
                master.connect();
                return true;
            }
            node.log()
                    .info(
                            "REPLICAOF would result into synchronization with the master we are already connected with. No operation performed.");
            return false;
        }
        turnTo(host, port);
        node.log().info("REPLICAOF {}:{} enabled (user request from '{}')", host, port, describe(by));
        master.connect();
        return true;
    }

    /** The replica that is level gets our place; it is asked for that when we ask it for the stream. */
    void followForFailover(String host, int port) {
        turnTo(host, port);
        master.connect();
    }

    private void turnTo(String host, int port) {
        boolean wasMaster = master == null;
        if (wasMaster) {
            replicas.send();
            node.executor().unblockAllOnKeys();
            unblockWaiters();
            node.log()
                    .info(
                            "Before turning into a replica, using my own master parameters to synthesize a cached master: I may be able to synchronize with the new master with just a partial transfer.");
        } else {
            master.close();
        }
        // A replica that never got its data has no history to go on from.
        boolean hasHistory = wasMaster || master.hasHistory();
        int database = wasMaster ? Math.max(0, replicas.encoder().selected()) : master.database();
        startFollowing(host, port, hasHistory, database);
        node.settings().replicaOf(host + " " + port);
        node.log().info("Connecting to MASTER {}:{}", host, port);
    }

    /** Follows this master, once {@link MasterLink#connect} is called; {@code hasHistory} when our data has a place in a history. */
    void startFollowing(String host, int port, boolean hasHistory, int database) {
        beats.forget();
        master = new MasterLink(node, this, host, port, hasHistory, database);
        MDC.put(ServerNode.LOG_ROLE, "S");
    }

    @Override
    public void lead(ClientSession by) {
        lead("user request from '" + describe(by) + "'");
    }

    /** @param cause for the log */
    void lead(String cause) {
        if (master == null) {
            return;
        }
        master.close();
        boolean hadHistory = master.hasHistory();
        master = null;
        MDC.put(ServerNode.LOG_ROLE, "M");
        node.settings().replicaOf(null);
        if (hadHistory) {
            state.promote();
            node.log()
                    .warn(
                            "Setting secondary replication ID to {}, valid up to offset: {}. New replication ID is {}",
                            state.secondId(),
                            state.secondOffset(),
                            state.id());
        }
        replicas.encoder().select(-1);
        replicas.disconnectAll();
        node.log().info("MASTER MODE enabled ({})", cause);
    }

    @Override
    public void failOver(String host, int port, boolean force, long timeoutMillis) {
        failover.begin(host, port, force, timeoutMillis);
    }

    @Override
    public void abortFailover() {
        failover.abortOnDemand();
    }

    @Override
    public boolean isFailingOver() {
        return failover.isUnderWay();
    }

    @Override
    public void takeOver(ClientSession by, String id) {
        if (master == null) {
            throw new CommandException("ERR PSYNC FAILOVER can't be sent to a master.");
        }
        if (!id.equalsIgnoreCase(state.id())) {
            throw new CommandException("ERR PSYNC FAILOVER replid must match my replid.");
        }
        lead("failover request from '" + describe(by) + "'");
    }

    private static String describe(ClientSession by) {
        return "id=" + by.id() + " addr=" + by.connection().remoteAddress() + " name=" + by.name();
    }

    /** Settings have changed. */
    void configChanged() {
        boolean begins = beats.bound(node.settings().number("replica-max-staleness-ms"));
        if (master != null && begins) {
            master.reconnect(); // what the master can do is asked in the handshake
        } else if (master != null && master.guard().refusedId() == null) {
            master.connect(); // at once, if the next attempt was put off for the guard
        }
    }

    /** A full resync came through: what our replicas have is of another history. */
    void contentReplaced() {
        beats.forget();
        replicas.disconnectAll();
        node.executor().contentReplaced();
    }

    // --- replicas ---

    private Replica prospect(ClientSession session) {
        Replica replica = replicas.of(session);
        return replica != null
                ? replica
                : prospects.computeIfAbsent(
                        session,
                        s -> new Replica(
                                (ClientChannel) s.connection(), node.clock().nowNanos()));
    }

    @Override
    public void describe(ClientSession session, String option, String value) {
        Replica replica = prospect(session);
        switch (option) {
            case "listening-port" -> replica.listeningPort = Integer.parseInt(value);
            case "ip-address" -> replica.announcedHost = value;
            case "rdb-only" -> replica.snapshotOnly = value.equals("1");
            case "capa" -> {
                replica.understandsEof |= value.equalsIgnoreCase("eof");
                replica.understandsPsync2 |= value.toLowerCase(Locale.ROOT).equals("psync2");
            }
            default -> {
                // A version is nothing that the stream would depend on.
            }
        }
    }

    @Override
    public void attach(ClientSession session, String id, long offset) {
        if (failover.isUnderWay()) {
            session.out().error("NOMASTERLINK Can't SYNC while failing over");
            return;
        }
        if (master != null && !master.isUp()) {
            session.out().error("NOMASTERLINK Can't SYNC while not connected with my master");
            return;
        }
        Replica replica = prospect(session);
        prospects.remove(session);
        replica.silent = id == null;
        replicas.attach(replica, id, offset);
    }

    @Override
    public void acknowledged(ClientSession session, long offset) {
        Replica replica = replicas.of(session);
        if (replica != null) {
            replicas.acknowledged(replica, offset);
            serveWaiters();
            failover.check();
        }
    }

    @Override
    public void acknowledgeToMaster() {
        if (master != null) {
            master.acknowledge();
        }
    }

    /** A connection has ended. */
    void gone(ClientSession session) {
        prospects.remove(session);
        pushes.remove(session);
        replicas.detach(session);
        waiters.removeIf(waiter -> waiter.session == session);
    }

    // --- WAIT ---

    @Override
    public int replicasAt(long offset) {
        return replicas.at(offset);
    }

    @Override
    public void await(ClientSession client, long offset, int wanted) {
        waiters.removeIf(waiter -> !waiter.session.isBlocked() || waiter.session == client);
        waiters.add(new Waiter(client, offset, wanted));
        replicas.wantAcks();
    }

    private void serveWaiters() {
        for (Iterator<Waiter> i = waiters.iterator(); i.hasNext(); ) {
            Waiter waiter = i.next();
            int there = replicas.at(waiter.offset);
            if (there >= waiter.replicas) {
                i.remove();
                node.executor().unblock(waiter.session, out -> out.integer(there));
            }
        }
    }

    private void unblockWaiters() {
        for (Waiter waiter : List.copyOf(waiters)) {
            node.executor()
                    .unblock(
                            waiter.session,
                            out -> out.error(
                                    "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)"));
        }
        waiters.clear();
    }

    // --- ROLE, once a second ---

    @Override
    public void role(ReplyWriter out) {
        if (master != null) {
            out.array(5);
            out.bulk("slave");
            out.bulk(master.host());
            out.integer(master.port());
            out.bulk(master.roleState());
            out.integer(master.isUp() ? state.offset() : -1);
            return;
        }
        out.array(3);
        out.bulk("master");
        out.integer(state.offset());
        List<Replica> online = replicas.list().stream()
                .filter(replica -> replica.state == Replica.State.ONLINE)
                .toList();
        out.array(online.size());
        for (Replica replica : online) {
            out.array(3);
            out.bulk(replica.host());
            out.bulk(Integer.toString(replica.listeningPort));
            out.bulk(Long.toString(replica.ackOffset));
        }
    }

    void cron() {
        if (master != null) {
            master.cron();
        }
        replicas.cron();
    }
}
