package dev.fairlead.it.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A cluster of stock servers, put together one by one on a {@link Ground}. */
final class AssembledCluster implements ClusterUnderTest {
    private final Ground ground;
    private final List<TestNode> nodes = new ArrayList<>();
    private final List<TestNode> sentinels = new ArrayList<>();
    private final Map<TestNode, FaultyProxy> proxies = new HashMap<>();

    AssembledCluster(Ground ground, int replicas, int sentinelCount, List<String> lines) {
        this.ground = ground;
        try {
            List<String> directives = new ArrayList<>(lines);
            TestNode master = ground.server(directives);
            nodes.add(master);
            directives.add("replicaof " + master.host() + " " + master.port());
            for (int i = 0; i < replicas; i++) {
                nodes.add(ground.server(directives));
            }
            awaitSettled();
            int quorum = sentinelCount / 2 + 1;
            for (int i = 0; i < sentinelCount; i++) {
                TestNode sentinel = ground.sentinel(master, quorum);
                sentinels.add(sentinel);
                quicken(sentinel);
            }
            awaitSentinels();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public List<TestNode> nodes() {
        return nodes;
    }

    @Override
    public List<TestNode> sentinels() {
        return sentinels;
    }

    @Override
    public void delayReplication(TestNode replica, Duration delay) {
        proxies.computeIfAbsent(replica, this::putInBetween).delay(delay);
    }

    @Override
    public void partition(Set<TestNode> side) {
        throw new UnsupportedOperationException("the network between real servers is not the tests' to cut");
    }

    @Override
    public void heal() {
        throw new UnsupportedOperationException("the network between real servers is not the tests' to cut");
    }

    @Override
    public void close() {
        proxies.values().forEach(FaultyProxy::close);
        sentinels.forEach(TestNode::close);
        nodes.forEach(TestNode::close);
        ground.close();
    }

    @Override
    public String toString() {
        return ground + " " + nodes;
    }

    private FaultyProxy putInBetween(TestNode replica) {
        FaultyProxy proxy = new FaultyProxy(ground.addressOfThisMachine(), master());
        try (RedisClient client = replica.connect()) {
            client.call("REPLICAOF", proxy.host(), Integer.toString(proxy.port()));
        }
        awaitSettled(); // The handshake should not be slowed.
        return proxy;
    }

    /**
     * A stock Sentinel looks at replicas every 10 s and turns a returned master into a replica after four hellos of 2 s; a
     * test need not wait for that. Down-after, elections and the failover itself are as they are. 6.2 has no such switch.
     */
    private static void quicken(TestNode sentinel) {
        if (RedisBinary.find().isAtLeast("7.0")) {
            try (RedisClient client = sentinel.connect()) {
                client.call("SENTINEL", "DEBUG", "info-period", "500", "publish-period", "250");
            }
        }
    }

    /** Where servers run. */
    interface Ground extends AutoCloseable {
        TestNode server(List<String> directives);

        TestNode sentinel(TestNode master, int quorum);

        /** Under which address servers reach a port of the tests. */
        String addressOfThisMachine();

        @Override
        void close();
    }
}
