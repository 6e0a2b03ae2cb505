package dev.fairlead.it.harness;

import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A master, its replicas and, where asked for, Sentinels that watch it: the same to a test whether they are of the bundled
 * server, real processes or containers. Started with every replica online and every Sentinel knowing all the others.
 *
 * <p>Who is master is asked of the nodes each time, over the tests' own client.
 */
public interface ClusterUnderTest extends AutoCloseable {
    String MASTER_NAME = SentinelProcess.MASTER_NAME;

    /**
     * Silence after which the Sentinels of a test take a node for down. At half of it real ones were seen to fail a healthy new master
     * over once more, whose links had just been reset; a test of something else has no use for that.
     */
    Duration DOWN_AFTER = Duration.ofSeconds(1);

    /** From a dead master to a settled cluster: down-after, an election that may need a second try, the new links. */
    Duration SETTLE_TIMEOUT = Duration.ofSeconds(30);

    /** Real servers and Sentinels as processes, without a test around them: whoever starts it closes it. */
    static ClusterUnderTest ofProcesses(int replicas, int sentinels, Duration downAfter) {
        return new AssembledCluster(new ProcessGround(downAfter), replicas, sentinels, List.of());
    }

    /** The servers as they were started, the first master first. */
    List<TestNode> nodes();

    List<TestNode> sentinels();

    /** Lets the replication stream reach this replica so much later from now on. {@link Duration#ZERO} ends it. */
    void delayReplication(TestNode replica, Duration delay);

    /** Lets no word pass between these and all others; whoever tests them still reaches both sides. {@link #heal} ends it. */
    void partition(Set<TestNode> side);

    void heal();

    @Override
    void close();

    /** The one node that says role:master. @throws IllegalStateException when none does, or several */
    default TestNode master() {
        List<TestNode> masters = saying("master");
        if (masters.size() != 1) {
            throw new IllegalStateException("Masters: " + masters + " of " + nodes());
        }
        return masters.get(0);
    }

    default List<TestNode> replicas() {
        return saying("slave");
    }

    default String[] sentinelAddresses() {
        return sentinels().stream().map(TestNode::address).toArray(String[]::new);
    }

    default String[] addresses() {
        return nodes().stream().map(TestNode::address).toArray(String[]::new);
    }

    /** Orders a planned failover and returns when it is over: see {@link #awaitSettled}. */
    default void failover() {
        TestNode old = master();
        orderFailover();
        awaitMasterOtherThan(old);
        awaitSettled();
    }

    default void orderFailover() {
        try (RedisClient sentinel = sentinels().get(0).connect()) {
            sentinel.call("SENTINEL", "FAILOVER", MASTER_NAME);
        }
    }

    /** Waits until every Sentinel names another master than this. */
    default void awaitMasterOtherThan(TestNode old) {
        await("a master other than " + old).atMost(SETTLE_TIMEOUT).until(() -> sentinels().stream()
                .allMatch(sentinel -> !masterBy(sentinel).equals(old.address())));
    }

    /**
     * Waits until there is one master, all Sentinels name it, and every other node is a replica whose link is up. A replica of a
     * replica counts: real Sentinels that fail over twice in a row leave such a chain until their failover timeout has passed.
     */
    default void awaitSettled() {
        await("one master with all others online")
                .atMost(SETTLE_TIMEOUT)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> {
                    TestNode master = master();
                    for (TestNode sentinel : sentinels()) {
                        if (!masterBy(sentinel).equals(master.address())) {
                            return false;
                        }
                    }
                    List<TestNode> replicas = replicas();
                    for (TestNode replica : replicas) {
                        try (RedisClient client = replica.connect()) {
                            if (!"up".equals(client.info("replication").get("master_link_status"))) {
                                return false;
                            }
                        }
                    }
                    return replicas.size() == nodes().size() - 1;
                });
    }

    /** Waits until each Sentinel has heard from all replicas and all other Sentinels: until then it would refuse a failover. */
    default void awaitSentinels() {
        await("Sentinels that know each other")
                .atMost(SETTLE_TIMEOUT)
                .ignoreExceptions()
                .until(() -> {
                    for (TestNode sentinel : sentinels()) {
                        try (RedisClient client = sentinel.connect()) {
                            if (client.list("SENTINEL", "SENTINELS", MASTER_NAME)
                                            .size()
                                    != sentinels().size() - 1) {
                                return false;
                            }
                            List<Object> replicas = client.list("SENTINEL", "REPLICAS", MASTER_NAME);
                            if (replicas.size() != nodes().size() - 1) {
                                return false;
                            }
                            for (Object replica : replicas) {
                                if (!((List<?>) replica).containsAll(List.of("slave", "ok"))) {
                                    return false; // flags without s_down or disconnected, master-link-status ok
                                }
                            }
                        }
                    }
                    return true;
                });
    }

    /** Waits until all replicas have applied what the master has written so far. */
    default void awaitReplication() {
        long wanted = offset(master(), "master_repl_offset");
        await("replicas at offset " + wanted).atMost(SETTLE_TIMEOUT).until(() -> replicas().stream()
                .allMatch(replica -> offset(replica, "slave_repl_offset") >= wanted));
    }

    /** How often this node has run a command, by its own count. */
    default long calls(TestNode node, String command) {
        try (RedisClient client = node.connect()) {
            return client.callsOf(command);
        }
    }

    /** What each node and each Sentinel says of itself, for a test that failed. */
    default String describe() {
        StringBuilder text = new StringBuilder();
        for (TestNode node : nodes()) {
            text.append(node.address())
                    .append("  ")
                    .append(said(node, "INFO", "replication"))
                    .append('\n');
        }
        for (TestNode sentinel : sentinels()) {
            text.append("Sentinel ").append(sentinel.address()).append("  ");
            text.append(said(sentinel, "SENTINEL", "MASTER", MASTER_NAME)).append('\n');
        }
        return text.toString();
    }

    private static String said(TestNode node, String... question) {
        try (RedisClient client = RedisClient.connect(node.host(), node.port(), Duration.ofSeconds(1))) {
            return String.valueOf(client.ask(question)).replace("\r\n", " ");
        } catch (UncheckedIOException e) {
            return e.getMessage();
        }
    }

    private static long offset(TestNode node, String field) {
        try (RedisClient client = node.connect()) {
            return Long.parseLong(client.info("replication").get(field));
        }
    }

    private static String masterBy(TestNode sentinel) {
        try (RedisClient client = sentinel.connect()) {
            List<Object> address = client.list("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME);
            return address.get(0) + ":" + address.get(1);
        }
    }

    private List<TestNode> saying(String role) {
        List<TestNode> found = new ArrayList<>();
        for (TestNode node : nodes()) {
            try (RedisClient client = RedisClient.connect(node.host(), node.port(), Duration.ofSeconds(1))) {
                if (role.equals(client.info("replication").get("role"))) {
                    found.add(node);
                }
            } catch (UncheckedIOException e) {
                // A node that is down or frozen has no role.
            }
        }
        return found;
    }
}
