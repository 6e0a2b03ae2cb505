package dev.fairlead.driver.internal.execute;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkCall;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.link.Sending;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Observation;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.ReplicationInfo;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.TopologyReducer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A master and two replicas as the driver sees them, on one thread, with a clock that a test moves. The topology is the real
 * one, made from observations; links keep what is sent over them until the test answers.
 */
final class FakeCluster implements Cluster {
    static final Endpoint MASTER = new Endpoint("10.0.0.1", 6379);
    static final Endpoint REPLICA = new Endpoint("10.0.0.2", 6379);
    static final Endpoint OTHER_REPLICA = new Endpoint("10.0.0.3", 6379);

    private final TopologyReducer reducer = new TopologyReducer();
    private final Map<Endpoint, Link> links = new HashMap<>();
    private final Map<Endpoint, Deque<Attempt<?>>> sent = new HashMap<>();
    private long nextLinkId = 1;
    private Topology topology;
    final List<String> suspicions = new ArrayList<>();
    int probesAskedFor;
    long now = TimeUnit.SECONDS.toNanos(100);

    /** Runs once, right after the next look at the topology: what another thread does just then. */
    Runnable afterLook = () -> {};

    /** Runs once, at the next look at the write gate. */
    Runnable atTheGate = () -> {};

    /** Most calls that a link takes. */
    int room = Integer.MAX_VALUE;

    FakeCluster(boolean withSentinels) {
        topology = reducer.initial(List.of(MASTER, REPLICA, OTHER_REPLICA), withSentinels);
        for (Endpoint each : List.of(MASTER, REPLICA, OTHER_REPLICA)) {
            connect(each);
        }
        probeAll('a', 100);
    }

    // What the test does

    void connect(Endpoint node) {
        Link link = mock(Link.class, withSettings().stubOnly());
        long id = nextLinkId++;
        Deque<Attempt<?>> waiting = new ArrayDeque<>();
        when(link.id()).thenReturn(id);
        when(link.isOpen()).thenReturn(true);
        when(link.inFlight()).thenAnswer(call -> waiting.size());
        doAnswer(call -> {
                    Attempt<?> attempt = call.getArgument(0);
                    Sending.at(attempt, now);
                    if (waiting.size() >= room) {
                        attempt.onFailure(new LinkException(LinkException.Kind.FULL, node, "full"));
                    } else {
                        waiting.add(attempt);
                    }
                    return null;
                })
                .when(link)
                .send(any());
        doAnswer(call -> {
                    Consumer<LinkCall> action = call.getArgument(0);
                    List.copyOf(waiting).forEach(action);
                    return null;
                })
                .when(link)
                .forEachInFlight(any());
        links.put(node, link);
        sent.put(node, waiting);
    }

    void cut(Endpoint node) {
        long id = links.remove(node).id();
        observe(new Observation.LinkBroken(node, id, now, "cut"));
        for (Attempt<?> lost = next(node); lost != null; lost = next(node)) {
            lost.onFailure(new LinkException(LinkException.Kind.OUTCOME_UNKNOWN, node, "cut"));
        }
    }

    /** The link refuses what is in it as never written: it closed before it got that far. */
    void refuseUnwritten(Endpoint node) {
        next(node).onFailure(new LinkException(LinkException.Kind.NOT_WRITTEN, node, "the link was closed"));
    }

    void probeAll(char id, long offset) {
        master(MASTER, id, null, offset);
        replica(REPLICA, MASTER, id, offset);
        replica(OTHER_REPLICA, MASTER, id, offset);
    }

    void master(Endpoint node, char id, Character parent, long offset) {
        report(
                node,
                "role:master\r\nconnected_slaves:0\r\nmaster_replid:" + word(id) + "\r\nmaster_replid2:"
                        + word(parent == null ? '0' : parent) + "\r\nmaster_repl_offset:" + offset
                        + "\r\nsecond_repl_offset:" + (parent == null ? -1 : offset + 1)
                        + "\r\nrepl_backlog_active:1\r\n");
    }

    void replica(Endpoint node, Endpoint of, char id, long offset) {
        report(
                node,
                "role:slave\r\nmaster_host:" + of.host() + "\r\nmaster_port:" + of.port()
                        + "\r\nmaster_link_status:up\r\nmaster_sync_in_progress:0\r\nslave_repl_offset:" + offset
                        + "\r\nslave_read_only:1\r\nconnected_slaves:0\r\nmaster_replid:" + word(id)
                        + "\r\nmaster_replid2:" + word('0') + "\r\nmaster_repl_offset:" + offset
                        + "\r\nsecond_repl_offset:-1\r\nrepl_backlog_active:1\r\n");
    }

    private void report(Endpoint node, String info) {
        observe(new Observation.NodeReported(node, links.get(node).id(), now, now, ReplicationInfo.parse(info)));
    }

    /** A replica says unasked what it has applied. */
    void push(Endpoint node, char id, long offset) {
        ReplicationPosition place = new ReplicationPosition(new ReplicationId(word(id)), offset);
        observe(new Observation.PositionPushed(node, links.get(node).id(), place, now));
    }

    private static String word(char c) {
        return String.valueOf(c).repeat(40);
    }

    void observe(Observation observation) {
        topology = reducer.reduce(topology, observation).topology();
    }

    /** The link to a node: overdue, when the test says so. */
    Link link(Endpoint node) {
        return links.get(node);
    }

    /** The oldest call that a node has not answered; null when there is none. */
    Attempt<?> next(Endpoint node) {
        return sent.get(node).poll();
    }

    int waiting(Endpoint node) {
        return sent.get(node).size();
    }

    void answer(Endpoint node, String reply) {
        Attempt<?> attempt = next(node);
        ByteBuf bytes = Unpooled.copiedBuffer(reply, StandardCharsets.UTF_8);
        RespReader reader = new RespReader().reset(bytes, bytes.readableBytes());
        if (reader.isError()) {
            attempt.onError((Reply.ServerError) reader.readReply());
        } else {
            try {
                attempt.onReply(reader);
            } catch (RuntimeException e) { // What a link makes of it.
                attempt.onFailure(new LinkException(LinkException.Kind.UNREADABLE_REPLY, node, "cannot be decoded", e));
            }
        }
    }

    // What the executor asks

    @Override
    public Topology topology() {
        Topology seen = topology;
        Runnable then = afterLook;
        afterLook = () -> {};
        then.run();
        Shard shard = seen.shard();
        Shard watched = (Shard) Proxy.newProxyInstance(
                Shard.class.getClassLoader(), new Class<?>[] {Shard.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("writeGate")) {
                        Runnable now = atTheGate;
                        atTheGate = () -> {};
                        now.run();
                    }
                    return method.invoke(shard, arguments);
                });
        return new Topology(seen.version(), List.of(watched));
    }

    @Override
    public Link link(Node node) {
        Link link = links.get(node.endpoint());
        return link != null && link.id() == node.linkId() ? link : null;
    }

    @Override
    public void suspect(String reason) {
        suspicions.add(reason);
    }

    @Override
    public void loading(Endpoint node) {
        observe(new Observation.NodeLoading(node, now));
    }

    @Override
    public void probeSoon(boolean forOffset) {
        probesAskedFor += forOffset ? 0 : 1;
    }

    @Override
    public void offsetsInUse(long nanos) {}

    @Override
    public void covered(Node master, long sentNanos, ReplicationPosition place) {
        observe(new Observation.WriteCovered(master.endpoint(), master.linkId(), sentNanos, place, now));
    }

    @Override
    public void boundInUse(long nanos) {}

    @Override
    public long probePeriodNanos() {
        return TimeUnit.MILLISECONDS.toNanos(50);
    }
}
