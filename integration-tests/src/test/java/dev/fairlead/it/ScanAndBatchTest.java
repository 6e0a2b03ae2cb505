package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.DEFAULTS;
import static dev.fairlead.driver.CallOptions.MASTER;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.hset;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.match;
import static dev.fairlead.driver.Commands.rpush;
import static dev.fairlead.driver.Commands.sadd;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.Commands.zadd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.driver.Command;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.ScanInterruptedException;
import dev.fairlead.driver.ScanOptions;
import dev.fairlead.driver.ScoredMember;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.TestNode;
import dev.fairlead.resp.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;

/** Walks that see everything though each server has its own cursors, and batches that are split without being shuffled. */
@Timeout(120)
class ScanAndBatchTest {
    private static final int MANY = 1000;
    private static final String ROUND_ROBIN = "{ version: 1, defaults: { balance: round-robin } }";

    @ClusterTest
    void aWalkOverKeysSeesEachOfThemAtOneReplica(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster, builder -> builder.policies(ROUND_ROBIN, "routing.yaml"))) {
            fill(client, i -> set((i % 2 == 0 ? "user:" : "other:") + i, "v"));
            cluster.awaitReplication();

            Set<String> seen = new HashSet<>();
            client.scan(match("user:*").count(50)).forEach(seen::add);

            assertThat(seen).hasSize(MANY / 2).allMatch(key -> key.startsWith("user:"));
            assertThat(cluster.calls(cluster.master(), "scan")).isZero();
            assertThat(cluster.replicas().stream()
                            .filter(each -> cluster.calls(each, "scan") > 0)
                            .count())
                    .as("replicas that were asked")
                    .isEqualTo(1);
        }
    }

    /** What a client that spreads the steps over the nodes does not give: all of a large hash, set and sorted set. */
    @ClusterTest
    void walksOverMembersMissNone(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster, builder -> builder.policies(ROUND_ROBIN, "routing.yaml"))) {
            fill(client, i -> hset("h", Map.of("f" + i, "v" + i)));
            fill(client, i -> sadd("s", "m" + i));
            fill(client, i -> zadd("z", i, "m" + i));
            cluster.awaitReplication();

            Map<String, String> fields = new HashMap<>();
            client.hscan("h", ScanOptions.ALL, DEFAULTS).forEach(each -> fields.put(each.getKey(), each.getValue()));
            assertThat(fields).hasSize(MANY).containsEntry("f7", "v7");
            Set<String> members = new HashSet<>();
            client.sscan("s", ScanOptions.ALL, DEFAULTS).forEach(members::add);
            assertThat(members).hasSize(MANY);
            Map<String, Double> scores = new HashMap<>();
            for (ScoredMember each : client.zscan("z", ScanOptions.ALL, MASTER)) {
                scores.put(each.member(), each.score());
            }
            assertThat(scores).hasSize(MANY).containsEntry("m7", 7.0);
            assertThat(cluster.calls(cluster.master(), "zscan")).isGreaterThan(1);
        }
    }

    @ClusterTest
    void aWalkWhoseReplicaDiesSaysSoAndANewOneSeesEverything(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster)) {
            fill(client, i -> set("k" + i, "v"));
            cluster.awaitReplication();
            Iterator<String> walk = client.scan(match("k*")).iterator();
            walk.next();
            TestNode at = cluster.replicas().stream()
                    .filter(each -> cluster.calls(each, "scan") > 0)
                    .findFirst()
                    .orElseThrow();
            at.kill();

            assertThatThrownBy(() -> walk.forEachRemaining(key -> {}))
                    .isInstanceOf(ScanInterruptedException.class)
                    .hasMessageContaining(at.address());
            Set<String> seen = new HashSet<>();
            client.scan(match("k*").count(100)).forEach(seen::add);
            assertThat(seen).hasSize(MANY);
        }
    }

    @ClusterTest
    void aBatchKeepsTheOrderOfEachKeyAndSplitsTheRest(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster)) {
            fill(client, i -> set("cold:" + i, "c" + i));
            cluster.awaitReplication();
            long before = cluster.calls(cluster.master(), "get");
            List<Command<?>> commands = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                commands.add(incr("hot"));
                commands.add(get("hot"));
                commands.add(get("cold:" + i));
            }
            List<Reply> replies = client.batch(commands.toArray(Command<?>[]::new));

            for (int i = 0; i < MANY; i++) {
                assertThat(replies.get(3 * i).asLong()).isEqualTo(i + 1);
                assertThat(replies.get(3 * i + 1).asLong())
                        .as("the read right behind it")
                        .isEqualTo(i + 1);
                assertThat(replies.get(3 * i + 2).asString()).isEqualTo("c" + i);
            }
            // Those of the hot key, and some whose replica was found overdue on a busy machine.
            assertThat(cluster.calls(cluster.master(), "get") - before)
                    .as("reads at the master")
                    .isBetween((long) MANY, MANY * 3 / 2L);
        }
    }

    @ClusterTest(replicas = 1)
    void anErrorInABatchStandsInItsPlace(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster)) {
            List<Reply> replies = client.batch(rpush("list", "a"), incr("list"), set("k", "v"));
            assertThat(replies.get(0).asLong()).isEqualTo(1);
            assertThat(replies.get(1)).isInstanceOfSatisfying(Reply.ServerError.class, error -> assertThat(error.code())
                    .isEqualTo("WRONGTYPE"));
            assertThat(replies.get(2).asString()).isEqualTo("OK");
        }
    }

    private static void fill(RoutingClient client, IntFunction<Command<?>> command) {
        List<Reply> replies =
                client.batch(IntStream.range(0, MANY).mapToObj(command).toArray(Command<?>[]::new));
        assertThat(replies.stream().filter(Reply::isError).toList()).isEmpty();
    }
}
