package dev.fairlead.server.internal.net;

import dev.fairlead.command.Access;
import dev.fairlead.command.CommandSpec;
import dev.fairlead.resp.RequestReader;
import dev.fairlead.resp.RespException;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.server.internal.command.ClientConnection;
import dev.fairlead.server.internal.command.ClientSession;
import dev.fairlead.server.internal.command.ReplyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * One accepted connection: takes requests out of what was read, has them executed in order, and sends the replies once a turn of
 * the loop. A replica that attached stays on its connection; its replies are then the replication stream.
 *
 * <p>Confined to the event loop, which is the command thread.
 */
final class ClientChannel extends ChannelInboundHandlerAdapter implements ClientConnection {
    /** Replies of one turn past this are handed to the channel early, so that output limits see them. */
    private static final int EARLY_WRITE_BYTES = 1 << 20;

    private final ServerNode node;
    private final RequestReader requests;
    private final ChannelReplies replies = new ChannelReplies(this::replyOutput);
    private final ClientSession session;
    private ChannelHandlerContext ctx;
    /** What was read and not yet executed; null when there is none. */
    private ByteBuf input;

    private ByteBuf output;
    private boolean queued;
    private boolean executing;
    /** Whether the command that runs now has been answered. */
    private boolean replied;

    private boolean closesAfterReplies;
    /** Since when the soft output limit is exceeded, in nanoTime; 0 while it is not. */
    private long softSinceNanos;

    ClientChannel(ServerNode node, long id, RespLimits limits) {
        this.node = node;
        this.requests = new RequestReader(limits);
        this.session = new ClientSession(id, this, node.clock().nowMillis());
    }

    ClientSession session() {
        return session;
    }

    Channel channel() {
        return ctx.channel();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        node.accepted(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        release();
        node.gone(this);
    }

    private void release() {
        if (input != null) {
            input.release();
            input = null;
        }
        if (output != null) {
            output.release();
            output = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        node.executor().stats().netInputBytes += bytes.readableBytes();
        input = Cumulation.add(context.alloc(), input, bytes);
        if (input.readableBytes() > node.queryBufferLimit()) {
            node.log().warn("Closing client {} that reached max query buffer length", remoteAddress());
            close();
            return;
        }
        process();
    }

    /** Executes what has come whole, until the client blocks or closes. */
    private void process() {
        if (executing || input == null) {
            return;
        }
        executing = true;
        try {
            while (input != null && !session.isBlocked() && !session.isClosing() && !closesAfterReplies) {
                requests.authenticated(session.authenticated());
                byte[][] argv = requests.read(input);
                if (argv == null) {
                    break;
                }
                if (session.kind() == ClientSession.Kind.REPLICA) {
                    executeForReplica(argv);
                } else {
                    node.executor().execute(session, argv);
                }
                if (output != null && output.readableBytes() > EARLY_WRITE_BYTES) {
                    writeOutput();
                }
            }
        } catch (RespException e) {
            replies.error("ERR " + e.getMessage());
            closeAfterReplies();
        } finally {
            executing = false;
        }
        if (input != null && !input.isReadable()) {
            input.release();
            input = null;
        }
    }

    /**
     * An attached replica may acknowledge and the like. Keys it has through the stream, and a reply would stand in the middle of
     * the stream: with either its link ends.
     */
    private void executeForReplica(byte[][] argv) {
        CommandSpec spec = node.executor().registry().table().find(argv);
        if (spec != null && (spec.access() == Access.READ || spec.flags().contains("write"))) {
            node.log().warn("Replica can't interact with the keyspace: {} sent '{}'", remoteAddress(), spec.name());
            close();
            return;
        }
        replied = false;
        node.executor().execute(session, argv);
        if (replied) {
            String name = spec == null ? "an unknown command" : "command '" + spec.name() + "'";
            node.log().warn("Replica generated a reply to {}, disconnecting it: {}", name, remoteAddress());
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            node.log().debug("Reading from client {}: {}", remoteAddress(), cause.getMessage());
        } else {
            node.log().error("Client {} is closed after an unexpected error", remoteAddress(), cause);
        }
        close();
    }

    /** The buffer for replies; asking for it queues the flush. */
    private ByteBuf output() {
        if (output == null) {
            output = ctx.alloc().buffer(512);
        }
        if (!queued) {
            queued = true;
            node.flushes().add(this::flush);
        }
        return output;
    }

    private ByteBuf replyOutput() {
        replied = true;
        return output();
    }

    private void writeOutput() {
        if (output != null) {
            node.executor().stats().netOutputBytes += output.readableBytes();
            ctx.write(output, ctx.voidPromise());
            output = null;
            checkLimit();
        }
    }

    private void flush() {
        queued = false;
        if (!ctx.channel().isActive()) {
            release();
            return;
        }
        writeOutput();
        if (closesAfterReplies) {
            ctx.writeAndFlush(ctx.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        } else {
            ctx.flush();
        }
    }

    /** Bytes of the replication stream, in place of replies. Takes over the reference. */
    void writeStream(ByteBuf bytes) {
        if (!ctx.channel().isActive()) {
            bytes.release();
            return;
        }
        if (output != null) {
            writeOutput();
        }
        node.executor().stats().netOutputBytes += bytes.readableBytes();
        ctx.write(bytes, ctx.voidPromise());
        output();
        checkLimit();
    }

    /** Closes a client whose unsent output is past its limit. */
    void checkLimit() {
        OutputLimits.Limit limit = node.outputLimits().of(session.kind());
        long unsent = outputBufferBytes();
        boolean overSoft = limit.softBytes() > 0 && unsent > limit.softBytes();
        if (!overSoft) {
            softSinceNanos = 0;
        } else if (softSinceNanos == 0) {
            softSinceNanos = node.clock().nowNanos();
        }
        boolean softLasts =
                softSinceNanos != 0 && node.clock().nowNanos() - softSinceNanos > limit.softSeconds() * 1_000_000_000L;
        if (limit.hardBytes() > 0 && unsent > limit.hardBytes() || softLasts) {
            node.log()
                    .warn(
                            "Client {} closed for overcoming of output buffer limits: {} bytes wait to be sent",
                            remoteAddress(),
                            unsent);
            closesAfterReplies = true; // and nothing more is executed for it
            Sockets.abort(ctx.channel()); // Through TLS, a close in order would wait for a client that does not read.
        }
    }

    @Override
    public ReplyWriter writer() {
        return replies;
    }

    @Override
    public void protocol(int version) {
        replies.protocol(version);
    }

    @Override
    public String remoteAddress() {
        return text(ctx.channel().remoteAddress());
    }

    @Override
    public String localAddress() {
        return text(ctx.channel().localAddress());
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : "?:0";
    }

    /** The address part alone. */
    String remoteHost() {
        String address = remoteAddress();
        return address.substring(0, address.lastIndexOf(':'));
    }

    @Override
    public int descriptor() {
        return (int) (session.id() + 7); // the JVM does not show descriptors; a small number is what matters
    }

    @Override
    public void resume() {
        ctx.channel().eventLoop().execute(this::process);
    }

    @Override
    public void closeAfterReplies() {
        closesAfterReplies = true;
        output();
    }

    @Override
    public void close() {
        closesAfterReplies = true; // A close in order takes its time through TLS; nothing more is executed for it.
        ctx.close();
    }

    @Override
    public int unsentReplyBytes() {
        return output == null ? 0 : output.readableBytes();
    }

    @Override
    public void insertOffset(int replyAt, String historyId, long offset) {
        if (unsentReplyBytes() <= replyAt) {
            return; // CLIENT REPLY is off, or the client waits for its reply
        }
        int at = output.readerIndex() + replyAt;
        ByteBuf reply = output.copy(at, output.writerIndex() - at);
        output.writerIndex(at);
        replies.offset(historyId, offset);
        output.writeBytes(reply);
        reply.release();
    }

    @Override
    public long queryBufferBytes() {
        return input == null ? 0 : input.readableBytes();
    }

    @Override
    public long outputBufferBytes() {
        long unsent = output == null ? 0 : output.readableBytes();
        var buffer = ctx.channel().unsafe().outboundBuffer();
        return buffer == null ? unsent : unsent + buffer.totalPendingWriteBytes();
    }
}
