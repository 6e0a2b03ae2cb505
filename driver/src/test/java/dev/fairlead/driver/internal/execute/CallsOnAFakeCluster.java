package dev.fairlead.driver.internal.execute;

import static dev.fairlead.driver.CallOptions.DEFAULTS;
import static dev.fairlead.driver.internal.execute.FakeCluster.MASTER;
import static dev.fairlead.driver.internal.execute.FakeCluster.OTHER_REPLICA;
import static dev.fairlead.driver.internal.execute.FakeCluster.REPLICA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.Mockito.spy;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.internal.cache.ReadCache;
import dev.fairlead.driver.internal.health.NodeHealth;
import dev.fairlead.driver.internal.route.Router;
import dev.fairlead.driver.internal.session.AcknowledgementLog;
import dev.fairlead.driver.internal.session.KeyMarks;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.policy.PolicySet;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Observation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What tests of this room share: calls go one step at a time, on one thread and a clock that stands still until the test moves it. */
abstract class CallsOnAFakeCluster {
    static final String READONLY = "-READONLY You can't write against a read only replica.\r\n";

    final FakeCluster cluster = new FakeCluster(true);
    final AcknowledgementLog acknowledgements = new AcknowledgementLog();
    final SessionMarks session = new SessionMarks(new KeyMarks(100));
    final NodeHealth health = spy(new NodeHealth());
    ReadCache cache;
    Executor executor = executor("version: 1", 100);

    CallsOnAFakeCluster() {
        sentinelNames(MASTER, 1);
        executor.changed();
    }

    Executor executor(String policies, int heldCalls) {
        return new Executor(
                cluster,
                new Router(PolicySet.parse(policies, "t.yaml")),
                health,
                acknowledgements,
                cache,
                new CallEvents() {
                    @Override
                    public boolean wanted() {
                        return false;
                    }

                    @Override
                    public void emit(RoutingEvent event) {}
                },
                () -> cluster.now,
                1000,
                heldCalls,
                Duration.ofSeconds(1));
    }

    <T> CompletableFuture<T> submit(Command<T> command, CallOptions options) {
        return executor.submit(command, options, session);
    }

    <T> CompletableFuture<T> submit(Command<T> command) {
        return submit(command, DEFAULTS);
    }

    void pass(Duration time) {
        cluster.now += time.toNanos();
        executor.tick();
        for (Endpoint each : List.of(MASTER, REPLICA, OTHER_REPLICA)) {
            if (cluster.link(each) != null) {
                executor.look(cluster.link(each), cluster.now, true);
            }
        }
    }

    void sentinelNames(Endpoint master, long epoch) {
        cluster.observe(new Observation.SentinelReported(
                new Endpoint("10.0.0.9", 26379), master, epoch, List.of(REPLICA, OTHER_REPLICA), cluster.now));
        cluster.probeAll('a', 100);
    }

    /** The Sentinels make the replica the master of a history of its own; the old master is not heard from. */
    void failOver() {
        cluster.master(REPLICA, 'b', 'a', 100);
        cluster.observe(new Observation.SentinelReported(
                new Endpoint("10.0.0.9", 26379), REPLICA, 2, List.of(MASTER, OTHER_REPLICA), cluster.now));
        assertThat(cluster.topology().shard().master().endpoint()).isEqualTo(REPLICA);
    }

    void hold() {
        cluster.observe(
                new Observation.FailoverSelected(new Endpoint("10.0.0.9", 26379), MASTER, REPLICA, cluster.now));
    }

    static Throwable failure(CompletableFuture<?> call) {
        assertThat(call).isCompletedExceptionally();
        return catchThrowable(call::join).getCause();
    }

    Endpoint onlyReader() {
        assertThat(cluster.waiting(REPLICA) + cluster.waiting(OTHER_REPLICA)).isEqualTo(1);
        return cluster.waiting(REPLICA) == 1 ? REPLICA : OTHER_REPLICA;
    }
}
