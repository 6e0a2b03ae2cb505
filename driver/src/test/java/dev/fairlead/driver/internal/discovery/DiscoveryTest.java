package dev.fairlead.driver.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.link.LinkSettings;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.TopologyEvent;
import dev.fairlead.topology.TopologyReducer;
import dev.fairlead.topology.WriteGate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DiscoveryTest {
    private static final Endpoint MASTER = new Endpoint("10.0.0.1", 6379);
    private static final String INFO = "run_id:" + "1".repeat(40) + "\r\nloading:0\r\nasync_loading:0\r\n"
            + "role:master\r\nconnected_slaves:0\r\nmaster_replid:" + "a".repeat(40) + "\r\nmaster_replid2:"
            + "0".repeat(40) + "\r\nmaster_repl_offset:100\r\nsecond_repl_offset:-1\r\nrepl_backlog_active:1\r\n";

    private final AtomicLong suspendedMillis = new AtomicLong();
    private final List<Topology> published = new CopyOnWriteArrayList<>();
    private final Discovery discovery = new Discovery(
            new DiscoverySettings(
                    List.of(MASTER),
                    null,
                    List.of(),
                    null,
                    UnaryOperator.identity(),
                    LinkSettings.DEFAULT,
                    LinkSettings.DEFAULT,
                    Duration.ofMillis(20),
                    null),
            (endpoint, settings, listener) -> CompletableFuture.completedFuture(answeringLink()),
            new TopologyReducer(),
            System::nanoTime,
            () -> System.currentTimeMillis() + suspendedMillis.get(),
            new DiscoveryListener() {
                @Override
                public void changed(Topology topology, List<TopologyEvent> events) {
                    published.add(topology);
                }

                @Override
                public void resolved() {}

                @Override
                public boolean wroteSince(long nanos) {
                    return false;
                }

                @Override
                public void alive(Endpoint node) {}

                @Override
                public void opened(Link link) {}

                @Override
                public void closed(Link link) {}

                @Override
                public void pushed(Reply.Sequence push) {}
            });

    @AfterEach
    void close() {
        discovery.close(Duration.ZERO).join();
    }

    private static Link answeringLink() {
        Link link = mock(Link.class);
        when(link.id()).thenReturn(1L);
        when(link.isOpen()).thenReturn(true);
        when(link.close(any())).thenReturn(CompletableFuture.completedFuture(null));
        doAnswer(call -> {
                    ByteBuf bytes =
                            Unpooled.copiedBuffer("$" + INFO.length() + "\r\n" + INFO + "\r\n", StandardCharsets.UTF_8);
                    ReplyCall question = call.getArgument(0);
                    question.onReply(new RespReader().reset(bytes, bytes.readableBytes()));
                    return null;
                })
                .when(link)
                .sendUrgent(any());
        return link;
    }

    @Test
    void aSuspendedMachineForgetsEveryProofAndTakesNewOnes() {
        discovery.start();
        await().until(() -> discovery.topology().shard().writeGate().state() == WriteGate.State.OPEN);
        long before = discovery.topology().shard().master().freshness().asOfNanos();
        await().until(() -> discovery.topology().shard().master().freshness().asOfNanos() - before > 0);
        assertThat(published)
                .noneMatch(each -> each.shard().writeGate().reason().contains("clock jumped"));

        suspendedMillis.set(5_000); // The wall clock went on, the monotonic one stood still.

        await().untilAsserted(() -> assertThat(published)
                .anyMatch(each -> each.shard().writeGate().reason().contains("clock jumped")));
        await().until(() -> discovery.topology().shard().writeGate().state() == WriteGate.State.OPEN);
    }

    /** A herd of clients that all suspect their master must not beat a server that is just coming back. */
    @Test
    void aDeadNodeIsDialledAtABoundedRateHoweverOftenItIsSuspected() {
        AtomicLong attempts = new AtomicLong();
        Discovery hurried = new Discovery(
                new DiscoverySettings(
                        List.of(MASTER),
                        null,
                        List.of(),
                        null,
                        UnaryOperator.identity(),
                        LinkSettings.DEFAULT,
                        LinkSettings.DEFAULT,
                        Duration.ofMillis(20),
                        null),
                (endpoint, settings, listener) -> {
                    attempts.incrementAndGet();
                    return CompletableFuture.failedFuture(
                            new LinkException(LinkException.Kind.NOT_CONNECTED, endpoint, "refused"));
                },
                new TopologyReducer(),
                System::nanoTime,
                System::currentTimeMillis,
                mock(DiscoveryListener.class));
        try {
            long began = System.nanoTime();
            hurried.start();
            while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(2)) {
                hurried.suspect("again");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            // 50 a second, and a few that the dice of the back-off bring forward.
            assertThat(attempts.get()).isBetween(3L, millis / 20 * 6 / 5 + 15);
        } finally {
            hurried.close(Duration.ZERO).join();
        }
    }
}
