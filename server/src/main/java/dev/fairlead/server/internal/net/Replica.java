package dev.fairlead.server.internal.net;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;

/** One replica that is attached to this server, and what it is waiting for. Confined to the command thread. */
final class Replica {
    /** As INFO names them. */
    enum State {
        /** Asked for a full resync, which has not begun. */
        WAIT_BGSAVE,
        /** Is being sent the snapshot, or is loading it. */
        SEND_BULK,
        /** Gets the stream as it is written. */
        ONLINE
    }

    final ClientChannel channel;
    State state = State.WAIT_BGSAVE;
    int listeningPort;
    String announcedHost;
    boolean understandsEof;
    boolean understandsPsync2;
    /** A bare SYNC: it sends no acknowledgements, and is never timed out for that. */
    boolean silent;
    /** Wants the snapshot and no stream: the connection ends with it. */
    boolean snapshotOnly;
    /** The snapshot was sent whole; its first acknowledgement starts the stream. */
    boolean awaitsAck;

    long ackOffset;
    long ackNanos;

    private final Queue<ByteBuf> held = new ArrayDeque<>();
    private long heldBytes;

    Replica(ClientChannel channel, long nowNanos) {
        this.channel = channel;
        this.ackNanos = nowNanos;
    }

    /** Keeps a part of the stream until the snapshot is through. Takes over the reference. */
    void hold(ByteBuf bytes) {
        held.add(bytes);
        heldBytes += bytes.readableBytes();
    }

    long heldBytes() {
        return heldBytes;
    }

    /** From now on the replica gets the stream, beginning with what was held. */
    void goOnline(long nowNanos) {
        state = State.ONLINE;
        awaitsAck = false;
        ackNanos = nowNanos;
        for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
            channel.writeStream(bytes);
        }
        heldBytes = 0;
    }

    void release() {
        held.forEach(ByteBuf::release);
        held.clear();
        heldBytes = 0;
    }

    String host() {
        return announcedHost != null ? announcedHost : channel.remoteHost();
    }

    /** The name that the log uses. */
    @Override
    public String toString() {
        return host() + ":" + (listeningPort > 0 ? listeningPort : "<unknown-replica-port>");
    }
}
