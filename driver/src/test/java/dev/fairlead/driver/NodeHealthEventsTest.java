package dev.fairlead.driver;

import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.topology.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a listener is told of nodes that fail. */
@Timeout(60)
class NodeHealthEventsTest {
    private final List<RoutingEvent.NodeHealthChanged> told = new CopyOnWriteArrayList<>();
    private ScriptedNode master;
    private ScriptedNode replica;
    private ScriptedNode other;

    @BeforeEach
    void start() throws IOException {
        master = new ScriptedNode('a');
        replica = ScriptedNode.replicaOf(master);
        other = ScriptedNode.replicaOf(master);
    }

    @AfterEach
    void stop() throws IOException {
        master.close();
        replica.close();
        other.close();
    }

    @Test
    void aNodeThatReadsAreKeptFromIsToldAndThatItIsBackToo() {
        RoutingListener listener = event -> {
            if (event instanceof RoutingEvent.NodeHealthChanged change) {
                told.add(change);
            }
        };
        try (RoutingClient client = RoutingClient.builder()
                .nodes(master.address())
                .policies("{ version: 1, defaults: { balance: round-robin } }", "routing.yaml")
                .probePeriod(Duration.ofMillis(50))
                .defaultDeadline(Duration.ofSeconds(20))
                .listener(listener)
                .build()) {
            await().until(() -> client.topology().shard().replicas().stream()
                            .filter(each -> each.usable())
                            .count()
                    == 2);
            client.execute(set("k", "v"));
            other.answer("GET", argv -> "$1\r\nv\r\n");
            replica.answer("GET", argv -> ScriptedNode.HANG_UP);
            await("reads that fail at the replica")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        assertThat(client.execute(get("k"))).isEqualTo("v"); // Another node serves it.
                        return !told.isEmpty();
                    });
            Endpoint node = Endpoint.parse(replica.address());
            assertThat(told.get(0)).isEqualTo(new RoutingEvent.NodeHealthChanged(node, false));
            assertThat(told.get(0).toString()).contains(replica.address()).contains("kept from");

            replica.answer("GET", argv -> "$1\r\nv\r\n");
            await("the replica to be tried again")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        client.execute(get("k"));
                        return told.size() > 1;
                    });
            assertThat(told.get(1)).isEqualTo(new RoutingEvent.NodeHealthChanged(node, true));
        }
    }
}
