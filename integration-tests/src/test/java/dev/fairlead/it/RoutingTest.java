package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.EVENTUAL;
import static dev.fairlead.driver.CallOptions.MASTER;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.CallOptions.policy;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.Explanation;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.it.harness.ClusterKind;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where calls end up, by the count of the servers themselves. */
class RoutingTest {
    /** On a busy machine a replica may be slow for a moment: a read or two is then sent to the other one. */
    private static final long HICCUPS = 2;

    private static final int CALLS = 60;

    @ClusterTest
    void writesLandOnTheMasterAndReadsInTurnOnTheReplicas(ClusterUnderTest cluster) {
        String yaml = "{ version: 1, defaults: { balance: round-robin } }";
        try (RoutingClient client = Clients.of(cluster, builder -> builder.policies(yaml, "routing.yaml"))) {
            for (int i = 0; i < CALLS; i++) {
                client.execute(set("k" + i, "v" + i));
            }
            cluster.awaitReplication();
            for (int i = 0; i < CALLS; i++) {
                assertThat(client.execute(get("k" + i))).isEqualTo("v" + i);
            }
        }
        assertThat(cluster.calls(cluster.master(), "set")).isEqualTo(CALLS);
        assertThat(cluster.calls(cluster.master(), "get")).isZero();
        for (TestNode replica : cluster.replicas()) {
            assertThat(cluster.calls(replica, "get"))
                    .as("reads on %s", replica)
                    .isBetween(CALLS / 2 - HICCUPS, CALLS / 2 + HICCUPS);
            assertThat(refused(replica, "set"))
                    .as("writes refused by %s", replica)
                    .isZero();
        }
    }

    @ClusterTest
    void anyOneNodeIsEnoughToFindTheOthers(ClusterUnderTest cluster) {
        for (TestNode seed : cluster.nodes()) {
            try (RoutingClient client =
                    Clients.ready(cluster, RoutingClient.builder().nodes(seed.address()))) {
                client.execute(set("from", seed.address()));
                assertThat(client.topology().shard().master().endpoint())
                        .as("master as found from %s", seed)
                        .hasToString(cluster.master().address());
                assertThat(client.topology().shard().replicas())
                        .extracting(node -> node.endpoint().toString())
                        .containsExactlyInAnyOrderElementsOf(cluster.replicas().stream()
                                .map(TestNode::address)
                                .toList());
            }
            try (RedisClient master = cluster.master().connect()) {
                assertThat(master.text("GET", "from")).isEqualTo(seed.address());
            }
        }
    }

    @ClusterTest(replicas = 1)
    void aSeedThatIsDownDoesNotMatterBesideOneThatIsUp(ClusterUnderTest cluster) {
        TestNode replica = cluster.replicas().get(0);
        replica.kill();
        try (RoutingClient client = RoutingClient.builder()
                .nodes(replica.address(), cluster.master().address())
                .build()) {
            client.execute(set("k", "v"));
            assertThat(client.execute(get("k"))).isEqualTo("v");
        }
    }

    @ClusterTest(sentinels = 3)
    void sentinelsNameTheMasterAndItsReplicas(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.ready(
                cluster,
                RoutingClient.builder().sentinels(ClusterUnderTest.MASTER_NAME, cluster.sentinelAddresses()[1]))) {
            client.execute(set("k", "v"));
            cluster.awaitReplication();
            assertThat(client.execute(get("k"))).isEqualTo("v");
        }
        assertThat(cluster.calls(cluster.master(), "set")).isEqualTo(1);
        assertThat(cluster.calls(cluster.master(), "get")).isZero();
    }

    @ClusterTest(replicas = 1)
    void aReadThatAsksForTheMasterGoesThere(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster)) {
            client.execute(set("k", "v"));
            assertThat(client.execute(get("k"), MASTER)).isEqualTo("v");
        }
        assertThat(cluster.calls(cluster.master(), "get")).isEqualTo(1);
    }

    /** Where a read goes is a matter of the call: it takes no second client, and no further connection. */
    @ClusterTest
    void readsOfEveryKindShareTheConnectionsOfOneClient(ClusterUnderTest cluster) {
        String yaml = "{ version: 1, policies: { exact: { from: master }, far: { from: replica, balance: random } } }";
        try (RoutingClient client = Clients.of(cluster, builder -> builder.policies(yaml, "routing.yaml")
                .clientName("one-client")
                .defaultDeadline(ofSeconds(30)))) {
            client.execute(set("k", "v"));
            cluster.awaitReplication();
            List<CallOptions> kinds =
                    List.of(EVENTUAL, READ_YOUR_WRITES, MASTER, maxLag(ofSeconds(5)), policy("exact"), policy("far"));
            List<CompletableFuture<String>> reads = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                reads.add(client.executeAsync(get("k"), kinds.get(i % kinds.size())));
            }
            assertThat(reads).allSatisfy(read -> assertThat(read.join()).isEqualTo("v"));
            for (TestNode node : cluster.nodes()) {
                try (RedisClient connection = node.connect()) {
                    assertThat(connection
                                    .text("CLIENT", "LIST")
                                    .lines()
                                    .filter(each -> each.contains("name=one-client")))
                            .as("connections to %s", node)
                            .hasSize(1);
                }
            }
        }
    }

    @ClusterTest(replicas = 1)
    void aCommandNobodyKnowsGoesToTheMasterAndItsErrorComesBack(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster)) {
            assertThatThrownBy(() -> client.execute(Command.of("NOSUCHCOMMAND", "k")))
                    .hasMessageContaining("NOSUCHCOMMAND")
                    .hasMessageContaining(cluster.master().address())
                    .hasMessageContaining("unknown command");
        }
    }

    @ClusterTest
    void aPolicyFileRoutesByKeyPatternAndByName(ClusterUnderTest cluster) {
        String yaml = """
                version: 1
                defaults: { from: replica }
                policies:
                  exact: { from: master }
                rules:
                  - name: counters
                    match: { keys: "counter:*" }
                    from: master
                """;
        try (RoutingClient client = Clients.of(cluster, builder -> builder.policies(yaml, "routing.yaml"))) {
            client.execute(get("counter:1"));
            assertThat(cluster.calls(cluster.master(), "get"))
                    .as("by key pattern")
                    .isEqualTo(1);
            client.execute(get("other"), policy("exact"));
            assertThat(cluster.calls(cluster.master(), "get")).as("by name").isEqualTo(2);
            client.execute(get("other"));
            assertThat(cluster.calls(cluster.master(), "get")).as("by default").isEqualTo(2);

            assertThatThrownBy(() -> client.execute(get("other"), policy("exakt")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("exakt");
            Explanation explanation = client.explain(get("counter:1"));
            assertThat(explanation.target()).hasToString(cluster.master().address());
            assertThat(explanation.toString()).contains("counters").contains("routing.yaml:");
        }
    }

    /** Servers before 6.0, and those that hide the command, know no HELLO: the driver has to go on in RESP2. */
    @ClusterTest(
            directives = "rename-command HELLO \"\"",
            on = {ClusterKind.PROCESSES, ClusterKind.CONTAINERS})
    void serversThatSpeakOnlyResp2AreServedAsWell(ClusterUnderTest cluster) {
        try (RedisClient master = cluster.master().connect()) {
            assertThat(master.ask("HELLO", "3")).isInstanceOf(RedisClient.ErrorReply.class);
        }
        try (RoutingClient client = Clients.of(cluster)) {
            client.execute(set("k", "v"));
            cluster.awaitReplication();
            assertThat(client.execute(get("k"))).isEqualTo("v");
            assertThat(client.execute(get("missing"))).isNull();
        }
        assertThat(cluster.calls(cluster.master(), "get")).isZero();
    }

    private static long refused(TestNode node, String command) {
        try (RedisClient client = node.connect()) {
            return client.rejectedCallsOf(command);
        }
    }
}
