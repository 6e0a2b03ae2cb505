package dev.fairlead.driver.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TransportTest {
    /** A peer that is gone without a reset must be noticed where nothing is sent, too; the system is asked what it was told. */
    @Test
    void theSystemWatchesOverTheConnection() throws Exception {
        assumeTrue(Epoll.isAvailable(), "the options are epoll's");
        EventLoopGroup loops = Transport.newEventLoops(1, "transport-test");
        try (ScriptedServer server = new ScriptedServer((connection, words) -> {})) {
            Channel channel = Transport.connect(
                            new InetSocketAddress("127.0.0.1", server.endpoint().port()),
                            LinkSettings.DEFAULT,
                            loops,
                            new ChannelInboundHandlerAdapter())
                    .sync()
                    .channel();
            assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
            assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE))
                    .isEqualTo(5);
            assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL))
                    .isEqualTo(1);
            assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT))
                    .isEqualTo(5_000);
            channel.close().sync();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
