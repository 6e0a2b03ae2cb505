package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.RedisProcess;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The witnesses themselves: what they say about a real redis-server is what it does. */
class HarnessTest {
    @Test
    void aRealServerAnswersInEveryReplyType() {
        try (RedisProcess redis = RedisProcess.start();
                RedisClient client = redis.connect()) {
            assertThat(client.text("SET", "k", "Grüße ❤")).isEqualTo("OK");
            assertThat(client.text("GET", "k")).isEqualTo("Grüße ❤");
            assertThat(client.text("GET", "missing")).isNull();
            assertThat(client.integer("INCR", "n")).isEqualTo(1);
            assertThat(client.list("MGET", "k", "missing")).containsExactly("Grüße ❤", null);
            assertThat(client.ask("INCR", "k"))
                    .isEqualTo(new RedisClient.ErrorReply("ERR value is not an integer or out of range"));
            assertThatThrownBy(() -> client.call("NOSUCH")).hasMessageStartingWith("ERR unknown command");
            assertThat(client.callsOf("get")).isEqualTo(2);
            assertThat(client.info("replication")).containsEntry("role", "master");
        }
    }

    @Test
    void aPausedServerIsSilentAndComesBackWithItsData() {
        try (RedisProcess redis = RedisProcess.start();
                RedisClient client = RedisClient.connect(redis.host(), redis.port(), Duration.ofMillis(200))) {
            client.call("SET", "k", "v");
            redis.pause();
            assertThatThrownBy(() -> client.call("GET", "k")).isInstanceOf(UncheckedIOException.class);
            redis.resume();
            try (RedisClient again = redis.connect()) {
                assertThat(again.text("GET", "k")).isEqualTo("v");
            }
        }
    }

    @Test
    void aKilledServerRefusesAndIsEmptyAfterItsRestart() {
        try (RedisProcess redis = RedisProcess.start()) {
            try (RedisClient client = redis.connect()) {
                client.call("SET", "k", "v");
            }
            redis.kill();
            assertThatThrownBy(redis::connect).hasMessageContaining("No connection to " + redis.address());
            redis.restart();
            try (RedisClient client = redis.connect()) {
                assertThat(client.call("DBSIZE")).isEqualTo(0L);
            }
        }
    }

    @Test
    void aWrongDirectiveFailsTheStartWithTheServersOwnWords() {
        assertThatThrownBy(() -> RedisProcess.start("no-such-directive 1")).hasMessageContaining("no-such-directive");
    }

    @Test
    void pubSubMessagesArriveOnTheTestClient() {
        try (RedisProcess redis = RedisProcess.start();
                RedisClient subscriber = redis.connect();
                RedisClient publisher = redis.connect()) {
            subscriber.call("SUBSCRIBE", "news");
            await().until(() -> publisher.integer("PUBLISH", "news", "hello") == 1);
            assertThat(subscriber.receive()).isEqualTo(List.of("message", "news", "hello"));
        }
    }
}
