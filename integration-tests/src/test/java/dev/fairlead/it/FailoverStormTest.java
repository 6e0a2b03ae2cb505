package dev.fairlead.it;

import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.RequiresRedis;
import dev.fairlead.it.harness.TestNode;
import dev.fairlead.topology.TopologyEvent;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real Sentinels that promote one node after the other within seconds. */
@RequiresRedis("7.0")
@Timeout(180)
class FailoverStormTest {
    private static final int ORDERS = 3;

    @Test
    void aStormOfFailoversEndsWithOneMasterAndEveryCallAnswered() {
        try (ClusterUnderTest cluster = ClusterUnderTest.ofProcesses(2, 3, ofMillis(500));
                RoutingClient client = Clients.bySentinels(cluster, builder -> builder);
                WriteLoad load = new WriteLoad(client)) {
            AtomicInteger adopted = new AtomicInteger();
            client.addListener(event -> {
                if (event instanceof RoutingEvent.TopologyChanged changed
                        && changed.change() instanceof TopologyEvent.MasterChanged) {
                    adopted.incrementAndGet();
                }
            });
            await("a load").atMost(ofSeconds(20)).until(() -> load.written() > 100);
            TestNode first = cluster.master();
            first.kill();
            cluster.awaitMasterOtherThan(first);
            first.restart();
            for (int i = 0; i < ORDERS; i++) {
                int before = adopted.get();
                await("another failover")
                        .atMost(ofSeconds(30))
                        .pollInterval(ofMillis(100))
                        .until(() -> adopted.get() > before || !order(cluster));
            }
            cluster.awaitSettled();
            await("a write at the master of the end")
                    .atMost(ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> {
                        client.execute(set("after", "all"));
                        try (RedisClient witness = cluster.master().connect()) {
                            return "all".equals(witness.text("GET", "after"))
                                    && client.topology()
                                            .shard()
                                            .master()
                                            .endpoint()
                                            .toString()
                                            .equals(cluster.master().address());
                        }
                    });
            long written = load.written();
            await("writes going on").atMost(ofSeconds(20)).until(() -> load.written() > written + 50);
            WriteLoad.Account account = load.finish(cluster.master());
            System.out.printf("a storm with %d adoptions: %s%n", adopted.get(), account);
            assertThat(adopted.get()).as("promotions that the client followed").isGreaterThanOrEqualTo(2);
            assertThat(account.twice()).isZero();
            assertThat(account.foreign()).isZero();
        }
    }

    /** False when the Sentinel took the order: another one is then due. It refuses while a failover is under way. */
    private static boolean order(ClusterUnderTest cluster) {
        try (RedisClient sentinel = cluster.sentinels().get(0).connect()) {
            return !"OK".equals(sentinel.ask("SENTINEL", "FAILOVER", ClusterUnderTest.MASTER_NAME));
        }
    }
}
