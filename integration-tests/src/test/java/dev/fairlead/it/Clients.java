package dev.fairlead.it;

import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingClientBuilder;
import dev.fairlead.it.harness.ClusterUnderTest;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Clients that know every node by the time a test uses them. */
final class Clients {
    private static final Duration DISCOVERY_TIMEOUT = Duration.ofSeconds(10);

    private Clients() {}

    /** Started from the master alone; it has to find the replicas. */
    static RoutingClient of(ClusterUnderTest cluster) {
        return of(cluster, builder -> builder);
    }

    static RoutingClient of(ClusterUnderTest cluster, UnaryOperator<RoutingClientBuilder> settings) {
        return ready(
                cluster,
                settings.apply(RoutingClient.builder().nodes(cluster.master().address())));
    }

    static RoutingClient bySentinels(ClusterUnderTest cluster, UnaryOperator<RoutingClientBuilder> settings) {
        return ready(
                cluster,
                settings.apply(
                        RoutingClient.builder().sentinels(ClusterUnderTest.MASTER_NAME, cluster.sentinelAddresses())));
    }

    static RoutingClient ready(ClusterUnderTest cluster, RoutingClientBuilder builder) {
        RoutingClient client = builder.build();
        awaitReplicas(client, cluster.nodes().size() - 1);
        return client;
    }

    /** Waits until so many replicas may serve reads. */
    static void awaitReplicas(RoutingClient client, int count) {
        await(count + " replicas in " + client.topology())
                .atMost(DISCOVERY_TIMEOUT)
                .until(() -> client.topology().shard().replicas().stream()
                                .filter(node -> node.usable() && node.disqualified() == null)
                                .count()
                        == count);
    }
}
