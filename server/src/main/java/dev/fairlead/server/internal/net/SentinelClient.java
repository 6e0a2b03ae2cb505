package dev.fairlead.server.internal.net;

import dev.fairlead.resp.RequestReader;
import dev.fairlead.resp.RespException;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.resp.RespWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of a Sentinel: an application that asks for the master, another Sentinel, or a person. */
final class SentinelClient extends ByteToMessageDecoder {
    /** What a subscriber that does not read may have waiting, or a client sends while it waits for a reply; past it, it is dropped. */
    private static final long MOST_WAITING_BYTES = 8 << 20;
    /** Nothing that a Sentinel is asked is long. */
    private static final RespLimits LIMITS = new RespLimits(1 << 20, 1_024, 4 << 20, 32, 64 << 10);

    private static final Logger log = LoggerFactory.getLogger(SentinelServer.class);

    final long id;
    final RespWriter out = new RespWriter();
    final Set<String> channels = new LinkedHashSet<>();
    final Set<String> patterns = new LinkedHashSet<>();
    String name = "";
    boolean authenticated;
    private final SentinelClients clients;
    private final SentinelCommands commands;
    private final RequestReader requests = new RequestReader(LIMITS);
    private ChannelHandlerContext ctx;
    private boolean writing;
    private boolean closing;
    private boolean waiting;

    SentinelClient(long id, SentinelClients clients, SentinelCommands commands) {
        this.id = id;
        this.clients = clients;
        this.commands = commands;
        this.authenticated = clients.password() == null;
        requests.authenticated(authenticated);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ctx = context;
        clients.add(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        clients.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("client {} is dropped: {}", context.channel().remoteAddress(), cause.toString());
        context.close();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> decoded) {
        if (waiting) {
            if (in.readableBytes() > MOST_WAITING_BYTES) {
                context.close();
            }
            return;
        }
        write(() -> {
            try {
                byte[][] argv = requests.read(in);
                while (argv != null) {
                    commands.execute(this, texts(argv));
                    requests.authenticated(authenticated);
                    argv = closing || waiting ? null : requests.read(in);
                }
            } catch (RespException e) {
                out.error("ERR " + e.getMessage());
                in.skipBytes(in.readableBytes());
                closing = true;
            }
        });
        if (closing) {
            ctx.close();
        }
    }

    /** Executes nothing more of this client until an answer is there that comes from elsewhere, and is the reply to what runs now. */
    <T> void await(CompletableFuture<T> answer, BiConsumer<T, Throwable> reply) {
        waiting = true;
        answer.whenCompleteAsync(
                (value, failure) -> {
                    if (ctx.channel().isActive()) {
                        waiting = false;
                        write(() -> reply.accept(value, failure));
                        goOn();
                    }
                },
                ctx.executor());
    }

    /** What came meanwhile is in the decoder's buffer, and runs when more comes. */
    private void goOn() {
        try {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) { // as the decoder declares it
            exceptionCaught(ctx, e);
        }
    }

    private static List<String> texts(byte[][] argv) {
        String[] texts = new String[argv.length];
        for (int i = 0; i < argv.length; i++) {
            texts[i] = new String(argv[i], StandardCharsets.UTF_8);
        }
        return List.of(texts);
    }

    /** Runs what writes to {@link #out}; inside another such run (an event while a command is carried out) it joins in. */
    private void write(Runnable replies) {
        if (writing) {
            replies.run();
            return;
        }
        ByteBuf buffer = ctx.alloc().buffer();
        out.to(buffer);
        writing = true;
        replies.run();
        writing = false;
        if (!buffer.isReadable()) {
            buffer.release();
            return;
        }
        ctx.writeAndFlush(buffer);
        // Of a closed one everything counts as waiting.
        if (ctx.channel().isActive() && ctx.channel().bytesBeforeWritable() > MOST_WAITING_BYTES) {
            log.warn(
                    "client {} does not read what it subscribed to and is dropped",
                    ctx.channel().remoteAddress());
            close();
        }
    }

    void publish(String channel, String message) {
        if (channels.contains(channel)) {
            write(() -> push("message", channel, message));
        }
        for (String pattern : patterns) {
            if (SentinelSubcommands.matches(pattern, channel)) {
                write(() -> push("pmessage", pattern, channel, message));
            }
        }
    }

    private void push(String... parts) {
        out.push(parts.length);
        for (String part : parts) {
            out.bulk(part);
        }
    }

    /** A line of CLIENT LIST. */
    String describe() {
        return "id=" + id + " addr=" + address(ctx.channel().remoteAddress()) + " laddr="
                + address(ctx.channel().localAddress()) + " name=" + name + " flags="
                + (subscriptions() > 0 ? "P" : "N") + " sub=" + channels.size() + " psub=" + patterns.size()
                + " user=default resp=" + out.protocol();
    }

    private static String address(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : String.valueOf(address);
    }

    int subscriptions() {
        return channels.size() + patterns.size();
    }

    /** SUBSCRIBE and its kin: changes the set and confirms each name. */
    void subscribe(String kind, Set<String> set, List<String> names, Consumer<String> change) {
        List<String> each = names.isEmpty() ? List.copyOf(set) : names;
        for (String one : each) {
            change.accept(one);
            confirm(kind, one);
        }
        if (each.isEmpty()) {
            confirm(kind, null);
        }
    }

    private void confirm(String kind, String one) {
        out.push(3);
        out.bulk(kind);
        out.bulk(one);
        out.integer(subscriptions());
    }

    void closeAfterReply() {
        closing = true;
    }

    void close() {
        ctx.close();
    }
}
