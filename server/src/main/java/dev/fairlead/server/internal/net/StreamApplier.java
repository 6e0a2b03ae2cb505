package dev.fairlead.server.internal.net;

import dev.fairlead.resp.RequestReader;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.server.internal.command.ClientConnection;
import dev.fairlead.server.internal.command.ClientSession;
import dev.fairlead.server.internal.command.DiscardingReplyWriter;
import dev.fairlead.server.internal.command.ReplyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Applies the stream of one connection to the master: executes each command and counts its bytes, exactly, at its end. The bytes of
 * a transaction count when its EXEC is through, so that a link which breaks in the middle asks for the transaction again. What
 * counts is passed on to our own replicas as it came.
 *
 * <p>Confined to the command thread.
 */
final class StreamApplier implements ClientConnection {
    /** When an embedded replica is told to lag, what has come and is not due is bounded by this; past it nothing more is read. */
    private static final long MOST_DELAYED_BYTES = 256L << 20;

    /** Bytes that are to be applied at a time. */
    private record Delayed(ByteBuf bytes, long dueNanos) {}

    private final ServerNode node;
    private final Replicas replicas;
    private final Channel channel;
    private final ClientSession session;
    private final RequestReader requests = new RequestReader(RespLimits.DEFAULT);
    private final Queue<Delayed> delayed = new ArrayDeque<>();
    private long delayedBytes;
    private boolean releaseScheduled;
    private ByteBuf input;
    /** Where in {@link #input} the bytes begin that do not count yet. */
    private int uncounted;

    private boolean executing;
    private boolean closed;
    private String currentCommand = "";

    StreamApplier(ServerNode node, Replicas replicas, Channel channel, int database) {
        this.node = node;
        this.replicas = replicas;
        this.channel = channel;
        this.session = new ClientSession(node.nextClientId(), this, node.clock().nowMillis());
        session.become(ClientSession.Kind.MASTER);
        session.authenticated(true);
        session.database(database);
        node.executor().connected(session);
    }

    int database() {
        return session.database();
    }

    long readOffset() {
        long waiting = input == null ? 0 : input.writerIndex() - uncounted;
        return replicas.offset() + waiting + delayedBytes;
    }

    /** Takes bytes of the stream, over the reference too. */
    void received(ByteBuf bytes) {
        long delayNanos = node.replicationDelayNanos();
        if (delayNanos == 0 && delayed.isEmpty()) {
            apply(bytes);
            return;
        }
        delayedBytes += bytes.readableBytes();
        delayed.add(new Delayed(bytes, node.clock().nowNanos() + delayNanos));
        if (delayedBytes > MOST_DELAYED_BYTES) {
            channel.config().setAutoRead(false);
        }
        scheduleRelease();
    }

    private void scheduleRelease() {
        if (!releaseScheduled && !delayed.isEmpty()) {
            releaseScheduled = true;
            // Never asleep for long: the delay may be taken off at any time.
            long wait = Math.min(delayed.peek().dueNanos - node.clock().nowNanos(), TimeUnit.MILLISECONDS.toNanos(10));
            node.loop().schedule(this::release, Math.max(0, wait), TimeUnit.NANOSECONDS);
        }
    }

    private void release() {
        releaseScheduled = false;
        long now = node.clock().nowNanos();
        boolean lifted = node.replicationDelayNanos() == 0;
        while (!closed && !delayed.isEmpty() && (lifted || delayed.peek().dueNanos <= now)) {
            ByteBuf bytes = delayed.poll().bytes;
            delayedBytes -= bytes.readableBytes();
            apply(bytes);
        }
        if (!closed && delayedBytes <= MOST_DELAYED_BYTES && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        scheduleRelease();
    }

    private void apply(ByteBuf bytes) {
        if (input == null) {
            input = bytes;
            uncounted = bytes.readerIndex(); // the handshake or the snapshot may have used what stands before
        } else {
            input = joined(bytes);
        }
        process();
    }

    private ByteBuf joined(ByteBuf bytes) {
        int scanned = input.readerIndex() - uncounted;
        input.readerIndex(uncounted); // the bytes of an open transaction are kept
        ByteBuf all = Cumulation.add(channel.alloc(), input, bytes);
        uncounted = all.readerIndex();
        all.skipBytes(scanned);
        return all;
    }

    private void process() {
        if (executing) {
            return;
        }
        executing = true;
        try {
            while (!closed && !session.isBlocked()) {
                byte[][] argv = requests.read(input);
                if (argv == null) {
                    break;
                }
                currentCommand = new String(argv[0], StandardCharsets.UTF_8);
                node.executor().execute(session, argv);
                if (!closed && !session.isInTransaction()) {
                    count();
                    node.replication().beats().applied(argv);
                }
            }
        } finally {
            executing = false;
        }
        node.replication().pushes().moved();
        node.executor().streamApplied();
        if (!closed && uncounted == input.writerIndex()) {
            input.release();
            input = null;
            uncounted = 0;
        }
    }

    /** All bytes up to here are applied. */
    private void count() {
        byte[] applied = new byte[input.readerIndex() - uncounted];
        input.getBytes(uncounted, applied);
        uncounted = input.readerIndex();
        replicas.append(applied, 0, applied.length);
    }

    /** The connection is lost: what was not applied is dropped. */
    void end() {
        if (closed) {
            return;
        }
        closed = true;
        delayed.forEach(part -> part.bytes.release());
        delayed.clear();
        delayedBytes = 0;
        if (input != null) {
            input.release();
            input = null;
        }
        node.executor().disconnected(session);
    }

    // --- the session's connection: replies are dropped, errors told ---

    private final ReplyWriter discarding = new DiscardingReplyWriter() {
        @Override
        public void error(String codeAndText) {
            node.log()
                    .warn(
                            "== CRITICAL == This replica is sending an error to its master: '{}' after processing the command '{}'",
                            codeAndText,
                            currentCommand);
        }
    };

    @Override
    public ReplyWriter writer() {
        return discarding;
    }

    @Override
    public void protocol(int version) {
        // The stream has one form.
    }

    @Override
    public String remoteAddress() {
        return String.valueOf(channel.remoteAddress()).replaceFirst("^.*/", "");
    }

    @Override
    public String localAddress() {
        return String.valueOf(channel.localAddress()).replaceFirst("^.*/", "");
    }

    @Override
    public int descriptor() {
        return (int) (session.id() + 7);
    }

    @Override
    public void resume() {
        node.loop().execute(() -> {
            if (!closed && input != null) {
                process();
            }
        });
    }

    @Override
    public void closeAfterReplies() {
        channel.close();
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public int unsentReplyBytes() {
        return 0;
    }

    @Override
    public void insertOffset(int replyAt, String historyId, long offset) {
        throw new IllegalStateException("a master asks for no offsets");
    }

    @Override
    public long queryBufferBytes() {
        return input == null ? 0 : input.readableBytes();
    }

    @Override
    public long outputBufferBytes() {
        return 0;
    }
}
