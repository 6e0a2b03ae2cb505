package dev.fairlead.driver;

import static dev.fairlead.driver.CallOptions.within;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

import dev.fairlead.driver.internal.discovery.Discovery;
import dev.fairlead.driver.internal.discovery.DiscoveryListener;
import dev.fairlead.driver.internal.discovery.DiscoverySettings;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkSettings;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.TopologyReducer;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole client behind two Sentinels that say what the test says. */
@Timeout(30)
class SentinelTest {
    private ScriptedNode master;
    private ScriptedNode replica;
    private ScriptedSentinel sentinel;
    private ScriptedSentinel other;
    private RoutingClient client;

    @BeforeEach
    void start() throws IOException {
        master = new ScriptedNode('a');
        replica = ScriptedNode.replicaOf(master);
        sentinel = new ScriptedSentinel();
        other = new ScriptedSentinel();
        sentinel.names(master, 1, replica);
        other.names(master, 1, replica);
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        sentinel.close();
        other.close();
        master.close();
        replica.close();
    }

    private RoutingClientBuilder builder(String masterName) {
        return RoutingClient.builder()
                .sentinels(masterName, sentinel.address(), other.address())
                .connectTimeout(Duration.ofSeconds(3))
                .probePeriod(ofMillis(50));
    }

    private void connect() {
        client = builder("mymaster").build();
        await().until(() -> client.topology().shard().replicas().stream().anyMatch(each -> each.usable())
                && sentinel.isHeard()
                && other.isHeard());
    }

    private String waitsBecause() {
        return client.explain(set("k", "v")).target() == null
                ? client.explain(set("k", "v")).toString()
                : "";
    }

    @Test
    void writesAreHeldOnceASuccessorIsSelectedAndGoToItAlone() {
        connect();
        sentinel.selects(replica, master);
        await().until(() -> waitsBecause().contains("selected"));
        CompletableFuture<?> write = client.executeAsync(set("k", "v"), within(Duration.ofSeconds(5)));
        assertThat(write).isNotDone();

        replica.promote('b'); // The announcement is still to come, and the old master still says that it is one.

        assertThat(write).succeedsWithin(Duration.ofSeconds(3));
        assertThat(replica.value("k")).isEqualTo("v");
        assertThat(master.received("SET")).isZero();
    }

    @Test
    void anAbortedFailoverLetsTheWritesGo() {
        connect();
        sentinel.selects(replica, master);
        await().until(() -> waitsBecause().contains("selected"));
        CompletableFuture<?> write = client.executeAsync(set("k", "v"), within(Duration.ofSeconds(5)));

        sentinel.aborts(master);

        assertThat(write).succeedsWithin(ofMillis(500));
        assertThat(master.value("k")).isEqualTo("v");
    }

    @Test
    void anAnnouncedMasterIsFollowed() {
        connect();
        replica.promote('b');
        sentinel.switches(master, replica);
        await().untilAsserted(() -> {
            client.execute(set("k", "v"));
            assertThat(replica.value("k")).isEqualTo("v");
        });
    }

    @Test
    void oneSentinelIsEnoughAndOneThatIsBackIsHeardAgain() throws IOException {
        other.stop();
        client = builder("mymaster").build();
        client.execute(set("k", "v"));
        other.restart();
        await().until(other::isHeard);
        other.selects(replica, master);
        await().until(() -> waitsBecause().contains("selected"));
    }

    @Test
    void theClientWorksOnWithoutAnySentinelAndHearsThemWhenTheyAreBack() throws IOException {
        connect();
        sentinel.stop();
        other.stop();
        client.execute(set("k", "v"));
        sentinel.restart();
        other.restart();
        await().until(() -> sentinel.isHeard() && other.isHeard());
        replica.promote('b');
        other.switches(master, replica);
        await().untilAsserted(() -> {
            client.execute(set("k", "w"));
            assertThat(replica.value("k")).isEqualTo("w");
        });
    }

    @Test
    void otherSentinelsAreFoundThroughOne() {
        sentinel.knows(other);
        client = RoutingClient.builder()
                .sentinels("mymaster", sentinel.address())
                .build();
        await().until(other::isHeard);
    }

    @Test
    void aSentinelOfTheDayBeforeIsOverruledByOneThatAnswersLater() throws IOException {
        try (ScriptedNode gone = new ScriptedNode('d')) {
            gone.answer("PING", argv -> ScriptedNode.HANG_UP);
            sentinel.names(gone, 1);
            other.names(master, 2, replica);
            // Not before the address that the first one names has been tried and found useless.
            other.beforeAnswer(() -> await().until(() -> gone.received("PING") > 1));

            client = builder("mymaster").build();

            client.execute(set("k", "v"));
            assertThat(master.value("k")).isEqualTo("v");
        }
    }

    /* Between the two a failover may pass. The old epoch with the new address does no harm; the new epoch with the old address
    would have the deposed master believed. */
    @Test
    void aSentinelIsAskedForItsEpochBeforeItIsAskedForTheAddress() {
        connect();
        assertThat(sentinel.questions()).containsSubsequence("MASTER", "GET-MASTER-ADDR-BY-NAME");
        assertThat(sentinel.questions().indexOf("MASTER"))
                .isLessThan(sentinel.questions().indexOf("GET-MASTER-ADDR-BY-NAME"));
    }

    @Test
    void aNameThatNoSentinelKnowsIsSaidWithTheNameAndEachSentinel() {
        assertThatThrownBy(() -> builder("mimaster").build())
                .isInstanceOf(ConnectionFailedException.class)
                .as("it does not wait for what cannot come")
                .hasMessageNotContaining(" ms")
                .hasMessageContaining("Sentinel " + sentinel.address() + " (knows no master called 'mimaster')")
                .hasMessageContaining("Sentinel " + other.address() + " (knows no master called 'mimaster')");
    }

    /** Frozen, or behind a network that swallows what is sent: nothing breaks, and silence is normal on the link for events. */
    @Test
    @Timeout(60)
    void aSilentSentinelIsGivenUpAndDialledAgain() {
        connect();
        other.stop();
        sentinel.node().answer("PING", argv -> ScriptedNode.SILENCE);
        sentinel.node().answer("SENTINEL", argv -> ScriptedNode.SILENCE);
        await().atMost(Duration.ofSeconds(30)).until(() -> !sentinel.isHeard());
        sentinel.node().answerAsUsual("PING");
        sentinel.speaksAgain();
        await().atMost(Duration.ofSeconds(30)).until(sentinel::isHeard);
        replica.promote('b');
        sentinel.names(replica, 2, master);
        sentinel.switches(master, replica);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            client.execute(set("k", "w"));
            assertThat(replica.value("k")).isEqualTo("w");
        });
    }

    @Test
    void aSentinelThatWasTakenAwayIsForgotten() throws IOException {
        AtomicLong skippedNanos = new AtomicLong();
        EventLoopGroup loops = Link.newEventLoops(1, "sentinel-test");
        ScriptedSentinel third = new ScriptedSentinel();
        third.stop();
        sentinel.knows(other, third);
        Discovery discovery = new Discovery(
                new DiscoverySettings(
                        List.of(),
                        "mymaster",
                        List.of(Endpoint.parse(sentinel.address())),
                        null,
                        UnaryOperator.identity(),
                        LinkSettings.DEFAULT,
                        LinkSettings.DEFAULT,
                        ofMillis(50),
                        null),
                (endpoint, settings, listener) -> Link.connect(endpoint, settings, loops, listener),
                new TopologyReducer(),
                () -> System.nanoTime() + skippedNanos.get(),
                () -> System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(skippedNanos.get()),
                mock(DiscoveryListener.class));
        try {
            discovery.start();
            await().until(other::isHeard);
            other.stop();
            await().until(() -> discovery.failures().keySet().containsAll(List.of(named(other), named(third))));

            sentinel.forgets(other);
            skippedNanos.set(TimeUnit.SECONDS.toNanos(61));

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !discovery.failures().containsKey(named(other)));
            assertThat(discovery.failures()).as("named by another still").containsKey(named(third));
        } finally {
            discovery.close(Duration.ZERO).join();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static String named(ScriptedSentinel sentinel) {
        return "Sentinel " + sentinel.address();
    }

    @Test
    void whatIsNoSentinelIsSaidToRefuseTheQuestion() {
        assertThatThrownBy(() -> RoutingClient.builder()
                        .sentinels("mymaster", master.address())
                        .build())
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageContaining("Sentinel " + master.address())
                .hasMessageContaining("unknown command 'SENTINEL'");
    }
}
