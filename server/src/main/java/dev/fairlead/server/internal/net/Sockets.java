package dev.fairlead.server.internal.net;

import dev.fairlead.server.ServerConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The event loop of one server, with native epoll where there is one, its listeners and its connections.
 *
 * <p>{@link #awaitEnd} may be called from any thread; the rest is confined to the loop, or happens before it runs.
 */
final class Sockets {
    /** How long the loop may take to end its tasks; they are few by then. */
    private static final long END_SECONDS = 10;

    private final MultiThreadIoEventLoopGroup group;
    private final SingleThreadIoEventLoop loop;
    private final boolean epoll = Epoll.isAvailable();
    private final Faults faults;
    private final boolean breakable;
    private final ChannelGroup listeners;
    private final ChannelGroup connections;
    private volatile Encryption encryption;
    private volatile int port;
    private volatile int encryptedPort;

    Sockets(boolean breakable) {
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("fairlead-server", false),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.loop = (SingleThreadIoEventLoop) group.next();
        this.breakable = breakable;
        this.faults = new Faults(loop);
        this.listeners = new DefaultChannelGroup(loop);
        this.connections = new DefaultChannelGroup(loop);
    }

    EventLoop loop() {
        return loop;
    }

    /** Runs this once in the next turn of the loop; see {@link ServerNode#nextSlice}. */
    void nextTurn(Runnable slice) {
        loop.executeAfterEventLoopIteration(() -> loop.execute(slice));
    }

    Faults faults() {
        return faults;
    }

    /** The plain port, or the encrypted one where that is all. */
    int port() {
        return port;
    }

    /** The port on which other servers reach this one. */
    int portAmongServers() {
        return encryption.isAmongServers() && encryptedPort > 0 ? encryptedPort : port;
    }

    boolean isOpen() {
        return !listeners.isEmpty();
    }

    /**
     * Opens the ports on every address of {@code bind}, from outside of the loop. An address that begins with '-' may be missing on this
     * machine. Where there is an encrypted port, {@code port 0} is no plain one.
     *
     * @throws IOException naming address and port that could not be had
     */
    void listen(ServerConfig config, Encryption tls, Supplier<ChannelHandler> clients) throws IOException {
        encryption = tls;
        int plain = (int) config.number("port");
        if (tls.hasPort()) {
            encryptedPort = listen(config, (int) config.number("tls-port"), true, clients);
        }
        port = plain == 0 && tls.hasPort() ? encryptedPort : listen(config, plain, false, clients);
    }

    /** @return the port, the free one that was found if 0 was wanted */
    private int listen(ServerConfig config, int wanted, boolean encrypted, Supplier<ChannelHandler> clients)
            throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, (int) config.number("tcp-backlog"))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        keepAlive(channel, (int) config.number("tcp-keepalive"));
                        connections.add(channel);
                        if (breakable) {
                            channel.pipeline().addLast(faults.gate());
                        }
                        if (encrypted) {
                            encryption.accept(channel.pipeline());
                        }
                        channel.pipeline().addLast(clients.get());
                    }
                });
        List<String> addresses = config.words("bind");
        IOException last = null;
        int found = wanted; // 0: from the first address on the one that it got
        for (String address : addresses.isEmpty() ? List.of("*") : addresses) {
            boolean optional = address.startsWith("-");
            String host = optional ? address.substring(1) : address;
            try {
                found = bind(bootstrap, new InetSocketAddress(host.equals("*") ? "0.0.0.0" : host, found));
                last = null;
            } catch (IOException e) {
                if (!optional) {
                    throw e;
                }
                last = e;
            }
        }
        if (last != null && listeners.isEmpty()) {
            throw last;
        }
        faults.listensOn(found);
        return found;
    }

    /** Opens one listener. @return its port */
    private int bind(ServerBootstrap bootstrap, InetSocketAddress local) throws IOException {
        ChannelFuture bound = bootstrap.bind(local).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            String address = local.getHostString() + ":" + local.getPort();
            throw new IOException(
                    "Failed listening on port " + local.getPort() + " (TCP), address " + address + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listeners.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /** From now on new connections are encrypted so; open ones go on as they are. */
    void encryption(Encryption tls) {
        encryption = tls;
    }

    private void keepAlive(Channel channel, int seconds) {
        if (seconds == 0) {
            return;
        }
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        if (epoll) {
            channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
            channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, Math.max(1, seconds / 3));
            channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, 3);
        }
    }

    ChannelFuture connect(String host, int remotePort, ChannelHandler handler, int timeoutMillis) {
        return new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .resolver(HostNames.INSTANCE)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        if (breakable) {
                            channel.pipeline().addLast(faults.gate());
                        }
                        encryption.connect(channel.pipeline());
                        channel.pipeline().addLast(handler);
                    }
                })
                .connect(host, remotePort);
    }

    /** Closes listeners, then connections, each after what was written to it; then the loop ends. */
    void closeInOrder() {
        listeners.close();
        connections.flush();
        connections.close();
        close();
    }

    /** Closes everything with a reset. */
    void reset() {
        listeners.close();
        for (Channel channel : connections) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            abort(channel);
        }
        close();
    }

    /** Closes a connection without a word, where a close in order first says so through its encryption. */
    static void abort(Channel channel) {
        channel.pipeline().firstContext().close();
    }

    /** Ends the loop once its tasks are done. */
    void close() {
        group.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS);
    }

    void awaitEnd() {
        group.terminationFuture().awaitUninterruptibly();
    }
}
