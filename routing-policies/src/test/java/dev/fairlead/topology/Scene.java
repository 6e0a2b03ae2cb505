package dev.fairlead.topology;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Servers that say what a test tells them to say, on a clock that the test advances. Instants are in milliseconds. */
final class Scene {
    static final Endpoint A = Endpoint.parse("10.0.0.1:6379");
    static final Endpoint B = Endpoint.parse("10.0.0.2:6379");
    static final Endpoint C = Endpoint.parse("10.0.0.3:6379");
    static final Endpoint S1 = Endpoint.parse("10.0.0.9:26379");
    static final Endpoint S2 = Endpoint.parse("10.0.0.8:26379");
    static final ReplicationId R1 = id('1');
    static final ReplicationId R2 = id('2');
    static final ReplicationId R3 = id('3');

    final List<TopologyEvent> events = new ArrayList<>();
    private final TopologyReducer reducer;
    private final Map<Endpoint, Long> links = new HashMap<>();
    private Topology topology;
    private long lastLink;
    private long millis;

    Scene(boolean withSentinels, Set<Rule> rules, TopologySettings settings, Endpoint... seeds) {
        reducer = new TopologyReducer(settings, rules);
        topology = reducer.initial(List.of(seeds), withSentinels);
    }

    static Scene withoutSentinels(Endpoint... seeds) {
        return new Scene(false, EnumSet.allOf(Rule.class), TopologySettings.DEFAULT, seeds);
    }

    /** A is master of history 1 at offset 100, B and C replicas of it, and a Sentinel says so under epoch 1. */
    static Scene guarded() {
        Scene scene = new Scene(true, EnumSet.allOf(Rule.class), TopologySettings.DEFAULT, A, B, C);
        scene.sentinel(S1, A, 1);
        return scene.settled();
    }

    static Scene unguarded() {
        return withoutSentinels(A, B, C).settled();
    }

    private Scene settled() {
        says(A, master(R1, null, -1, 100));
        says(B, replica(R1, A, 100));
        says(C, replica(R1, A, 100));
        events.clear();
        return this;
    }

    static ReplicationId id(char digit) {
        return new ReplicationId(String.valueOf(digit).repeat(ReplicationId.LENGTH));
    }

    static String master(ReplicationId id, ReplicationId parent, long second, long offset) {
        return "role:master\r\nmaster_failover_state:no-failover\r\nmaster_replid:" + id + "\r\nmaster_replid2:"
                + (parent == null ? "0".repeat(ReplicationId.LENGTH) : parent) + "\r\nmaster_repl_offset:" + offset
                + "\r\nsecond_repl_offset:" + second + "\r\nrepl_backlog_active:1\r\n";
    }

    static String replica(ReplicationId id, Endpoint master, long offset) {
        return "role:slave\r\nmaster_host:" + master.host() + "\r\nmaster_port:" + master.port()
                + "\r\nmaster_link_status:up\r\nmaster_sync_in_progress:0\r\nslave_repl_offset:" + offset
                + "\r\nslave_read_only:1\r\nmaster_replid:" + id + "\r\nmaster_repl_offset:" + offset + "\r\n";
    }

    Scene at(long newMillis) {
        millis = newMillis;
        return this;
    }

    /** The node answers a probe at once; the request left 1 ms before. */
    Scene says(Endpoint node, String info) {
        millis++;
        return see(new Observation.NodeReported(
                node,
                links.computeIfAbsent(node, n -> ++lastLink),
                nanos(millis - 1),
                nanos(millis),
                ReplicationInfo.parse(info)));
    }

    /** The node pushes that it has applied so much, on the link of its last answer. */
    Scene pushes(Endpoint node, ReplicationId id, long offset) {
        return see(new Observation.PositionPushed(
                node, links.get(node), new ReplicationPosition(id, offset), nanos(millis)));
    }

    /** Its reply to a write that left at {@code sentMillis} names this place. */
    Scene covers(Endpoint node, long sentMillis, ReplicationId id, long offset) {
        return see(new Observation.WriteCovered(
                node, links.get(node), nanos(sentMillis), new ReplicationPosition(id, offset), nanos(millis)));
    }

    Scene sentinel(Endpoint sentinel, Endpoint master, long epoch) {
        return see(new Observation.SentinelReported(sentinel, master, epoch, List.of(), nanos(millis)));
    }

    Scene selects(Endpoint heir) {
        return see(new Observation.FailoverSelected(S1, A, heir, nanos(millis)));
    }

    Scene breaks(Endpoint node) {
        Long link = links.remove(node);
        return see(new Observation.LinkBroken(node, link == null ? 0 : link, nanos(millis), "reset by peer"));
    }

    Scene dies(Endpoint node) {
        breaks(node);
        return see(new Observation.NodeUnreachable(node, nanos(millis), "connection refused"));
    }

    Scene tick() {
        return see(new Observation.Tick(nanos(millis)));
    }

    Scene see(Observation observation) {
        TopologyReducer.Reduction reduction = reducer.reduce(topology, observation);
        topology = reduction.topology();
        events.addAll(reduction.events());
        return this;
    }

    static long nanos(long millis) {
        return millis * 1_000_000;
    }

    Topology topology() {
        return topology;
    }

    Shard shard() {
        return topology.shard();
    }

    Endpoint followed() {
        return shard().master() == null ? null : shard().master().endpoint();
    }

    WriteGate.State gate() {
        return shard().writeGate().state();
    }

    Node node(Endpoint endpoint) {
        return shard().node(endpoint);
    }

    <T extends TopologyEvent> List<T> told(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
