package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.Commands.blmove;
import static dev.fairlead.driver.Commands.blpop;
import static dev.fairlead.driver.Commands.brpop;
import static dev.fairlead.driver.Commands.bzpopMax;
import static dev.fairlead.driver.Commands.bzpopMin;
import static dev.fairlead.driver.Commands.decr;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.lrange;
import static dev.fairlead.driver.Commands.rpush;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.Commands.watch;
import static dev.fairlead.driver.Commands.zadd;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.Command;
import dev.fairlead.driver.DedicatedLinkLostException;
import dev.fairlead.driver.ListEnd;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.ScoredMember;
import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.TransactionRefusedException;
import dev.fairlead.driver.TransactionResult;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;

/** Transactions and commands that block, on connections of their own. */
@Timeout(120)
class DedicatedLinksTest {
    @ClusterTest(replicas = 1)
    void aTransactionRunsAsOneAndItsResultsAreTyped(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster)) {
            client.execute(set("stock", "3"));
            Command<Long> left = decr("stock");
            Command<Long> sold = rpush("sold", "item");
            Command<Long> wrong = incr("sold");
            TransactionResult result = client.dedicated(link -> {
                link.execute(watch("stock"));
                assertThat(link.execute(get("stock"))).isEqualTo("3");
                return link.transaction(left, sold, wrong, get("nothing")).orElseThrow();
            });
            assertThat(result.get(left)).isEqualTo(2);
            assertThat(result.get(sold)).isEqualTo(1);
            assertThat(result.get(3)).isNull();
            assertThatThrownBy(() -> result.get(wrong))
                    .isInstanceOf(ServerErrorException.class)
                    .hasMessageContaining("WRONGTYPE");
            assertThat(client.execute(lrange("sold", 0, -1), READ_YOUR_WRITES)).containsExactly("item");
        }
    }

    /** The shop of the documentation: many buyers, one stock, and never an item sold that is not there. */
    @ClusterTest(replicas = 1)
    void buyersWhoWatchTheStockNeverOversell(ClusterUnderTest cluster) throws Exception {
        int items = 20;
        int buyers = 8;
        AtomicInteger conflicts = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(buyers);
        try (RoutingClient client = Clients.of(cluster, builder -> builder.defaultDeadline(ofSeconds(10)))) {
            client.execute(set("stock", Integer.toString(items)));
            List<Future<Integer>> bought = new ArrayList<>();
            for (int i = 0; i < buyers; i++) {
                String name = "buyer-" + i;
                bought.add(threads.submit(() -> {
                    int count = 0;
                    Boolean more = true;
                    while (more == null || more) {
                        more = client.<Boolean>dedicated(link -> {
                            link.execute(watch("stock"));
                            if (Long.parseLong(link.execute(get("stock"))) == 0) {
                                return false;
                            }
                            boolean sold = link.transaction(decr("stock"), rpush("sold", name))
                                    .isPresent();
                            return sold ? true : null;
                        });
                        count += more != null && more ? 1 : 0;
                        conflicts.addAndGet(more == null ? 1 : 0);
                    }
                    return count;
                }));
            }
            int sum = 0;
            for (Future<Integer> each : bought) {
                sum += each.get();
            }
            assertThat(sum).as("bought, with %d conflicts", conflicts.get()).isEqualTo(items);
            assertThat(client.execute(get("stock"), READ_YOUR_WRITES)).isEqualTo("0");
            assertThat(client.execute(lrange("sold", 0, -1), READ_YOUR_WRITES)).hasSize(items);
        } finally {
            threads.shutdownNow();
        }
    }

    @ClusterTest(replicas = 1)
    void aKeyThatChangedAfterItWasWatchedKeepsTheTransactionFromRunning(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster)) {
            boolean ran = client.dedicated(link -> {
                link.execute(watch("k"));
                client.execute(set("k", "somebody else's"));
                return link.transaction(set("k", "mine")).isPresent();
            });
            assertThat(ran).isFalse();
            assertThat(client.execute(get("k"), READ_YOUR_WRITES)).isEqualTo("somebody else's");
        }
    }

    @ClusterTest(replicas = 1)
    void aCommandThatTheServerRefusesToQueueKeepsTheOthersFromRunning(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster)) {
            assertThatThrownBy(() -> client.dedicated(link -> link.transaction(set("k", "v"), Command.of("GET"))))
                    .isInstanceOf(TransactionRefusedException.class)
                    .hasMessageContaining("GET")
                    .hasMessageContaining("wrong number of arguments");
            assertThat(client.execute(get("k"), READ_YOUR_WRITES)).isNull();
        }
    }

    @ClusterTest(replicas = 1)
    void blockingPopsWaitLongerThanTheDeadlineAndNobodyElseWaitsWithThem(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster, builder -> builder.defaultDeadline(ofMillis(500)))) {
            long start = System.nanoTime();
            Map.Entry<String, String> none = client.dedicated(link -> link.execute(blpop(ofMillis(1500), "jobs")));
            assertThat(none).isNull();
            assertThat(System.nanoTime() - start).isGreaterThan(ofMillis(1400).toNanos());

            CompletableFuture<Map.Entry<String, String>> waiting = CompletableFuture.supplyAsync(
                    () -> client.dedicated(link -> link.execute(blpop(ofSeconds(30), "empty", "jobs"))));
            for (int i = 0; i < 20; i++) {
                client.execute(incr("meanwhile"));
            }
            client.execute(rpush("jobs", "first", "second"));
            assertThat(waiting.join()).isEqualTo(Map.entry("jobs", "first"));
            client.<Void>dedicated(link -> {
                assertThat(link.execute(blmove("jobs", "done", ListEnd.LEFT, ListEnd.RIGHT, ofSeconds(1))))
                        .isEqualTo("second");
                assertThat(link.execute(brpop(ofSeconds(1), "done"))).isEqualTo(Map.entry("done", "second"));
                link.execute(zadd("z", Map.of("a", 1.0, "b", 2.0)));
                assertThat(link.execute(bzpopMin(ofSeconds(1), "z")))
                        .isEqualTo(Map.entry("z", new ScoredMember("a", 1)));
                assertThat(link.execute(bzpopMax(ofSeconds(1), "z")))
                        .isEqualTo(Map.entry("z", new ScoredMember("b", 2)));
                assertThat(link.execute(bzpopMax(ofMillis(10), "z"))).isNull();
                return null;
            });
        }
    }

    @ClusterTest(sentinels = 3)
    void aFailoverInTheMiddleEndsTheUseAndRunningItAgainSucceeds(ClusterUnderTest cluster) {
        TestNode old = cluster.master();
        try (RoutingClient client = Clients.bySentinels(cluster, builder -> builder.defaultDeadline(ofSeconds(10)))) {
            client.execute(set("stock", "5"));
            cluster.awaitReplication();
            CompletableFuture<Object> blocked = CompletableFuture.supplyAsync(
                    () -> client.dedicated(link -> link.execute(blpop(ofSeconds(600), "jobs"))));
            await().until(() -> cluster.calls(old, "blpop") > 0 || blockedAt(client) > 0);
            client.<Void>dedicated(link -> {
                link.execute(watch("stock"));
                cluster.failover();
                await().atMost(ofSeconds(20))
                        .until(() -> client.topology().shard().master() != null
                                && !client.topology()
                                        .shard()
                                        .master()
                                        .endpoint()
                                        .toString()
                                        .equals(old.address()));
                assertThatThrownBy(() -> link.transaction(decr("stock")))
                        .isInstanceOf(DedicatedLinkLostException.class)
                        .hasMessageContaining(old.address());
                return null;
            });
            assertThat(blocked.handle((value, failure) -> failure.getCause()).join())
                    .as("what the blocked one was told")
                    .isInstanceOfAny(WriteOutcomeUnknownException.class, ServerErrorException.class)
                    .isInstanceOf(RoutingException.class);
            Command<Long> left = decr("stock");
            assertThat(client.<Long>dedicated(
                            link -> link.transaction(left).orElseThrow().get(left)))
                    .as("a transaction is applied once, at the new master")
                    .isEqualTo(4);
        }
    }

    private static long blockedAt(RoutingClient client) {
        String info = client.execute(Command.of("INFO", "clients")).asString();
        return info.lines()
                .filter(line -> line.startsWith("blocked_clients:"))
                .mapToLong(line -> Long.parseLong(line.substring("blocked_clients:".length())))
                .sum();
    }
}
