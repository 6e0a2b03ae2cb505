package dev.fairlead.server.internal.sentinel;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.internal.discovery.SentinelEvents;
import dev.fairlead.driver.internal.execute.CallEvents;
import dev.fairlead.driver.internal.execute.Cluster;
import dev.fairlead.driver.internal.execute.Executor;
import dev.fairlead.driver.internal.health.NodeHealth;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkCall;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.link.Sending;
import dev.fairlead.driver.internal.route.Router;
import dev.fairlead.driver.internal.session.AcknowledgementLog;
import dev.fairlead.policy.PolicySet;
import dev.fairlead.server.internal.sentinel.ReplicatingCluster.Store;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Observation;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.TopologyEvent;
import dev.fairlead.topology.TopologyReducer;
import dev.fairlead.topology.WriteGate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A driver on simulated connections: the reducer, the executor with its routing, and the sessions are production's; what finds and asks
 * the servers, on a thread of its own there, is modelled here. Confined to one thread.
 */
final class SimulatedDriver implements Cluster {
    private static final long MILLIS = 1_000_000;
    private static final long BEAT_MILLIS = 5;
    private static final long OVERDUE_MILLIS = 1_000;
    private static final long DEAD_MILLIS = 5_000;
    private static final long OVERDUE_LINK_NANOS = 50 * MILLIS;
    private static final long DIAL_MILLIS = 100;
    private static final long SENTINELS_MILLIS = 500;
    private static final long ROUND_MILLIS = 250;

    /** Round robin: a draw would not be the same when a seed is run again. */
    private static final String POLICY = "version: 1\ndefaults:\n  balance: round-robin\n  from: any\n";

    private final ReplicatingCluster cluster;
    private final SimulatedNetwork net;
    private final TopologyReducer reducer;
    private final long probeMillis;
    final SimulatedCluster.Member place;
    final Executor executor;
    private final NodeHealth health = new NodeHealth();
    private final AcknowledgementLog acknowledgements = new AcknowledgementLog();
    private final Map<Endpoint, Connection> connections = new TreeMap<>();
    private Topology topology;
    private long lastNanos;
    private long sleptNanos;
    private long links;
    private long openedMillis;
    private long tickedMillis;
    private boolean roundWanted;
    private boolean roundRunning;
    private boolean probeWanted;
    /** What is told of the writes of a history that is left. */
    record Loss(boolean amountKnown, long survivedUntilNanos, long told) {}

    /** Each history that was left, with what was told of its writes. */
    Consumer<List<Loss>> leftHistory = losses -> {};

    int adoptions;

    SimulatedDriver(ReplicatingCluster cluster, TopologyReducer reducer, int number, long probeMillis) {
        this.cluster = cluster;
        this.net = cluster.net;
        this.reducer = reducer;
        this.probeMillis = probeMillis;
        place = cluster.new Member(new Endpoint("10.0.2." + number, 1)) {};
        topology = reducer.initial(List.of(), true);
        executor = new Executor(
                this,
                new Router(PolicySet.parse(POLICY, "simulation.yaml")),
                health,
                acknowledgements,
                null,
                new Silent(),
                this::nanos,
                1_000,
                1_000,
                Duration.ofMillis(300));
        beat();
        askSentinels();
    }

    private static final class Silent implements CallEvents {
        @Override
        public boolean wanted() {
            return false;
        }

        @Override
        public void emit(RoutingEvent event) {}
    }

    /** Never the same instant twice. */
    long nanos() {
        assert !place.frozen : "who sleeps looks at no clock";
        lastNanos = Math.max(lastNanos + 1, net.now * MILLIS - sleptNanos);
        return lastNanos;
    }

    /** Its machine sleeps: the network goes on, its monotonic clock does not. */
    void sleep(long millis) {
        place.frozen = true;
        net.after(millis, () -> {
            sleptNanos += millis * MILLIS;
            place.frozen = false;
            observe(new Observation.ClockJumped(nanos()));
            place.thaw();
        });
    }

    /** On its own thread, so to say: not while its machine sleeps. */
    private void later(long millis, Runnable action) {
        net.after(millis, () -> place.deliver(action));
    }

    // What it sees

    private void observe(Observation observation) {
        var before = topology.shard().replicationId();
        TopologyReducer.Reduction next = reducer.reduce(topology, observation);
        boolean changed = next.topology() != topology;
        topology = next.topology();
        List<Loss> losses = new ArrayList<>();
        for (TopologyEvent each : next.events()) {
            if (each instanceof TopologyEvent.WritesLost loss) {
                long told = acknowledgements.leave(loss.survivedUntilNanos(), loss.amountKnown());
                losses.add(new Loss(loss.amountKnown(), loss.survivedUntilNanos(), told));
            }
        }
        var after = topology.shard().replicationId();
        if (after != null && !after.equals(before)) {
            adoptions++;
            leftHistory.accept(losses);
        }
        if (changed) {
            dialAll();
            executor.changed();
        }
    }

    private void dialAll() {
        Shard shard = topology.shard();
        List<Node> nodes = new ArrayList<>(shard.replicas());
        nodes.addAll(shard.others());
        if (shard.master() != null) {
            nodes.add(shard.master());
        }
        for (Node each : nodes) {
            connections.computeIfAbsent(each.endpoint(), Connection::new);
        }
    }

    private void beat() {
        net.after(BEAT_MILLIS, this::beat);
        if (place.frozen) {
            return;
        }
        health.retain(List.of()); // Its breakers go by a clock of their own.
        boolean held = topology.shard().writeGate().state() != WriteGate.State.OPEN;
        openedMillis = held ? openedMillis : net.now;
        for (Connection each : List.copyOf(connections.values())) {
            each.watch(held ? BEAT_MILLIS : probeMillis);
        }
        if (held || net.now - tickedMillis >= 1_000) {
            tickedMillis = net.now;
            observe(new Observation.Tick(nanos()));
        }
        for (Connection each : connections.values()) {
            if (each.link != null) {
                executor.look(each.link, nanos(), true);
            }
        }
        executor.tick();
    }

    private void askSentinels() {
        net.after(SENTINELS_MILLIS + net.random.nextInt(50), this::askSentinels);
        for (SimulatedCluster.Guard each : cluster.guards) {
            ask(each);
        }
    }

    private void ask(SimulatedCluster.Guard guard) {
        net.after(net.latency(), () -> {
            if (!guard.alive || guard.frozen || !cluster.canTalk(place, guard)) {
                return;
            }
            MasterMemory memory = guard.state.memory().get(0);
            net.after(
                    net.latency(),
                    () -> place.deliver(() -> observe(new Observation.SentinelReported(
                            guard.endpoint, memory.endpoint(), memory.configEpoch(), memory.replicas(), nanos()))));
        });
    }

    /** A Sentinel published an event, which one subscriber in twenty misses. */
    void hear(SimulatedCluster.Guard guard, String channel, String payload) {
        if (net.random.nextInt(20) == 0 || !cluster.canTalk(place, guard)) {
            return;
        }
        net.after(
                net.latency(),
                () -> place.deliver(() -> {
                    Observation said = SentinelEvents.read(
                            SimulatedCluster.NAME, guard.endpoint, channel, payload, nanos(), endpoint -> endpoint);
                    if (said != null) {
                        observe(said);
                    }
                    if (SentinelEvents.isOurs(SimulatedCluster.NAME, payload)) {
                        suspect(channel);
                    }
                }));
    }

    private void round() {
        roundRunning = true;
        roundWanted = false;
        cluster.guards.forEach(this::ask);
        int[] open = {1};
        Runnable end = () -> {
            if (--open[0] == 0) {
                endRound();
            }
        };
        for (Connection each : List.copyOf(connections.values())) {
            open[0]++;
            if (!each.probe(end)) {
                open[0]--;
            }
        }
        later(ROUND_MILLIS, () -> {
            if (open[0] > 0) {
                open[0] = Integer.MAX_VALUE;
                endRound();
            }
        });
        end.run();
    }

    private void endRound() {
        roundRunning = false;
        executor.resolved();
        if (roundWanted) {
            later(10, this::round);
        }
    }

    /** Asks the master once, and then runs this. */
    void sampleMaster(Runnable then) {
        Node master = topology.shard().master();
        Connection connection = master == null ? null : connections.get(master.endpoint());
        if (connection == null || !connection.probe(then)) {
            later(0, then);
        }
    }

    /** When the last report of this node that was taken in was asked for; in true time. */
    long askedMillis(Endpoint node) {
        Connection connection = connections.get(node);
        return connection == null ? 0 : connection.reportedMillis;
    }

    /** Its connections break, as by a restart of a firewall. */
    void breakLinks() {
        List.copyOf(connections.values()).forEach(Connection::reset);
    }

    /** A connection to a server: what is sent over it arrives in order, and so do the replies. */
    private final class Connection implements ReplicatingCluster.Peer {
        private final Store store;
        private final Deque<LinkCall> inFlight = new ArrayDeque<>();
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private Link link;
        private long id;
        private boolean dialling;
        private boolean parked;
        /** The server has closed it, which the driver may not have heard. */
        private boolean closedThere;

        private long arrivesThere;
        private long arrivesHere;
        private long reducedAt;
        private boolean probing;
        private boolean overdueTold;
        private long probedMillis;
        private long reportedMillis;
        private final List<Runnable> afterProbe = new ArrayList<>();
        private final List<Runnable> nextProbe = new ArrayList<>();

        Connection(Endpoint endpoint) {
            store = cluster.store(endpoint);
            dial();
        }

        private void dial() {
            dialling = true;
            later(net.latency() * 2, () -> {
                dialling = false;
                if (!store.alive || !cluster.canTalk(place, store)) {
                    observe(new Observation.NodeUnreachable(store.endpoint, nanos(), "refused"));
                    again();
                    return;
                }
                id = ++links;
                link = fake(id);
                parked = false;
                closedThere = false;
                arrivesThere = net.now;
                arrivesHere = net.now;
                store.peers.add(this);
                probing = false;
                probe(() -> {});
            });
        }

        private void again() {
            if (!dialling) {
                dialling = true;
                later(DIAL_MILLIS, this::dial);
            }
        }

        /** By one answer for all of its methods: stubs one by one take several times as long to be found. */
        private Link fake(long number) {
            return mock(Link.class, withSettings().stubOnly().defaultAnswer(call -> switch (call.getMethod()
                    .getName()) {
                case "id" -> number;
                case "endpoint" -> store.endpoint;
                case "isOpen" -> id == number;
                case "inFlight" -> inFlight.size();
                case "isOverdue" -> isOverdue();
                case "latencyNanos" -> 0.0;
                case "send" -> {
                    send(number, call.getArgument(0));
                    yield null;
                }
                case "forEachInFlight" -> {
                    Consumer<LinkCall> action = call.getArgument(0);
                    List.copyOf(inFlight).forEach(action);
                    yield null;
                }
                default -> throw new UnsupportedOperationException(call.toString());
            }));
        }

        private boolean isOverdue() {
            return !inFlight.isEmpty() && lastNanos - inFlight.peek().sentNanos() > OVERDUE_LINK_NANOS;
        }

        private void send(long number, LinkCall call) {
            Sending.at(call, nanos());
            if (id != number) {
                Sending.fail(call, new LinkException(LinkException.Kind.NOT_WRITTEN, store.endpoint, "closed"));
                return;
            }
            inFlight.add(call);
            there(() -> store.handle(new Asked(call)));
        }

        private final class Asked implements ReplicatingCluster.Request {
            private final LinkCall call;
            private final long number = id;

            Asked(LinkCall call) {
                this.call = call;
            }

            @Override
            public String word(int index) {
                return new String(call.argv()[index], StandardCharsets.UTF_8);
            }

            @Override
            public void park(Store at) {
                parked = true;
            }

            @Override
            public void reply(String bytes) {
                if (id != number) {
                    return;
                }
                boolean wasParked = parked;
                parked = false;
                here(() -> {
                    inFlight.remove(call);
                    Sending.answer(call, bytes);
                });
                while (wasParked && !parked && !waiting.isEmpty()) {
                    waiting.poll().run();
                }
            }
        }

        private void there(Runnable action) {
            long number = id;
            arrivesThere = Math.max(arrivesThere, net.now + net.latency());
            net.after(arrivesThere - net.now, () -> {
                if (id != number || !cluster.canTalk(place, store)) {
                    return;
                }
                if (closedThere) {
                    here(() -> broken("reset"));
                } else {
                    store.deliver(() -> {
                        if (id != number || closedThere) {
                            return;
                        }
                        if (parked) {
                            waiting.add(action);
                        } else {
                            action.run();
                        }
                    });
                }
            });
        }

        private void here(Runnable action) {
            long number = id;
            arrivesHere = Math.max(arrivesHere, net.now + net.latency());
            net.after(arrivesHere - net.now, () -> {
                if (id == number && cluster.canTalk(place, store)) {
                    place.deliver(() -> {
                        if (id == number) {
                            action.run();
                        }
                    });
                }
            });
        }

        /** Asks how it stands, or asks again when that is under way; false when there is no connection. */
        boolean probe(Runnable then) {
            if (id == 0) {
                return false;
            }
            if (probing) {
                nextProbe.add(then);
                return true;
            }
            probing = true;
            overdueTold = false;
            probedMillis = net.now;
            long asked = net.now;
            long sent = nanos();
            long number = id;
            afterProbe.add(then);
            there(() -> {
                var info = store.report();
                here(() -> {
                    long answered = nanos();
                    // Another thread reduces it, in order, but a moment later.
                    reducedAt = Math.max(reducedAt, net.now + net.random.nextInt(2));
                    later(reducedAt - net.now, () -> {
                        if (id == number) {
                            probing = false;
                            reportedMillis = asked;
                            observe(new Observation.NodeReported(store.endpoint, number, sent, answered, info));
                            over();
                        }
                    });
                });
            });
            return true;
        }

        private void over() {
            List<Runnable> done = List.copyOf(afterProbe);
            afterProbe.clear();
            if (!nextProbe.isEmpty()) {
                List<Runnable> more = List.copyOf(nextProbe);
                nextProbe.clear();
                more.forEach(this::probe);
            }
            done.forEach(Runnable::run);
        }

        void watch(long period) {
            if (id == 0) {
                again();
                return;
            }
            long waited = net.now - probedMillis;
            if (!probing && waited >= period) {
                probe(() -> {});
            } else if (probing && waited > DEAD_MILLIS) {
                broken("no answer");
            } else if (probing && waited > OVERDUE_MILLIS && !overdueTold) {
                overdueTold = true;
                observe(new Observation.NodeUnreachable(store.endpoint, nanos(), "no answer"));
            }
        }

        /** The server closed it; the driver learns of it after what was sent before. */
        @Override
        public void reset() {
            closedThere = true;
            store.peers.remove(this);
            waiting.clear();
            here(() -> broken("reset"));
        }

        private void broken(String reason) {
            long number = id;
            id = 0;
            link = null;
            store.peers.remove(this);
            waiting.clear();
            probing = false;
            List<LinkCall> lost = List.copyOf(inFlight);
            inFlight.clear();
            boolean callsFirst = net.random.nextBoolean();
            Runnable fail = () -> lost.forEach(each ->
                    Sending.fail(each, new LinkException(LinkException.Kind.OUTCOME_UNKNOWN, store.endpoint, reason)));
            if (callsFirst) {
                fail.run();
            }
            observe(new Observation.LinkBroken(store.endpoint, number, nanos(), reason));
            if (!callsFirst) {
                fail.run();
            }
            over();
            suspect("a link broke");
            again();
        }
    }

    // What the executor asks

    @Override
    public Topology topology() {
        return topology;
    }

    @Override
    public Link link(Node node) {
        Connection connection = connections.get(node.endpoint());
        return connection != null && connection.id != 0 && connection.id == node.linkId() ? connection.link : null;
    }

    @Override
    public void suspect(String reason) {
        if (!roundWanted) {
            roundWanted = true;
            if (!roundRunning) {
                later(10, this::round);
            }
        }
    }

    @Override
    public void loading(Endpoint node) {
        observe(new Observation.NodeLoading(node, nanos()));
    }

    @Override
    public void probeSoon(boolean forOffset) {
        if (!probeWanted) {
            probeWanted = true;
            later(BEAT_MILLIS, () -> {
                probeWanted = false;
                sampleMaster(() -> connections.values().forEach(each -> each.probe(() -> {})));
            });
        }
    }

    @Override
    public void boundInUse(long nanos) {}

    @Override
    public void offsetsInUse(long nanos) {}

    @Override
    public void covered(Node master, long sentNanos, ReplicationPosition position) {
        throw new IllegalStateException("these servers do not name the places of writes, as stock ones do not");
    }

    @Override
    public long probePeriodNanos() {
        return TimeUnit.MILLISECONDS.toNanos(probeMillis);
    }
}
