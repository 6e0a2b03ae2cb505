package dev.fairlead.it;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.Command;
import dev.fairlead.driver.Commands;
import dev.fairlead.driver.Message;
import dev.fairlead.driver.MessageListener;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.Topics;
import dev.fairlead.it.harness.ClusterKind;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.TestNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Timeout;

/** Messages that arrive, from the node that was asked for, and go on arriving after a failover. */
@Timeout(120)
class SubscriptionsTest {
    /** Writes down what it is told. */
    private static final class Diary implements MessageListener {
        final List<String> entries = new CopyOnWriteArrayList<>();

        @Override
        public void message(Message message) {
            String by = message.pattern() == null ? "" : message.pattern() + " ";
            entries.add(by + message.channel() + " " + message.text());
        }

        @Override
        public void interrupted(String reason) {
            entries.add("interrupted");
        }

        @Override
        public void resumed() {
            entries.add("resumed");
        }
    }

    private static void publish(RoutingClient client, String channel, String text) {
        client.execute(Commands.publish(channel, text));
    }

    @ClusterTest(replicas = 1)
    void channelsAndPatternsAreHeardInOrder(ClusterUnderTest cluster) {
        Diary byName = new Diary();
        Diary byPattern = new Diary();
        try (RoutingClient client = Clients.of(cluster)) {
            client.subscribe(byName, "news.sport", "weather");
            client.subscribe(byPattern, Topics.patterns("news.*"));
            publish(client, "news.sport", "1");
            publish(client, "weather", "rain");
            publish(client, "news.art", "ü");
            publish(client, "nobody", "hears");
            publish(client, "news.sport", "2");

            await().untilAsserted(() ->
                    assertThat(byName.entries).containsExactly("news.sport 1", "weather rain", "news.sport 2"));
            await().untilAsserted(() -> assertThat(byPattern.entries)
                    .containsExactly("news.* news.sport 1", "news.* news.art ü", "news.* news.sport 2"));
        }
    }

    @ClusterTest(replicas = 1)
    void aSubscriptionAtAReplicaHearsWhatIsPublishedAtTheMaster(ClusterUnderTest cluster) {
        Diary diary = new Diary();
        try (RoutingClient client = Clients.of(cluster)) {
            client.subscribe(diary, Topics.channels("news").atReplica());
            assertThat(cluster.calls(cluster.replicas().get(0), "subscribe")).isEqualTo(1);
            assertThat(cluster.calls(cluster.master(), "subscribe")).isZero();
            publish(client, "news", "1");

            await().untilAsserted(() -> assertThat(diary.entries).containsExactly("news 1"));
        }
    }

    @ClusterTest(replicas = 1, redis = "7.0")
    void shardedChannelsAreHeard(ClusterUnderTest cluster) {
        Diary diary = new Diary();
        try (RoutingClient client = Clients.of(cluster)) {
            client.subscribe(diary, Topics.sharded("news"));
            client.execute(Command.of("SPUBLISH", "news", "1"));
            await().untilAsserted(() -> assertThat(diary.entries).containsExactly("news 1"));
        }
    }

    /** A server that speaks only RESP2 sends messages as plain arrays. */
    @ClusterTest(
            replicas = 1,
            directives = "rename-command HELLO \"\"",
            on = {ClusterKind.PROCESSES, ClusterKind.CONTAINERS})
    void messagesOfAnOldServerAreHeardForLongerThanItsPings(ClusterUnderTest cluster) {
        Diary diary = new Diary();
        try (RoutingClient client = Clients.of(cluster)) {
            client.subscribe(diary, "news");
            await().atMost(ofSeconds(30)).until(() -> cluster.calls(cluster.master(), "ping") > 4);
            publish(client, "news", "1");
            await().untilAsserted(() -> assertThat(diary.entries).containsExactly("news 1"));
        }
    }

    @ClusterTest(sentinels = 3)
    void messagesGoOnAfterAFailoverAndTheGapIsTold(ClusterUnderTest cluster) {
        Diary diary = new Diary();
        TestNode old = cluster.master();
        try (RoutingClient client = Clients.bySentinels(cluster, builder -> builder.defaultDeadline(ofSeconds(10)))) {
            client.subscribe(diary, "news");
            publish(client, "news", "before");
            await().until(() -> diary.entries.contains("news before"));
            old.kill();
            cluster.awaitMasterOtherThan(old);

            await().atMost(ofSeconds(30))
                    .pollInterval(ofMillis(100))
                    .ignoreExceptions()
                    .until(() -> {
                        publish(client, "news", "after");
                        return diary.entries.contains("news after");
                    });
            assertThat(diary.entries).startsWith("news before", "interrupted", "resumed");
        }
    }
}
