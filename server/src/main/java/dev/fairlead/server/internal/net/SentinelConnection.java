package dev.fairlead.server.internal.net;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespFramer;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.resp.RespReader;
import dev.fairlead.resp.RespWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handler of one connection from a Sentinel to another node: requests out, replies to whoever asked, in order; what comes
 * unasked (messages of a subscription) to the listener. RESP2, which every node of any age speaks. Confined to its event loop.
 *
 * <p>It is not a {@code Link}: a Sentinel's connection counts as up before the other side has said anything, as a node that
 * is loading or frozen must be, and it stands behind the faults of an embedded member.
 */
final class SentinelConnection extends ByteToMessageDecoder {
    /** Requests without a reply; past it a node does not answer and gets no more, as in Redis. */
    private static final int MOST_PENDING = 100;
    /** INFO is the longest thing a Sentinel is told. */
    private static final RespLimits LIMITS = RespLimits.DEFAULT.withMaxFrameBytes(4 << 20);

    private static final Logger log = LoggerFactory.getLogger(SentinelConnection.class);

    /** What becomes of the connection. */
    interface Listener {
        void up(SentinelConnection connection);

        /** Closed by the other side or by an error; not told after {@link #close}. */
        void broken(SentinelConnection connection);

        void unasked(Reply message);
    }

    private final Listener listener;
    private final RespFramer framer = new RespFramer(LIMITS);
    private final RespReader reader = new RespReader();
    private final Queue<Consumer<Reply>> pending = new ArrayDeque<>();
    private ChannelHandlerContext ctx;
    private boolean closed;

    SentinelConnection(Listener listener) {
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (closed) {
            context.close();
        } else {
            listener.up(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        boolean ended = closed;
        closed = true;
        if (!ended) {
            listener.broken(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("connection to {} is given up: {}", context.channel().remoteAddress(), cause.toString());
        context.close();
    }

    /** @param onReply null when the reply is of no interest */
    void send(Consumer<Reply> onReply, String... argv) {
        if (closed || pending.size() >= MOST_PENDING) {
            return;
        }
        byte[][] bytes = new byte[argv.length][];
        for (int i = 0; i < argv.length; i++) {
            bytes[i] = argv[i].getBytes(StandardCharsets.UTF_8);
        }
        ByteBuf out = ctx.alloc().buffer();
        RespWriter.request(out, bytes);
        pending.add(onReply == null ? ignored -> {} : onReply);
        ctx.writeAndFlush(out);
    }

    /** This side's address. */
    String localHost() {
        return ((InetSocketAddress) ctx.channel().localAddress()).getAddress().getHostAddress();
    }

    /** Ends it without telling the listener. */
    void close() {
        closed = true;
        if (ctx != null) {
            ctx.close();
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        for (int length = framer.next(in); length != RespFramer.INCOMPLETE; length = framer.next(in)) {
            Reply reply = reader.reset(in, length).readReply();
            in.skipBytes(length);
            if (closed) {
                return;
            }
            Consumer<Reply> asked = pending.poll();
            if (asked != null) {
                asked.accept(reply);
            } else {
                listener.unasked(reply);
            }
        }
    }
}
