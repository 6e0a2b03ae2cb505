package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.RoutingClient;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.RequiresRedis;
import dev.fairlead.it.harness.TestNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads from the cache against real servers, which tell of changes; the bundled one cannot. */
@RequiresRedis("7.0")
class CachingTest {
    private static final int READS = 200;

    private ClusterUnderTest cluster;

    @BeforeEach
    void start() {
        cluster = ClusterUnderTest.ofProcesses(2, 0, ofSeconds(1));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private RoutingClient client() {
        return Clients.of(cluster, builder -> builder.cache("cached:"));
    }

    private long asked() {
        return cluster.nodes().stream()
                .mapToLong(node -> cluster.calls(node, "get"))
                .sum();
    }

    private static void read(RoutingClient client, String key) {
        for (int i = 0; i < READS; i++) {
            client.execute(get(key));
        }
    }

    private void write(String key, String value) {
        try (RedisClient foreign = cluster.master().connect()) {
            foreign.call("SET", key, value);
        }
    }

    private static void awaitValue(RoutingClient client, String key, String value) {
        await(key + " to be " + value).atMost(ofSeconds(10)).until(() -> value.equals(client.execute(get(key))));
    }

    @Test
    void aKeyIsReadOnceUntilSomebodyChangesIt() {
        write("cached:1", "old");
        write("plain:1", "old");
        cluster.awaitReplication();
        try (RoutingClient client = client()) {
            awaitValue(client, "cached:1", "old");
            long before = asked();
            read(client, "cached:1");
            assertThat(asked() - before).as("servers asked for %s reads", READS).isZero();
            read(client, "plain:1");
            assertThat(asked() - before).as("without the prefix").isGreaterThanOrEqualTo(READS);

            write("cached:1", "new");
            awaitValue(client, "cached:1", "new");
            try (RedisClient foreign = cluster.master().connect()) {
                foreign.call("FLUSHALL");
            }
            await("the flush").atMost(ofSeconds(10)).until(() -> client.execute(get("cached:1")) == null);
        }
    }

    @Test
    void whatIsKeptOfABrokenConnectionIsForgotten() {
        write("cached:1", "old");
        cluster.awaitReplication();
        try (RoutingClient client = client()) {
            awaitValue(client, "cached:1", "old");
            for (TestNode node : cluster.nodes()) {
                try (RedisClient foreign = node.connect()) {
                    foreign.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                }
            }
            write("cached:1", "new");
            awaitValue(client, "cached:1", "new");
        }
    }

    @Test
    void readYourWritesIsNeverStaleThoughReadsAreCachedAndAReplicaLags() {
        cluster.delayReplication(cluster.replicas().get(0), ofMillis(200));
        try (RoutingClient client = client()) {
            for (int i = 0; i < READS; i++) {
                String value = Integer.toString(i);
                client.execute(set("cached:own", value));
                client.execute(get("cached:own")); // Whatever it is, it may be kept now.
                assertThat(client.execute(get("cached:own"), READ_YOUR_WRITES)).isEqualTo(value);
                assertThat(client.execute(get("cached:own"), READ_YOUR_WRITES)).isEqualTo(value);
            }
        }
    }
}
