package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.persistence.Snapshot;
import dev.fairlead.server.internal.replication.ReplicationState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One snapshot on its way to the replicas that asked for a full resync. The keyspace is walked in slices between commands; what is
 * written meanwhile is kept for these replicas and follows the snapshot. Nothing touches a disk.
 *
 * <p>Confined to the command thread. One at a time; who asks while it runs gets the next one.
 */
final class FullSync {
    /** A replica with more than this unsent holds the walk back until it has read some. */
    private static final long MOST_UNSENT_BYTES = 8 << 20;
    /** How soon to look again at a replica that holds the walk back. */
    private static final long RETRY_MILLIS = 5;
    /** For replicas that must be told the length first, the snapshot is gathered up to this. */
    private static final long MOST_GATHERED_BYTES = 1L << 30;

    private final ServerNode node;
    private final Replicas replicas;
    private final ReplicationState state;
    private final List<Replica> group = new ArrayList<>();
    private Snapshot snapshot;
    private byte[] delimiter;
    /** Null in the form with a delimiter. */
    private CompositeByteBuf gathered;

    private long sentBytes;
    private long requestedNanos;
    private boolean startQueued;

    FullSync(ServerNode node, Replicas replicas, ReplicationState state) {
        this.node = node;
        this.replicas = replicas;
        this.state = state;
    }

    boolean isRunning() {
        return snapshot != null;
    }

    private List<Replica> waiting() {
        return replicas.list().stream()
                .filter(replica -> replica.state == Replica.State.WAIT_BGSAVE)
                .toList();
    }

    /** A replica waits. */
    void requested() {
        if (waiting().size() == 1) {
            requestedNanos = node.clock().nowNanos();
        }
        if (node.settings().number("repl-diskless-sync-delay") == 0) {
            queueStart();
        } else {
            cron();
        }
    }

    private void queueStart() {
        if (!startQueued) {
            startQueued = true;
            node.loop()
                    .execute(
                            () -> { // in the next turn: replicas that come together share the snapshot
                                startQueued = false;
                                start();
                            });
        }
    }

    /** Starts when the delay for more replicas is over. */
    void cron() {
        List<Replica> waiting = waiting();
        if (waiting.isEmpty() || snapshot != null) {
            return;
        }
        long delayNanos = TimeUnit.SECONDS.toNanos(node.settings().number("repl-diskless-sync-delay"));
        long enough = node.settings().number("repl-diskless-sync-max-replicas");
        if (node.clock().nowNanos() - requestedNanos >= delayNanos || enough > 0 && waiting.size() >= enough) {
            queueStart();
        }
    }

    private void start() {
        List<Replica> waiting = waiting();
        if (waiting.isEmpty() || snapshot != null || node.keyspace().isWalking()) {
            return; // after a snapshot that is under way, snapshotSlotFree or cron come back here
        }
        boolean eof =
                node.settings().yes("repl-diskless-sync") && waiting.stream().allMatch(r -> r.understandsEof);
        node.log().info("Starting BGSAVE for SYNC with target: replicas sockets");
        replicas.send(); // belongs to the time before the snapshot
        if (!node.replication().isReplica()) {
            replicas.encoder().select(-1);
        }
        byte[] random = new byte[20];
        ThreadLocalRandom.current().nextBytes(random);
        delimiter = HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
        gathered = eof ? null : Unpooled.compositeBuffer(Integer.MAX_VALUE);
        sentBytes = 0;
        group.clear();
        group.addAll(waiting);
        for (Replica replica : group) {
            replica.state = Replica.State.SEND_BULK;
            if (!replica.silent) {
                replica.channel.writer().simple("FULLRESYNC " + state.id() + " " + state.offset());
            }
            if (eof) {
                replica.channel.writeStream(head("$EOF:" + new String(delimiter, StandardCharsets.US_ASCII)));
            }
        }
        snapshot = new Snapshot(
                node.keyspace(),
                node.persistence().aux(true),
                false, // compressing takes a third of the walk's time on the command thread; a file may be worth it
                node.settings().yes("rdbchecksum"));
        node.log()
                .info(
                        "Background RDB transfer started by pid {}",
                        ProcessHandle.current().pid());
        slice();
    }

    private static ByteBuf head(String line) {
        return Unpooled.copiedBuffer(line + "\r\n", StandardCharsets.US_ASCII);
    }

    private void slice() {
        if (snapshot == null) {
            return;
        }
        long start = node.clock().nowNanos();
        long limit = node.outputLimits().replica().hardBytes();
        // Half of the limit: the snapshot itself must not be what breaks it.
        long mostUnsent = limit > 0 ? Math.min(MOST_UNSENT_BYTES, limit / 2) : MOST_UNSENT_BYTES;
        boolean held = group.stream().anyMatch(replica -> replica.channel.outputBufferBytes() > mostUnsent);
        boolean complete = !held && snapshot.step(Snapshot.SLICE_BYTES, Snapshot.SLICE_NANOS);
        byte[] bytes =
                snapshot.take(); // even while held: entries that changed were written, and the output limit is to see
        // them
        sentBytes += bytes.length;
        if (gathered == null) {
            broadcast(Unpooled.wrappedBuffer(bytes));
        } else if (sentBytes > MOST_GATHERED_BYTES) {
            node.log()
                    .error(
                            "A snapshot of more than {} bytes needs replicas with 'capa eof'; the resync is given up",
                            MOST_GATHERED_BYTES);
            List.copyOf(group).forEach(replica -> replica.channel.close());
            return;
        } else {
            gathered.addComponent(true, Unpooled.wrappedBuffer(bytes));
        }
        if (complete) {
            finish();
        } else if (held) {
            node.loop().schedule(this::slice, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            node.nextSlice(this::slice, node.clock().nowNanos() - start);
        }
    }

    private void broadcast(ByteBuf bytes) {
        for (Replica replica : List.copyOf(group)) {
            replica.channel.writeStream(bytes.retainedDuplicate());
        }
        bytes.release();
    }

    private void finish() {
        long now = node.clock().nowNanos();
        boolean delimited = gathered == null;
        if (delimited) {
            broadcast(Unpooled.wrappedBuffer(delimiter));
        } else {
            broadcast(Unpooled.wrappedBuffer(head("$" + gathered.readableBytes()), gathered));
            gathered = null;
        }
        for (Replica replica : List.copyOf(group)) {
            replica.ackNanos = now;
            if (replica.snapshotOnly) {
                replica.channel.closeAfterReplies();
            } else if (delimited) {
                replica.awaitsAck = true; // it finds the end by the delimiter only if nothing follows yet
            } else {
                replica.goOnline(now);
                node.log().info("Synchronization with replica {} succeeded", replica);
            }
        }
        node.log()
                .info(
                        "Diskless rdb transfer, done reading from pipe, {} replicas still up, {} bytes",
                        group.size(),
                        sentBytes);
        end();
    }

    private void end() {
        snapshot.cancel();
        snapshot = null;
        group.clear();
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        node.snapshotSlotFree();
    }

    /** Gives up; the replicas' connections are the caller's business. */
    void cancel() {
        if (snapshot != null) {
            end();
        }
    }

    /** A replica is gone; without any the snapshot is for nobody. */
    void left(Replica replica) {
        if (group.remove(replica) && group.isEmpty() && snapshot != null) {
            node.log().info("Diskless rdb transfer, last replica dropped, killing fork child.");
            end();
        }
    }
}
