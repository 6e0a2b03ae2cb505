package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.GuardedCluster.Kind;
import dev.fairlead.server.GuardedCluster.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code SENTINEL FAILOVER mymaster COORDINATED} under a writer that counts what was acknowledged. */
@EnabledIf(
        value = "dev.fairlead.server.internal.net.RedisProcess#isInstalled",
        disabledReason = "needs redis-server on the path")
@Timeout(240)
class CoordinatedSentinelFailoverTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void losesNoAcknowledgedWrite(Kind master) {
        Kind other = master == Kind.REAL ? Kind.BUNDLED : Kind.REAL;
        try (GuardedCluster cluster = new GuardedCluster(
                dir, List.of(master, other, other), List.of(Kind.BUNDLED, Kind.BUNDLED), 2_000, Network.PLAIN)) {
            AtomicLong acknowledged = new AtomicLong();
            CompletableFuture<String> lastWord =
                    CompletableFuture.supplyAsync(() -> count(cluster.node(0).port(), acknowledged));
            Await.until("writes are under way", Duration.ofSeconds(20), () -> acknowledged.get() > 100);

            assertThat(Talk.ask(
                            cluster.sentinels().get(0).port(),
                            "SENTINEL",
                            "FAILOVER",
                            GuardedCluster.NAME,
                            "COORDINATED"))
                    .isEqualTo("OK");

            int successor = cluster.awaitMasterOtherThan(0);
            assertThat(lastWord.join())
                    .as("the old master's last word to its writer")
                    .startsWith("-READONLY");
            assertThat(Talk.ask(cluster.node(successor).port(), "GET", "counter"))
                    .as("what the new master has of what the old one acknowledged")
                    .isEqualTo("" + acknowledged.get());
            cluster.awaitOneMaster();
            assertThat(cluster.master()).isEqualTo(successor);
        }
    }

    /** Counts up until the master says something else than the next number. @return what it says */
    private static String count(int port, AtomicLong acknowledged) {
        try (Talk talk = new Talk(port)) {
            while (true) {
                String reply = talk.call("INCR", "counter");
                if (!reply.equals("" + (acknowledged.get() + 1))) {
                    return reply;
                }
                acknowledged.incrementAndGet();
            }
        }
    }
}
