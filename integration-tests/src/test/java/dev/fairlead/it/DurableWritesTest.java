package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.MASTER;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.WriteNotDurableException;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.TestNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A write that is told to be durable is on the replicas, asked behind the driver's back; one that is not says how far it got. */
class DurableWritesTest {
    private static final int ROUNDS = 50;

    @ClusterTest
    void whatWasDurableIsOnBothReplicas(ClusterUnderTest cluster) {
        cluster.delayReplication(cluster.replicas().get(0), ofMillis(100));
        try (RoutingClient client = Clients.of(cluster);
                RedisClient one = cluster.replicas().get(0).connect();
                RedisClient other = cluster.replicas().get(1).connect()) {
            for (int i = 1; i <= ROUNDS / 10; i++) {
                client.execute(set("order", Integer.toString(i)).durable(2, ofSeconds(20)));
                assertThat(one.call("GET", "order")).isEqualTo(Integer.toString(i));
                assertThat(other.call("GET", "order")).isEqualTo(Integer.toString(i));
            }
        }
    }

    @ClusterTest
    void aReplicaThatLagsIsNotCountedAndHoldsNobodyUp(ClusterUnderTest cluster) {
        TestNode late = cluster.replicas().get(0);
        cluster.delayReplication(late, ofSeconds(20));
        try (RoutingClient client = Clients.of(cluster)) {
            client.execute(incr("before").durable(1, ofSeconds(20)));
            Duration patience = ofSeconds(2);
            CompletableFuture<Long> both = client.executeAsync(incr("counter").durable(2, patience));
            for (int i = 0; i < ROUNDS; i++) {
                client.execute(incr("other").durable(1, ofSeconds(20)));
            }
            assertThatThrownBy(both::join)
                    .cause()
                    .isInstanceOfSatisfying(WriteNotDurableException.class, told -> assertThat(told.replicas())
                            .isEqualTo(1));
            assertThat(client.execute(get("counter"), MASTER))
                    .as("applied all the same")
                    .isEqualTo("1");
            cluster.delayReplication(late, ZERO);
        }
    }

    @ClusterTest(replicas = 1)
    void withoutItsReplicaNothingIsDurable(ClusterUnderTest cluster) {
        TestNode master = cluster.master();
        TestNode replica = cluster.replicas().get(0);
        try (RoutingClient client = Clients.of(cluster);
                RedisClient asked = master.connect()) {
            replica.kill();
            assertThatThrownBy(() -> client.execute(set("k", "v").durable(1, ofMillis(300))))
                    .isInstanceOf(WriteNotDurableException.class)
                    .hasMessageContaining("0 of 1");
            assertThat(asked.call("GET", "k")).isEqualTo("v");
        }
    }
}
