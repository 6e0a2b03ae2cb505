package dev.fairlead.driver;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a listener is told, by nodes that publish the moment somebody subscribes. */
@Timeout(30)
class SubscriptionTest {
    private ScriptedNode master;
    private ScriptedNode replica;
    private RoutingClient client;
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private final class Ear implements MessageListener {
        @Override
        public void message(Message message) {
            heard.add(message.text());
        }

        @Override
        public void interrupted(String reason) {
            heard.add("interrupted");
        }

        @Override
        public void resumed() {
            heard.add("resumed");
        }
    }

    @BeforeEach
    void start() throws IOException {
        master = new ScriptedNode('a');
        replica = ScriptedNode.replicaOf(master);
        master.answer("SUBSCRIBE", argv -> confirmation(argv) + message(argv.get(1), "from master"));
        replica.answer("SUBSCRIBE", argv -> confirmation(argv) + message(argv.get(1), "from replica"));
        client = RoutingClient.builder()
                .nodes(master.address())
                .probePeriod(ofMillis(50))
                .subscriptions(2)
                .defaultDeadline(ofSeconds(2))
                .build();
        await().until(() -> client.topology().shard().replicas().stream().anyMatch(each -> each.usable()));
    }

    @AfterEach
    void stop() {
        client.close();
        master.close();
        replica.close();
    }

    private static String confirmation(List<String> argv) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < argv.size(); i++) {
            text.append("*3\r\n" + ScriptedNode.bulk("subscribe") + ScriptedNode.bulk(argv.get(i)) + ":" + i + "\r\n");
        }
        return text.toString();
    }

    private static String message(String channel, String text) {
        return "*3\r\n" + ScriptedNode.bulk("message") + ScriptedNode.bulk(channel) + ScriptedNode.bulk(text);
    }

    @Test
    void aSubscriptionIsAtTheMasterUnlessAReplicaIsAskedFor() {
        client.subscribe(new Ear(), "news");
        await().untilAsserted(() -> assertThat(heard).containsExactly("from master"));
        client.subscribe(new Ear(), Topics.channels("news", "more").atReplica());
        await().untilAsserted(() -> assertThat(heard).containsExactly("from master", "from replica"));
    }

    @Test
    void afterAFailoverItIsMadeAgainAtTheNewMasterAndTheListenerIsToldOfTheGap() {
        Subscription subscription = client.subscribe(new Ear(), "news");
        replica.promote('b');
        master.follow(replica);

        await().untilAsserted(() ->
                assertThat(heard).containsExactly("from master", "interrupted", "resumed", "from replica"));
        assertThat(subscription.isActive()).isTrue();
    }

    @Test
    void itIsMadeAgainWhenItsConnectionBreaksHoweverLongThatTakes() throws IOException {
        Subscription subscription = client.subscribe(new Ear(), "news");
        master.stop();
        await().until(() -> heard.contains("interrupted"));
        assertThat(subscription.isActive()).isFalse();
        master.restart();

        await().untilAsserted(() ->
                assertThat(heard).containsExactly("from master", "interrupted", "resumed", "from master"));
    }

    @Test
    void itLeavesAReplicaThatCannotBeUsedAnyMore() {
        client.subscribe(new Ear(), Topics.channels("news").atReplica());
        replica.stop();

        await().untilAsserted(() ->
                assertThat(heard).containsExactly("from replica", "interrupted", "resumed", "from master"));
    }

    @Test
    void aClosedSubscriptionIsSilentAndMakesRoomForAnother() {
        Subscription first = client.subscribe(new Ear(), "a");
        client.subscribe(new Ear(), "b");
        assertThatThrownBy(() -> client.subscribe(new Ear(), "c"))
                .isInstanceOf(TooManyCallsException.class)
                .hasMessageContaining("subscriptions");
        first.close();
        client.subscribe(new Ear(), "c");

        await().until(() -> heard.size() == 3);
        assertThat(heard).doesNotContain("interrupted");
    }

    @Test
    void whatTheServerRefusesIsNotTriedAgain() {
        master.answer("SUBSCRIBE", argv -> "-NOPERM this user has no permissions to access one of the channels\r\n");

        assertThatThrownBy(() -> client.subscribe(new Ear(), "news"))
                .isInstanceOf(ServerErrorException.class)
                .hasMessageContaining("NOPERM");
        assertThat(master.received("SUBSCRIBE")).isEqualTo(1);
    }

    @Test
    void aSubscriptionThatNobodyConfirmsFailsWithinTheDeadline() {
        master.answer("SUBSCRIBE", argv -> ScriptedNode.SILENCE);
        assertThatThrownBy(() -> client.subscribe(new Ear(), "news"))
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageContaining("2000 ms")
                .hasMessageContaining(master.address());
    }

    /** The peer is frozen: its connections stay open and say nothing. */
    @Test
    void aPeerThatAnswersNoPingIsGivenUp() {
        client.subscribe(new Ear(), "news");
        AtomicBoolean frozen = new AtomicBoolean(true);
        master.answer("PING", argv -> frozen.getAndSet(false) ? ScriptedNode.SILENCE : "+PONG\r\n");

        await().atMost(ofSeconds(20)).untilAsserted(() -> assertThat(heard)
                .containsExactly("from master", "interrupted", "resumed", "from master"));
    }

    @Test
    void aListenerThatIsTooSlowIsToldHowMuchItMissed() {
        int many = 20_000;
        master.answer(
                "SUBSCRIBE",
                argv -> confirmation(argv) + message(argv.get(1), "m").repeat(many));
        CountDownLatch go = new CountDownLatch(1);
        List<Long> dropped = new CopyOnWriteArrayList<>();
        client.subscribe(
                new MessageListener() {
                    @Override
                    public void message(Message message) {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        heard.add(message.text());
                    }

                    @Override
                    public void dropped(long count) {
                        dropped.add(count);
                    }
                },
                "news");
        // The second look at the peer follows an answer to the first, which came behind all the messages.
        int before = master.received("PING");
        await().until(() -> master.received("PING") > before + 1);
        go.countDown();

        await().untilAsserted(() -> assertThat(heard.size()
                        + dropped.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(many));
        assertThat(dropped).isNotEmpty();
    }
}
