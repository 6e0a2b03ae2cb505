package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.MASTER;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.Commands.fcallRo;
import static dev.fairlead.driver.Commands.functionLoad;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.scriptFlush;
import static dev.fairlead.driver.Commands.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.driver.Command;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingClientBuilder;
import dev.fairlead.driver.Script;
import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.TransactionResult;
import dev.fairlead.it.harness.ClusterKind;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RequiresRedis;
import dev.fairlead.it.harness.TestNode;
import dev.fairlead.resp.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;

/** Scripts and functions where the node that runs them has them, and where it has not. The bundled server has neither. */
@Timeout(120)
@RequiresRedis("7.0")
class ScriptsTest {
    private static final Script ADD = Script.of("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    private static final Script READ = Script.readOnly("return redis.call('GET', KEYS[1])");
    private static final List<String> KEY = List.of("k");

    /** What is asked for here is not how fast it is. */
    private static final UnaryOperator<RoutingClientBuilder> PATIENT =
            builder -> builder.defaultDeadline(Duration.ofSeconds(30));

    @ClusterTest(
            replicas = 0,
            on = {ClusterKind.PROCESSES, ClusterKind.CONTAINERS})
    void nobodyLoadsAScriptAndItsSourceTravelsOnlyWhereItIsNotKnown(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster, PATIENT)) {
            for (long i = 1; i <= 5; i++) {
                assertThat(client.execute(ADD.call(KEY, 2).map(Reply::asLong))).isEqualTo(2 * i);
            }
            assertThat(cluster.calls(cluster.master(), "eval")).isEqualTo(1);

            client.execute(scriptFlush()); // As a master that has just taken over knows none.
            assertThat(client.execute(ADD.call(KEY, 2)).asLong()).isEqualTo(12);
            assertThat(cluster.calls(cluster.master(), "eval")).isEqualTo(2);

            assertThatThrownBy(() -> client.execute(Script.of("return redis.call('INCRBY', KEYS[1], 'x')")
                            .call(KEY)))
                    .isInstanceOf(ServerErrorException.class)
                    .hasMessageContaining("not an integer");
        }
    }

    @ClusterTest(on = {ClusterKind.PROCESSES, ClusterKind.CONTAINERS})
    void aReadOnlyScriptRunsAtReplicasThatNeverSawIt(ClusterUnderTest cluster) {
        String yaml = "{ version: 1, defaults: { from: replica, balance: round-robin } }";
        try (RoutingClient client =
                Clients.of(cluster, builder -> PATIENT.apply(builder).policies(yaml, "routing.yaml"))) {
            client.execute(set("k", "v"));
            cluster.awaitReplication();
            for (int i = 0; i < 20; i++) {
                assertThat(client.execute(READ.call(KEY)).asString()).isEqualTo("v");
            }
            assertThatThrownBy(() -> client.execute(Script.readOnly("return redis.call('SET', KEYS[1], 'x')")
                            .call(KEY)))
                    .isInstanceOf(ServerErrorException.class)
                    .hasMessageContaining("read-only");
        }
        for (TestNode replica : cluster.replicas()) {
            assertThat(cluster.calls(replica, "evalsha_ro"))
                    .as("at %s", replica)
                    .isGreaterThan(5);
            assertThat(cluster.calls(replica, "eval_ro")).as("at %s", replica).isBetween(1L, 4L);
        }
        assertThat(cluster.calls(cluster.master(), "evalsha_ro")).isZero();
    }

    /** The read stands behind the call on the wire, and the call comes back without having run. */
    @ClusterTest(
            replicas = 1,
            on = {ClusterKind.PROCESSES, ClusterKind.CONTAINERS})
    void aReadBehindAScriptSeesWhatItWroteThoughTheScriptWasSentTwice(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster, PATIENT)) {
            for (int i = 1; i <= 50; i++) {
                client.execute(scriptFlush());
                CompletableFuture<Reply> write = client.executeAsync(ADD.call(KEY, 1));
                CompletableFuture<String> read = client.executeAsync(get("k"), READ_YOUR_WRITES);
                assertThat(read.join()).as("round %d", i).isEqualTo(Integer.toString(i));
                assertThat(write.join().asLong()).isEqualTo(i);
            }
        }
        assertThat(cluster.calls(cluster.master(), "eval")).isEqualTo(50);
    }

    @ClusterTest(
            replicas = 0,
            on = {ClusterKind.PROCESSES, ClusterKind.CONTAINERS})
    void inBatchesAndTransactionsTooAScriptNeedsNoLoading(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster, PATIENT)) {
            List<Reply> replies = client.batch(set("k", 1), ADD.call(KEY, 1), set("other", 5));
            assertThat(replies.get(1).asLong()).isEqualTo(2);

            client.execute(scriptFlush());
            client.batch(set("k", 1), ADD.call(KEY, 1), set("k", 2));
            assertThat(client.execute(get("k"), MASTER))
                    .as("the last of the batch")
                    .isEqualTo("2");

            client.execute(scriptFlush());
            Command<Long> add = ADD.call(KEY, 1).map(Reply::asLong);
            TransactionResult done = client.dedicated(link -> {
                assertThat(link.execute(add)).isEqualTo(3);
                return link.transaction(set("a", "b"), add).orElseThrow();
            });
            assertThat(done.get(add)).isEqualTo(4);
        }
    }

    @ClusterTest(
            replicas = 1,
            on = {ClusterKind.PROCESSES, ClusterKind.CONTAINERS})
    void aFunctionThatOnlyReadsRunsAtAReplica(ClusterUnderTest cluster) {
        try (RoutingClient client = Clients.of(cluster, PATIENT)) {
            client.execute(functionLoad("""
                    #!lua name=reading
                    local function read(keys) return redis.call('GET', keys[1]) end
                    redis.register_function{function_name='read', callback=read, flags={'no-writes'}}"""));
            client.execute(set("k", "v"));
            cluster.awaitReplication();
            assertThat(client.execute(fcallRo("read", KEY)).asString()).isEqualTo("v");
        }
        assertThat(cluster.calls(cluster.replicas().get(0), "fcall_ro")).isEqualTo(1);
    }
}
