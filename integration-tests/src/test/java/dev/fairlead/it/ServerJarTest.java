package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.RedisProcess;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bundled server as a process, as an operator runs it: from a redis.conf, beside a real one. */
class ServerJarTest {
    private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(20);

    @BeforeEach
    void theJarIsThere() {
        assumeTrue(
                Files.exists(RedisProcess.BUNDLED_JAR),
                "needs " + RedisProcess.BUNDLED_JAR + " (mvn package -pl server -am makes it)");
    }

    @Test
    void anOperatorsStepsWorkFromReplicaToPromotionAndBack() {
        try (RedisProcess first = RedisProcess.startBundled();
                RedisProcess second = RedisProcess.startBundled("replicaof 127.0.0.1 " + first.port());
                RedisClient one = first.connect();
                RedisClient two = second.connect()) {
            awaitLink(two);
            one.call("SET", "k", "v");
            await().atMost(SYNC_TIMEOUT).until(() -> "v".equals(two.text("GET", "k")));
            assertThat(two.ask("SET", "k", "w"))
                    .isEqualTo(new RedisClient.ErrorReply("READONLY You can't write against a read only replica."));

            two.call("SLAVEOF", "NO", "ONE");
            two.call("SET", "k", "w");
            one.call("REPLICAOF", "127.0.0.1", Integer.toString(second.port()));
            awaitLink(one);
            assertThat(one.text("GET", "k")).isEqualTo("w");
            assertThat(two.info("replication")).containsEntry("connected_slaves", "1");
        }
    }

    @Test
    void sigtermEndsItInOrderAndTheLogSaysSo() {
        try (RedisProcess server = RedisProcess.startBundled()) {
            assertThat(server.log()).contains("Ready to accept connections");
            assertThat(server.stop())
                    .as("exit code; 143 is a JVM's own for SIGTERM")
                    .isIn(0, 143);
            assertThat(server.log()).contains("bye bye");
        }
    }

    @Test
    void aRealServerReplicatesFromItAndItFromARealOne() {
        try (RedisProcess bundled = RedisProcess.startBundled();
                RedisProcess real = RedisProcess.start("replicaof 127.0.0.1 " + bundled.port());
                RedisProcess leaf = RedisProcess.startBundled("replicaof 127.0.0.1 " + real.port());
                RedisClient master = bundled.connect();
                RedisClient middle = real.connect();
                RedisClient last = leaf.connect()) {
            awaitLink(middle);
            awaitLink(last);
            master.call("HSET", "h", "f", "v");
            await().atMost(SYNC_TIMEOUT).until(() -> "v".equals(last.text("HGET", "h", "f")));
            assertThat(last.info("replication").get("master_replid"))
                    .isEqualTo(master.info("replication").get("master_replid"));
        }
    }

    private static void awaitLink(RedisClient replica) {
        await("the link to come up").atMost(SYNC_TIMEOUT).until(() -> "up"
                .equals(replica.info("replication").get("master_link_status")));
    }
}
