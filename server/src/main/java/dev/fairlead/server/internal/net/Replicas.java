package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.command.ClientSession;
import dev.fairlead.server.internal.command.Propagation;
import dev.fairlead.server.internal.replication.ReplicationState;
import dev.fairlead.server.internal.replication.StreamEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The master's side of replication: turns effects into the stream, keeps it in the backlog, and sends the same bytes to every
 * replica once a turn of the loop. Of a replica with replicas of its own it passes on the bytes of its master as they came.
 *
 * <p>Confined to the command thread.
 */
final class Replicas implements Propagation {
    private static final byte[] PING = ascii("PING");
    private static final byte[][] GETACK = {ascii("REPLCONF"), ascii("GETACK"), ascii("*")};
    /** The stream of one turn past this is sent at once, so that a long pipeline does not pile up here. */
    private static final int EARLY_SEND_BYTES = 1 << 20;

    private final ServerNode node;
    private final ReplicationState state;
    private final StreamEncoder encoder = new StreamEncoder();
    private final Map<ClientSession, Replica> all = new LinkedHashMap<>();
    private final FullSync fullSync;
    /** The stream since it was last sent; in the backlog already. */
    private ByteBuf unsent;

    private boolean acksWanted;
    private long lastPingNanos;
    private long withoutReplicasSinceNanos;
    long fullResyncs;
    long partialResyncs;
    long refusedPartialResyncs;

    Replicas(ServerNode node, ReplicationState state) {
        this.node = node;
        this.state = state;
        this.fullSync = new FullSync(node, this, state);
        this.lastPingNanos = node.clock().nowNanos();
        this.withoutReplicasSinceNanos = lastPingNanos;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    // --- the stream ---

    @Override
    public void propagate(int database, byte[][] argv) {
        if (node.replication().isReplica() || !state.backlogActive()) {
            return;
        }
        encoder.clear();
        encoder.add(database, argv);
        append(encoder.buffer(), 0, encoder.length());
    }

    @Override
    public String historyId() {
        return node.replication().isReplica() || !state.backlogActive() ? null : state.id();
    }

    @Override
    public long offset() {
        return state.offset();
    }

    /** Adds bytes to the stream; those of our master when we are a replica. */
    void append(byte[] bytes, int from, int count) {
        state.append(bytes, from, count);
        if (all.isEmpty()) {
            return;
        }
        if (unsent == null) {
            // Direct: from the heap it would be copied once more for each replica.
            unsent = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(count, 1024));
            node.flushes().request();
        }
        unsent.writeBytes(bytes, from, count);
        if (unsent.readableBytes() > EARLY_SEND_BYTES) {
            send();
        }
    }

    /** The database of the stream's last command; -1 when the next one names it. */
    StreamEncoder encoder() {
        return encoder;
    }

    /** Before the loop sleeps: asks for acknowledgements if somebody waits, and sends what has gathered. */
    void beforeSleep() {
        if (acksWanted && !node.replication().failover().isUnderWay()) { // in a failover the offset stands still
            askForAcks();
        }
        send();
    }

    /** Asks every replica for its offset, now. */
    void askForAcks() {
        acksWanted = false;
        propagate(NO_DATABASE, GETACK);
    }

    /** Sends what has gathered to everyone who is online, and keeps it for those in a full resync. */
    void send() {
        if (unsent == null) {
            return;
        }
        ByteBuf bytes = unsent;
        unsent = null;
        long limit = node.outputLimits().replica().hardBytes();
        for (Replica replica : List.copyOf(all.values())) {
            switch (replica.state) {
                case ONLINE -> replica.channel.writeStream(bytes.retainedDuplicate());
                case SEND_BULK -> {
                    if (replica.snapshotOnly) {
                        break;
                    }
                    replica.hold(bytes.retainedDuplicate());
                    if (limit > 0 && replica.heldBytes() > limit) {
                        node.log()
                                .warn(
                                        "Replica {} closed: {} bytes of the stream wait for its full resync",
                                        replica,
                                        limit);
                        replica.channel.close();
                    }
                }
                case WAIT_BGSAVE -> {
                    // Its snapshot has not begun and will hold this.
                }
            }
        }
        bytes.release();
    }

    // --- attaching ---

    /** What a client says about itself before it becomes a replica is kept with its session. */
    Replica of(ClientSession session) {
        return all.get(session);
    }

    void attach(Replica replica, String id, long asked) {
        node.log().info("Replica {} asks for synchronization", replica);
        Optional<byte[]> missing = id == null ? Optional.empty() : state.resume(id, asked);
        if (missing.isEmpty()) {
            refuse(replica, id, asked);
            return;
        }
        send(); // what has gathered is in the backlog already, so the new one must not get it twice
        partialResyncs++;
        node.log()
                .info(
                        "Partial resynchronization request from {} accepted. Sending {} bytes of backlog starting from offset {}.",
                        replica,
                        missing.get().length,
                        asked);
        enlist(replica);
        replica.channel.writer().simple(replica.understandsPsync2 ? "CONTINUE " + state.id() : "CONTINUE");
        replica.channel.writeStream(Unpooled.wrappedBuffer(missing.get()));
        replica.ackOffset = asked - 1;
        replica.goOnline(node.clock().nowNanos());
    }

    private void refuse(Replica replica, String id, long asked) {
        if (id != null && !id.equals("?")) {
            refusedPartialResyncs++;
            node.log().info("Partial resynchronization not accepted: {}", state.refusal(id, asked));
        } else {
            node.log().info("Full resync requested by replica {}", replica);
        }
        fullResyncs++;
        state.startBacklog();
        enlist(replica);
        replica.state = Replica.State.WAIT_BGSAVE;
        fullSync.requested();
    }

    private void enlist(Replica replica) {
        all.put(replica.channel.session(), replica);
        replica.channel.session().become(ClientSession.Kind.REPLICA);
    }

    void detach(ClientSession session) {
        Replica replica = all.remove(session);
        if (replica == null) {
            return;
        }
        replica.release();
        fullSync.left(replica);
        node.log().info("Connection with replica {} lost.", replica);
        if (all.isEmpty()) {
            withoutReplicasSinceNanos = node.clock().nowNanos();
        }
    }

    /** Our history has another name now, or another content: every replica has to ask anew. */
    void disconnectAll() {
        send();
        for (Replica replica : List.copyOf(all.values())) {
            replica.channel.close();
        }
    }

    // --- acknowledgements ---

    void acknowledged(Replica replica, long offset) {
        replica.ackOffset = Math.max(replica.ackOffset, offset);
        replica.ackNanos = node.clock().nowNanos();
        if (replica.awaitsAck) {
            replica.goOnline(replica.ackNanos);
            node.log().info("Synchronization with replica {} succeeded", replica);
        }
    }

    void wantAcks() {
        acksWanted = true;
        node.flushes().request();
    }

    int at(long offset) {
        int count = 0;
        for (Replica replica : all.values()) {
            if (replica.state == Replica.State.ONLINE && replica.ackOffset >= offset) {
                count++;
            }
        }
        return count;
    }

    /** Seconds since a replica was last heard of. */
    long lagSeconds(Replica replica) {
        return (node.clock().nowNanos() - replica.ackNanos) / 1_000_000_000L;
    }

    List<Replica> list() {
        return new ArrayList<>(all.values());
    }

    int good(long maxLagSeconds) {
        int count = 0;
        for (Replica replica : all.values()) {
            if (replica.state == Replica.State.ONLINE && lagSeconds(replica) <= maxLagSeconds) {
                count++;
            }
        }
        return count;
    }

    // --- once a second ---

    void cron() {
        long now = node.clock().nowNanos();
        long timeoutNanos = node.settings().number("repl-timeout") * 1_000_000_000L;
        for (Replica replica : list()) {
            boolean online = replica.state == Replica.State.ONLINE;
            if (online && !replica.silent && now - replica.ackNanos > timeoutNanos) {
                node.log().warn("Disconnecting timedout replica (streaming sync): {}", replica);
                replica.channel.close();
            } else if (replica.awaitsAck && now - replica.ackNanos > timeoutNanos) {
                node.log().warn("Disconnecting timedout replica (full sync): {}", replica);
                replica.channel.close();
            } else if (replica.state == Replica.State.WAIT_BGSAVE) {
                replica.channel.writeStream(Unpooled.wrappedBuffer(new byte[] {'\n'})); // keeps its timer quiet
            }
        }
        fullSync.cron();
        boolean master = !node.replication().isReplica();
        long pingNanos = node.settings().number("repl-ping-replica-period") * 1_000_000_000L;
        if (master
                && !all.isEmpty()
                && now - lastPingNanos >= pingNanos
                && !node.executor().areWritesPaused()) {
            lastPingNanos = now;
            propagate(NO_DATABASE, new byte[][] {PING});
        }
        long ttl = node.settings().number("repl-backlog-ttl") * 1_000_000_000L;
        if (master && all.isEmpty() && ttl > 0 && state.backlogActive() && now - withoutReplicasSinceNanos > ttl) {
            state.dropBacklog();
            node.log()
                    .info(
                            "Replication backlog freed after {} seconds without connected replicas.",
                            ttl / 1_000_000_000L);
        }
    }

    boolean isSyncing() {
        return fullSync.isRunning();
    }

    /** Gives up the running full resync, so that the keyspace is free for the last save. */
    void cancelFullSync() {
        fullSync.cancel();
    }

    /** The snapshot that another one waited for is done. */
    void snapshotSlotFree() {
        fullSync.cron();
    }
}
