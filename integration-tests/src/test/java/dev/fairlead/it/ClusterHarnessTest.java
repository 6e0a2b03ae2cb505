package dev.fairlead.it;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.TestNode;

/** Each kind of cluster does what tests ask of it, by the words of its servers. */
class ClusterHarnessTest {
    @ClusterTest(sentinels = 3)
    void aPlannedFailoverMakesAReplicaTheMasterAndTheOldMasterItsReplica(ClusterUnderTest cluster) {
        TestNode old = cluster.master();
        cluster.failover();
        assertThat(cluster.master()).isNotEqualTo(old);
        assertThat(cluster.replicas()).hasSize(2).contains(old);
    }

    @ClusterTest(sentinels = 3)
    void aKilledMasterIsReplacedAndComesBackAsAReplica(ClusterUnderTest cluster) {
        TestNode old = cluster.master();
        old.kill();
        cluster.awaitMasterOtherThan(old);
        old.restart();
        cluster.awaitSettled();
        assertThat(cluster.replicas()).contains(old);
    }

    @ClusterTest
    void aDelayedReplicaShowsTheOldValueUntilTheDelayIsOver(ClusterUnderTest cluster) {
        TestNode late = cluster.replicas().get(0);
        TestNode prompt = cluster.replicas().get(1);
        cluster.delayReplication(late, ofMillis(1_500));
        try (RedisClient master = cluster.master().connect();
                RedisClient behind = late.connect();
                RedisClient level = prompt.connect()) {
            master.call("SET", "k", "v");
            await().until(() -> "v".equals(level.text("GET", "k")));
            assertThat(behind.text("GET", "k")).isNull();
            cluster.delayReplication(late, ZERO);
            await().atMost(ofMillis(1_000)).until(() -> "v".equals(behind.text("GET", "k")));
        }
    }

    @ClusterTest
    void aPausedNodeHasNoRoleUntilItIsResumed(ClusterUnderTest cluster) {
        TestNode replica = cluster.replicas().get(0);
        replica.pause();
        assertThat(cluster.replicas()).doesNotContain(replica);
        replica.resume();
        cluster.awaitSettled();
        assertThat(cluster.replicas()).contains(replica);
    }
}
