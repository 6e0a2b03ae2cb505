package dev.fairlead.driver.internal.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;

/** Sockets and the loops they run on: epoll where the system has it, else what the JDK gives. */
final class Transport {
    /** What may wait in the socket's outbound buffer: past the upper mark calls stay in the link's queue, where they count as not written. */
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);

    /** 5 s: how long written bytes may stay unacknowledged before the system gives the connection up (epoll only). */
    private static final int TCP_USER_TIMEOUT_MILLIS = 5_000;

    /**
     * 5 s: after so long without a byte the system asks the peer whether it is there, each second; unanswered, TCP_USER_TIMEOUT ends the
     * connection. For those on which silence is normal: a blocking command that waits, above all (epoll only).
     */
    private static final int TCP_KEEPIDLE_SECONDS = 5;

    private static final int TCP_KEEPINTVL_SECONDS = 1;

    private Transport() {}

    static EventLoopGroup newEventLoops(int threads, String threadName) {
        return new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory(threadName, true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    static ChannelFuture connect(
            InetSocketAddress address, LinkSettings settings, EventLoopGroup eventLoops, ChannelHandler handler) {
        Bootstrap bootstrap = new Bootstrap()
                .group(eventLoops)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        millis(settings.connectTimeout().toMillis()))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .handler(handler);
        boolean epoll = eventLoops instanceof IoEventLoopGroup group && group.isIoType(EpollIoHandler.class);
        if (epoll) {
            bootstrap.channel(EpollSocketChannel.class);
            bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MILLIS);
            bootstrap.option(EpollChannelOption.TCP_KEEPIDLE, TCP_KEEPIDLE_SECONDS);
            bootstrap.option(EpollChannelOption.TCP_KEEPINTVL, TCP_KEEPINTVL_SECONDS);
        } else {
            bootstrap.channel(NioSocketChannel.class);
        }
        return bootstrap.connect(address);
    }

    private static int millis(long millis) {
        // 0 would mean 'no bound' to the option.
        return (int) Math.max(1, Math.min(millis, Integer.MAX_VALUE));
    }
}
