package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.DEFAULTS;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.TestNode;
import dev.fairlead.policy.Hedge;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Timeout;

/** A client that is closed in the middle of its work leaves nobody waiting. */
@Timeout(120)
class CloseUnderLoadTest {
    private static final int THREADS = 3;
    private static final int IN_FLIGHT = 200;

    /** Each thread goes on for so many calls after the close was asked for, so that some meet it half way and some come after. */
    private static final int AFTER_CLOSE = 500;

    private volatile boolean closing;

    @ClusterTest
    void everyFutureEndsWhenTheClientIsClosedUnderLoadWithAReplicaFrozen(ClusterUnderTest cluster)
            throws InterruptedException {
        Queue<CompletableFuture<?>> calls = new ConcurrentLinkedQueue<>();
        TestNode frozen = cluster.replicas().get(0);
        RoutingClient client = Clients.of(cluster);
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> submit(client, calls));
                thread.start();
                threads.add(thread);
            }
            await("the load").atMost(ofSeconds(20)).until(() -> calls.size() > 2_000);
            frozen.pause();
            closing = true;
            client.close();
            for (Thread each : threads) {
                each.join(ofSeconds(30).toMillis());
                assertThat(each.isAlive()).as("a thread that waits for a call").isFalse();
            }
        } finally {
            frozen.resume();
            client.close();
        }
        assertThat(calls).allSatisfy(call -> assertThat(call).isDone());
        long answered =
                calls.stream().filter(call -> !call.isCompletedExceptionally()).count();
        assertThat(answered).isPositive().isLessThan(calls.size());
        calls.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(call -> assertThat(
                        call.handle((value, failure) -> failure).join())
                .isInstanceOf(RoutingException.class));
    }

    private void submit(RoutingClient client, Queue<CompletableFuture<?>> calls) {
        Semaphore room = new Semaphore(IN_FLIGHT);
        int left = AFTER_CLOSE;
        for (int i = 0; left > 0; i++) {
            left -= closing ? 1 : 0;
            room.acquireUninterruptibly();
            CompletableFuture<?> call = one(client, i);
            calls.add(call);
            call.whenComplete((value, failure) -> room.release());
        }
    }

    private static CompletableFuture<?> one(RoutingClient client, int i) {
        return switch (i % 8) {
            case 0 -> client.executeAsync(incr("counter"));
            case 1 -> client.executeAsync(get("counter"), READ_YOUR_WRITES);
            case 2 -> client.executeAsync(get("counter"), DEFAULTS.hedge(Hedge.after(ofMillis(5))));
            case 3 -> client.executeAsync(incr("durable").durable(2, ofSeconds(1)));
            default -> client.executeAsync(get("counter"));
        };
    }
}
