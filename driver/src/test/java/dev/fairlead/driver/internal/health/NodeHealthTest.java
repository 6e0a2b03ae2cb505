package dev.fairlead.driver.internal.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.topology.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
    private final NodeHealth health = new NodeHealth();
    private final Endpoint a = new Endpoint("a", 1);
    private final Endpoint b = new Endpoint("b", 1);
    private final Endpoint c = new Endpoint("c", 1);

    private void fail(Endpoint node) {
        for (int i = 0; i < 100; i++) {
            if (health.acquire(node)) {
                health.failed(node, 1000, new IOException("broken"));
            }
        }
    }

    private void succeed(Endpoint node) {
        for (int i = 0; i < 100; i++) {
            if (health.acquire(node)) {
                health.succeeded(node, 1000);
            }
        }
    }

    @Test
    void aNodeThatKeepsFailingIsKeptOut() {
        succeed(b);
        fail(a);

        assertThat(health.permits(a)).isFalse();
        assertThat(health.acquire(a)).isFalse();
        assertThat(health.permits(b)).isTrue();
    }

    @Test
    void aFewFailuresKeepNobodyOut() {
        succeed(a);
        succeed(b);
        for (int i = 0; i < 15; i++) {
            assertThat(health.acquire(a)).isTrue();
            health.failed(a, 1000, new IOException("broken"));
        }

        assertThat(health.permits(a)).isTrue();
    }

    @Test
    void theLastNodesAreNeverKeptOut() {
        succeed(c);
        fail(a);
        fail(b);

        assertThat(health.permits(a)).as("two of three failed: both are used").isTrue();
        assertThat(health.permits(b)).isTrue();
        assertThat(health.acquire(a)).isTrue();
    }

    @Test
    void theOnlyReplicaIsNotKeptOutWhateverTheMasterDoes() {
        health.succeeded(c, 1000); // The master's: nobody asks before a write.
        fail(a);
        assertThat(health.permits(a)).isTrue();
        assertThat(health.acquire(a)).isTrue();
    }

    @Test
    void aReplicaThatWasPromotedDoesNotCountAnyMore() {
        succeed(b);
        succeed(c);
        fail(a);
        assertThat(health.permits(a)).as("one of three").isFalse();
        health.retain(List.of(a)); // The others: promoted, gone.
        assertThat(health.permits(a)).as("the only one left").isTrue();
    }

    @Test
    void aReplicaThatKeepsBeingSlowIsKeptOutAndOneWithSomeSlowReadsIsNot() {
        succeed(b);
        succeed(c);
        for (int i = 0; i < 64; i++) {
            assertThat(health.acquire(a)).isTrue();
            health.succeeded(a, TimeUnit.MILLISECONDS.toNanos(i % 2 == 0 ? 600 : 1));
        }
        assertThat(health.permits(a)).as("every second read is slow").isTrue();
        for (int i = 0; i < 128 && health.acquire(a); i++) {
            health.succeeded(a, TimeUnit.MILLISECONDS.toNanos(i % 10 == 0 ? 1 : 600));
        }
        assertThat(health.permits(a)).as("nine reads of ten are slow").isFalse();
        assertThat(health.permits(b)).isTrue();
    }

    @Test
    void aNodeThatAnswersProbesIsTriedAgainAfterAWhile() {
        succeed(b);
        fail(a);
        assertThat(health.permits(a)).isFalse();

        await().untilAsserted(() -> {
            health.alive(a);
            assertThat(health.permits(a)).isTrue();
        });
        for (int i = 0; i < 8; i++) {
            assertThat(health.acquire(a)).isTrue();
            health.succeeded(a, 1000);
        }
        assertThat(health.permits(a)).isTrue();
    }
}
