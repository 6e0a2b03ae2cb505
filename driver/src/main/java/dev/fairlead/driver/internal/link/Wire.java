package dev.fairlead.driver.internal.link;

import dev.fairlead.driver.internal.link.LinkException.Kind;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespException;
import dev.fairlead.resp.RespFramer;
import dev.fairlead.resp.RespLimitException;
import dev.fairlead.resp.RespReader;
import dev.fairlead.resp.RespType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop's side of a {@link Link}: writes what is queued, keeps the ring of calls that wait for a reply, and hands each reply
 * to the call at the ring's head. Confined to the event loop, but for the figures that say otherwise.
 */
final class Wire extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

    /** Requests are gathered into pieces of about this size, so that many of them cost one system call. */
    private static final int PIECE_BYTES = 32 << 10;

    /** From here on a copy costs more than a piece of its own. */
    private static final int LARGE_BYTES = 8 << 10;

    /** {@link #oldestSentNanos} when nothing is waiting. */
    private static final long NOTHING = Long.MIN_VALUE;

    private final Link link;
    private final LinkSettings settings;
    private final LinkListener listener;
    private final ArrayDeque<LinkCall> ring = new ArrayDeque<>();
    private final RespFramer framer;
    private final RespReader reader = new RespReader();
    private final PeakEwma latency = new PeakEwma();
    private ChannelHandlerContext context;
    private Handshake handshake;
    /** Bytes that came and do not make up a whole value yet. */
    private ByteBuf unread;

    private boolean isClosed;
    private volatile int protocol = 2;
    private volatile long oldestSentNanos = NOTHING;

    Wire(Link link, LinkSettings settings, LinkListener listener) {
        this.link = link;
        this.settings = settings;
        this.listener = listener;
        this.framer = new RespFramer(settings.limits());
    }

    /** What to begin with once connected. Before the channel exists. */
    void handshake(Handshake first) {
        handshake = first;
    }

    /** The handshake is over: from now on the end of the connection is told to the listener. */
    void opened() {
        handshake = null;
    }

    void protocol(int version) {
        protocol = version;
    }

    /** 2 or 3. Any thread. */
    int protocol() {
        return protocol;
    }

    /** Any thread. */
    PeakEwma latency() {
        return latency;
    }

    /** Any thread. */
    long oldestWaitNanos(long nowNanos) {
        long oldest = oldestSentNanos;
        return oldest == NOTHING ? 0 : Math.max(nowNanos - oldest, 0);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        handshake.start(ctx.channel().eventLoop());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // Of a TLS handshake that failed exceptionCaught is told.
        if (handshake != null && event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
            handshake.secured();
        }
        ctx.fireUserEventTriggered(event);
    }

    /** Writes one call by itself, past the queue. */
    void writeNow(LinkCall call) {
        ByteBuf bytes = Unpooled.wrappedBuffer(call.encoded);
        waitForReply(call);
        context.writeAndFlush(bytes, context.voidPromise());
    }

    /**
     * Writes what is queued, as far as the socket takes it; the rest when it takes more. A write that fills the outbound buffer calls
     * {@link #channelWritabilityChanged} from within: it must find the channel not writable and do nothing, or calls would overtake
     * those that are being gathered here.
     */
    void writeQueued() {
        ByteBuf piece = null;
        boolean wrote = false;
        while (!isClosed && context.channel().isWritable()) {
            LinkCall call = link.nextQueued();
            if (call == null) {
                break;
            }
            byte[] encoded = call.encoded;
            waitForReply(call);
            wrote = true;
            if (piece != null
                    && (encoded.length >= LARGE_BYTES || piece.readableBytes() + encoded.length > PIECE_BYTES)) {
                context.write(piece, context.voidPromise());
                piece = null;
            }
            if (encoded.length >= LARGE_BYTES) {
                context.write(Unpooled.wrappedBuffer(encoded), context.voidPromise());
            } else {
                if (piece == null) {
                    piece = context.alloc().ioBuffer(PIECE_BYTES);
                }
                piece.writeBytes(encoded);
            }
        }
        if (piece != null) {
            context.write(piece, context.voidPromise());
        }
        if (wrote) {
            context.flush();
        }
    }

    /** Every call that waits for its reply, in order. */
    void forEachWritten(Consumer<LinkCall> action) {
        ring.forEach(action);
    }

    private void waitForReply(LinkCall call) {
        call.encoded = null;
        if (ring.isEmpty()) {
            oldestSentNanos = call.sentNanos;
        }
        ring.add(call);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (handshake == null) {
            writeQueued();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = gather((ByteBuf) message);
        long nowNanos = System.nanoTime();
        LinkCall oldest = ring.peek();
        try {
            while (!isClosed && in.isReadable()) {
                int length = framer.next(in);
                if (length == RespFramer.INCOMPLETE) {
                    break;
                }
                take(in, length);
                in.skipBytes(length);
            }
        } catch (RespException e) {
            refuse(in, e);
        } finally {
            if (isClosed || !in.isReadable()) {
                in.release();
            } else {
                unread = in;
            }
        }
        if (oldest != null && oldest != ring.peek()) {
            // The first one answered of a batch has waited longest: one sample stands for them all.
            latency.observe(nowNanos - oldest.sentNanos, nowNanos);
        }
        drained();
    }

    /** Ends the link over what cannot be read. A reply that is too large has an owner, who is to know; of the others nothing is known. */
    private void refuse(ByteBuf in, RespException refusal) {
        boolean isReply = in.getByte(in.readerIndex()) != RespType.PUSH.marker();
        LinkCall owner = refusal instanceof RespLimitException && isReply ? ring.poll() : null;
        if (owner != null) {
            link.released();
            fail(owner, new LinkException(Kind.UNREADABLE_REPLY, link.endpoint(), refusal.getMessage(), refusal));
        }
        boolean isAlert = handshake != null && in.getByte(in.readerIndex()) == TlsTrouble.ALERT;
        close(isAlert ? "this port speaks TLS, and the client was built without it" : refusal.getMessage(), refusal);
    }

    /** The bytes left from before and these, in one buffer, which grows by half so that each byte is moved a bounded number of times. */
    private ByteBuf gather(ByteBuf arrived) {
        ByteBuf kept = unread;
        unread = null;
        if (kept == null) {
            return arrived;
        }
        int more = arrived.readableBytes();
        if (kept.writableBytes() < more) {
            long needed = (long) kept.readableBytes() + more;
            int capacity = (int) Math.min(needed + needed / 2, Integer.MAX_VALUE - 8L);
            ByteBuf larger;
            try {
                larger = context.alloc().ioBuffer(capacity);
            } catch (OutOfMemoryError e) {
                kept.release();
                arrived.release();
                throw e;
            }
            larger.writeBytes(kept);
            kept.release();
            kept = larger;
        }
        kept.writeBytes(arrived);
        arrived.release();
        return kept;
    }

    private void take(ByteBuf in, int length) {
        reader.reset(in, length);
        RespType type = reader.peek();
        boolean subscriber = settings.subscriber();
        if (type == RespType.PUSH || (subscriber && type == RespType.ARRAY)) {
            String word = Subscriptions.firstWord(reader, in, length);
            if (type == RespType.PUSH || (protocol == 2 && Subscriptions.isPush(word))) {
                takePush(in, length, subscriber && Subscriptions.isConfirmation(word));
                return;
            }
            reader.reset(in, length);
        }
        LinkCall call = ring.poll();
        if (call == null) {
            close("the server sent a reply that nobody asked for", null);
            return;
        }
        complete(call);
    }

    private void takePush(ByteBuf in, int length, boolean confirmation) {
        Reply.Sequence push = (Reply.Sequence) reader.reset(in, length).readReply();
        try {
            listener.onPush(link, push);
        } catch (RuntimeException e) {
            LOG.error("A listener of {} failed on a push", link, e);
        }
        LinkCall head = ring.peek();
        if (confirmation && head != null && head.confirmations > 0 && --head.confirmations == 0) {
            ring.remove();
            reader.reset(in, length);
            complete(head);
        }
    }

    private void complete(LinkCall call) {
        LinkCall next = ring.peek();
        oldestSentNanos = next == null ? NOTHING : next.sentNanos;
        link.released();
        try {
            if (reader.isError()) {
                call.onError((Reply.ServerError) reader.readReply());
            } else {
                call.onReply(reader);
            }
        } catch (RuntimeException | Error e) {
            fail(
                    call,
                    new LinkException(
                            Kind.UNREADABLE_REPLY,
                            link.endpoint(),
                            "the reply came and could not be decoded: " + e.getMessage(),
                            e));
        }
    }

    static void fail(LinkCall call, LinkException failure) {
        try {
            call.onFailure(failure);
        } catch (RuntimeException | Error e) { // The calls behind it are still to be failed.
            LOG.error("A call failed to take its failure ({})", failure.getMessage(), e);
        }
    }

    /** Closes if the link is to be closed in good order and everything has been answered. */
    void drained() {
        if (ring.isEmpty() && link.isDrained()) {
            close(link.drainedReason(), null);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        String how = "the server closed the connection" + (unread == null ? "" : " in mid-reply");
        close(ended(how), null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable tls = TlsTrouble.of(cause);
        if (tls != null) {
            close(TlsTrouble.explain(tls), tls);
            return;
        }
        if (!(cause instanceof IOException)) {
            LOG.error("{} failed", link, cause);
        }
        close(ended("the connection broke: " + cause.getMessage()), cause);
    }

    /** The other side has ended it. */
    private String ended(String how) {
        return handshake == null ? how : handshake.ended(how);
    }

    /** Ends the connection, fails what is in flight and tells the listener; once. */
    void close(String reason, Throwable cause) {
        if (isClosed) {
            return;
        }
        isClosed = true;
        oldestSentNanos = NOTHING;
        context.close();
        if (unread != null) {
            unread.release();
            unread = null;
        }
        Handshake interrupted = handshake;
        handshake = null;
        LinkException unknown = new LinkException(Kind.OUTCOME_UNKNOWN, link.endpoint(), reason, cause);
        for (LinkCall call = ring.poll(); call != null; call = ring.poll()) {
            link.released();
            fail(call, unknown);
        }
        link.closed(new LinkException(Kind.NOT_WRITTEN, link.endpoint(), reason, cause));
        if (interrupted != null) {
            interrupted.failed(reason, cause);
            return;
        }
        try {
            listener.onClosed(link, unknown);
        } catch (RuntimeException e) {
            LOG.error("A listener of {} failed on its end", link, e);
        }
    }
}
