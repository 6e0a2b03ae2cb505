package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Servers and Sentinels on one thread, whose network delays, loses connections and parts on command. A server here is no more
 * than what a Sentinel sees of one: a role, a master, an offset, a hello channel; a subclass may give it more.
 */
class SimulatedCluster {
    static final String NAME = "mymaster";
    static final long DOWN_AFTER = 300;
    static final long FAILOVER_TIMEOUT = 3_000;
    /** A message that comes twice comes so much later the second time, at most. */
    private static final int STRAY_MILLIS = 500;

    final SimulatedNetwork net;
    final Map<Endpoint, Server> servers = new TreeMap<>();
    final List<Guard> guards = new ArrayList<>();
    /** Who was elected in which epoch; two in one are the end of the world. */
    private final Map<Long, String> leaders = new HashMap<>();
    /** Who voted for whom in which epoch. */
    private final Map<Long, Map<Integer, String>> votes = new HashMap<>();
    /** What a Sentinel reads back at its start of what it wrote: all of it, unless a rule is to be broken. */
    UnaryOperator<List<String>> disks = UnaryOperator.identity();

    final List<String> history = new ArrayList<>();
    int switches;
    int promotions;
    int elections;
    int failovers;

    SimulatedCluster(long seed, int nodes, int sentinels) {
        this(seed, nodes, sentinels, sentinels / 2 + 1);
    }

    SimulatedCluster(long seed, int nodes, int sentinels, int quorum) {
        net = new SimulatedNetwork(seed);
        Endpoint master = new Endpoint("10.0.0.1", 6379);
        for (int i = 1; i <= nodes; i++) {
            Server server = server(new Endpoint("10.0.0." + i, 6379), i == 1 ? null : master);
            servers.put(server.endpoint, server);
        }
        for (int i = 1; i <= sentinels; i++) {
            guards.add(new Guard(i, quorum));
        }
    }

    /** Makes a server, while this cluster is made. */
    Server server(Endpoint endpoint, Endpoint master) {
        return new Server(endpoint, master);
    }

    /** A Sentinel published an event. */
    void told(Guard guard, String name, String payload) {}

    void run(long millis) {
        net.runUntil(net.now + millis);
    }

    Server masterServer() {
        return servers.values().stream()
                .filter(server -> server.alive && server.master == null)
                .findFirst()
                .orElseThrow();
    }

    /** Something with an address that can be dead, frozen, or in another part of the network. */
    abstract class Member {
        final Endpoint endpoint;
        boolean alive = true;
        boolean frozen;
        int part;
        /** What arrived while it was frozen, in order. */
        final List<Runnable> inbox = new ArrayList<>();

        Member(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        void deliver(Runnable message) {
            if (frozen) {
                inbox.add(message);
            } else if (alive) {
                message.run();
            }
        }

        void thaw() {
            frozen = false;
            List<Runnable> waiting = List.copyOf(inbox);
            inbox.clear();
            waiting.forEach(Runnable::run);
        }
    }

    boolean canTalk(Member a, Member b) {
        return a.part == b.part;
    }

    /** A master or a replica as its INFO shows it. */
    class Server extends Member {
        Endpoint master;
        String runId = "run" + net.random.nextInt(1 << 30);
        long offset = net.random.nextInt(1_000);
        final Set<Connection> clients = new LinkedHashSet<>();

        Server(Endpoint endpoint, Endpoint master) {
            super(endpoint);
            this.master = master;
        }

        boolean linkUp() {
            Server to = master == null ? null : servers.get(master);
            return to != null && to != this && to.alive && canTalk(this, to);
        }

        String info() {
            StringBuilder text = new StringBuilder("run_id:" + runId + "\r\n");
            if (master == null) {
                text.append("role:master\r\n");
            } else {
                text.append("role:slave\r\nmaster_host:").append(master.host());
                text.append("\r\nmaster_port:").append(master.port());
                text.append("\r\nmaster_link_status:").append(linkUp() ? "up" : "down");
                text.append("\r\nslave_priority:100\r\nslave_repl_offset:")
                        .append(offset)
                        .append("\r\n");
            }
            int i = 0;
            for (Server other : servers.values()) {
                if (endpoint.equals(other.master) && other.linkUp()) {
                    text.append("slave").append(i++).append(":ip=").append(other.endpoint.host());
                    text.append(",port=").append(other.endpoint.port()).append(",state=online\r\n");
                }
            }
            return text.toString();
        }

        void reconfigure(Endpoint to, Connection by) {
            if (to == null && master != null) {
                promotions++;
                history.add(net.now + " promoted " + endpoint);
            }
            master = to;
            for (Connection client : List.copyOf(clients)) {
                if (client != by) {
                    client.reset();
                }
            }
        }

        /** {@code FAILOVER TO}: both change their roles a while later, or nothing happens. @return the error, or null */
        String handOver(Endpoint to) {
            Server replica = servers.get(to);
            if (master != null || !endpoint.equals(replica.master) || !replica.linkUp()) {
                return "ERR FAILOVER target HOST and PORT is not a replica.";
            }
            net.after(net.random.nextInt(1, 150), () -> {
                if (alive
                        && !frozen
                        && master == null
                        && endpoint.equals(replica.master)
                        && replica.linkUp()
                        && !replica.frozen) {
                    master = to;
                    replica.master = null;
                    promotions++;
                    history.add(net.now + " handed over to " + to);
                }
            });
            return null;
        }

        void crash() {
            alive = false;
            frozen = false;
            inbox.clear();
            List.copyOf(clients).forEach(Connection::reset);
        }

        void restart() {
            alive = true;
            runId = "run" + net.random.nextInt(1 << 30);
        }
    }

    private record Key(PeerLink link, LinkKind kind) {}

    /** One connection of a Sentinel. */
    final class Connection {
        final Guard from;
        final PeerLink link;
        final LinkKind kind;
        final Member to;
        boolean open = true;
        private boolean silent;
        private long lastArrivalThere;
        private long lastArrivalHere;

        Connection(Guard from, PeerLink link, LinkKind kind, Member to) {
            this.from = from;
            this.link = link;
            this.kind = kind;
            this.to = to;
        }

        /** Runs at the other side, in order; what is sent into a parted network is lost. */
        void there(Runnable action) {
            if (lost()) {
                return;
            }
            lastArrivalThere = Math.max(lastArrivalThere, net.now + net.latency());
            carry(lastArrivalThere, to, action, () -> open);
            if (net.duplicates()) {
                // What was sent before a connection ended still arrives, however late.
                carry(lastArrivalThere + net.random.nextInt(STRAY_MILLIS), to, action, () -> true);
            }
        }

        /** Runs at the Sentinel, in order. */
        void here(Runnable action) {
            if (lost()) {
                return;
            }
            lastArrivalHere = Math.max(lastArrivalHere, net.now + net.latency());
            carry(lastArrivalHere, from, action, () -> open);
            if (net.duplicates()) {
                carry(lastArrivalHere + net.random.nextInt(STRAY_MILLIS), from, action, () -> open);
            }
        }

        private void carry(long at, Member receiver, Runnable action, BooleanSupplier taken) {
            net.after(at - net.now, () -> {
                if (taken.getAsBoolean() && canTalk(from, to)) {
                    receiver.deliver(() -> {
                        if (taken.getAsBoolean()) {
                            action.run();
                        }
                    });
                }
            });
        }

        /** A stream that has lost a message carries nothing any more, and says so to its owner or does not. */
        private boolean lost() {
            if (!silent && net.loses()) {
                if (net.random.nextBoolean()) {
                    reset();
                }
                silent = true;
            }
            return silent;
        }

        void reset() {
            if (to instanceof Server server) {
                server.clients.remove(this);
            }
            here(() -> {
                open = false;
                if (from.connections.remove(key(), this)) {
                    from.state.linkDown(link, kind, net.now);
                }
            });
        }

        Key key() {
            return new Key(link, kind);
        }
    }

    /** A Sentinel: the real machine over this network. */
    final class Guard extends Member implements SentinelOutput {
        final int number;
        final Map<Key, Connection> connections = new LinkedHashMap<>();
        SentinelState state;
        private List<String> disk;
        private SentinelConfig config;
        private int incarnation;

        Guard(int number, int quorum) {
            super(new Endpoint("10.0.1." + number, 26379));
            this.number = number;
            disk = List.of(
                    "sentinel myid " + ("" + number).repeat(40).substring(0, 40),
                    "sentinel monitor " + NAME + " 10.0.0.1 6379 " + quorum,
                    "sentinel down-after-milliseconds " + NAME + " " + DOWN_AFTER,
                    "sentinel failover-timeout " + NAME + " " + FAILOVER_TIMEOUT);
            boot();
        }

        private void boot() {
            int mine = ++incarnation; // First: what it connects to while it reads its memory is this life's already.
            config = SentinelConfig.parse(
                    "disk", disks.apply(disk), path -> false, host -> host, (name, value) -> value);
            state = new SentinelState(
                    config.myId(), SentinelTimings.EMBEDDED, new SplittableRandom(net.random.nextLong()), this);
            mayPromote = false;
            state.announce(endpoint);
            state.recallEpoch(config.currentEpoch());
            for (MasterMemory master : config.masters()) {
                state.monitor(master.settings(), master.endpoint(), net.now);
                state.recall(master, net.now);
            }
            net.after(net.random.nextInt(25), () -> tick(mine));
        }

        private void tick(int mine) {
            if (mine == incarnation && alive) {
                deliver(() -> {
                    if (mine == incarnation) {
                        state.tick(net.now);
                        net.after(20 + net.random.nextInt(11), () -> tick(mine));
                    }
                });
            }
        }

        void crash() {
            alive = false;
            frozen = false;
            inbox.clear();
            incarnation++;
            connections.values().forEach(connection -> {
                connection.open = false;
                if (connection.to instanceof Server server) {
                    server.clients.remove(connection);
                }
            });
            connections.clear();
            for (Guard other : guards) {
                for (Connection connection : List.copyOf(other.connections.values())) {
                    if (connection.to == this) {
                        connection.reset();
                    }
                }
            }
        }

        void restart() {
            alive = true;
            boot();
        }

        Endpoint view() {
            return state.masterAddress(NAME).orElseThrow();
        }

        @Override
        public void connect(PeerLink link, LinkKind kind) {
            Member to = servers.get(link.endpoint());
            for (Guard guard : guards) {
                to = guard.endpoint.equals(link.endpoint()) ? guard : to;
            }
            Connection connection = new Connection(this, link, kind, to);
            connections.put(connection.key(), connection);
            int mine = incarnation;
            Member target = to;
            boolean refused = target == null || !target.alive;
            net.after(refused || canTalk(this, target) ? net.latency() * 2 : 1_000, () -> {
                if (mine != incarnation || !connection.open) {
                    return;
                }
                deliver(() -> established(connection, target != null && target.alive && canTalk(this, target)));
            });
        }

        private void established(Connection connection, boolean reached) {
            if (!connection.open || connections.get(connection.key()) != connection) {
                return;
            }
            if (!reached) {
                connection.open = false;
                connections.remove(connection.key());
                state.linkDown(connection.link, connection.kind, net.now);
                return;
            }
            if (connection.to instanceof Server server) {
                server.clients.add(connection);
            }
            state.linkUp(connection.link, connection.kind, net.now);
        }

        @Override
        public void disconnect(PeerLink link, LinkKind kind) {
            Connection connection = connections.remove(new Key(link, kind));
            if (connection != null) {
                connection.open = false;
                if (connection.to instanceof Server server) {
                    server.clients.remove(connection);
                }
            }
        }

        @Override
        public void send(PeerLink link, SentinelRequest request) {
            Connection connection = connections.get(new Key(link, LinkKind.COMMANDS));
            if (connection == null) {
                throw new IllegalStateException("sent over a link that is not up: " + link.endpoint());
            }
            boolean promotes = request instanceof SentinelRequest.Reconfigure order && order.master() == null
                    || request instanceof SentinelRequest.HandOver;
            if (promotes) {
                if (!mayPromote) {
                    throw broken("sentinel" + number + " promotes without being the leader");
                }
                mayPromote = false;
            }
            connection.there(() -> receive(connection, request));
        }

        private void receive(Connection connection, SentinelRequest request) {
            PeerLink link = connection.link;
            if (request instanceof SentinelRequest.Ping) {
                connection.here(() -> state.pingReplied(link, "PONG", net.now));
            } else if (request instanceof SentinelRequest.Info && connection.to instanceof Server server) {
                InfoReport report = InfoReport.parse(server.info());
                connection.here(() -> state.infoReplied(link, report, net.now));
            } else if (request instanceof SentinelRequest.Hello hello) {
                hello(connection.to, hello.payload());
            } else if (request instanceof SentinelRequest.Reconfigure order && connection.to instanceof Server server) {
                server.reconfigure(order.master(), connection);
                connection.here(() -> state.reconfigured(link, net.now));
            } else if (request instanceof SentinelRequest.HandOver order && connection.to instanceof Server server) {
                String refusal = server.handOver(order.replica());
                if (refusal != null) {
                    connection.here(() -> state.handOverRefused(link, refusal, net.now));
                }
            } else if (request instanceof SentinelRequest.AskDown ask && connection.to instanceof Guard other) {
                SentinelState.DownAnswer answer =
                        other.state.isMasterDown(ask.master(), ask.epoch(), ask.candidate(), net.now);
                connection.here(() -> state.downReplied(
                        link, ask.masterName(), answer.down(), answer.vote(), answer.voteEpoch(), net.now));
            }
        }

        private void hello(Member to, String payload) {
            if (to instanceof Guard other) {
                other.state.hello(null, payload, net.now);
                return;
            }
            for (Connection client : List.copyOf(((Server) to).clients)) {
                if (client.kind == LinkKind.HELLO) {
                    client.here(() -> client.from.state.hello(client.link, payload, net.now));
                }
            }
        }

        @Override
        public void event(String name, String payload) {
            history.add(net.now + " sentinel" + number + " " + name + " " + payload);
            told(this, name, payload);
            switch (name) {
                case "+vote-for-leader" -> voted(payload.split(" ")[0], Long.parseLong(payload.split(" ")[1]));
                case "+elected-leader" -> elected();
                case "+promoted-slave" -> failovers++;
                case "-failover-abort-not-elected", "-failover-abort-no-good-slave", "-failover-abort-slave-timeout" ->
                    mayPromote = false;
                case "+switch-master" -> switches++;
                default -> {}
            }
        }

        private void voted(String candidate, long epoch) {
            String before = votes.computeIfAbsent(epoch, any -> new HashMap<>()).putIfAbsent(number, candidate);
            if (before != null && !before.equals(candidate)) {
                throw broken("sentinel" + number + " voted twice in epoch " + epoch);
            }
        }

        private void elected() {
            mayPromote = true;
            if (ordered) {
                return;
            }
            elections++;
            long epoch = state.currentEpoch();
            String before = leaders.putIfAbsent(epoch, state.myId());
            if (before != null && !before.equals(state.myId())) {
                throw broken("two leaders in epoch " + epoch);
            }
            long behind = votes.getOrDefault(epoch, Map.of()).values().stream()
                    .filter(state.myId()::equals)
                    .count();
            if (behind < guards.size() / 2 + 1) {
                throw broken("a minority of " + behind + " elected sentinel" + number);
            }
        }

        /** An order by a person, which asks nobody and needs no election. */
        private boolean ordered;
        /** Elected, or ordered to, and not done yet. */
        private boolean mayPromote;

        Optional<String> orderFailover(boolean coordinated) {
            ordered = true;
            Optional<String> refusal = state.failover(NAME, coordinated, net.now);
            ordered = false;
            return refusal;
        }

        @Override
        public void note(String text) {
            history.add(net.now + " sentinel" + number + " " + text);
        }

        @Override
        public void script(List<String> command) {
            throw new IllegalStateException("nobody configured a script");
        }

        @Override
        public void die() {
            throw new IllegalStateException("nobody asked for a simulated failure");
        }

        @Override
        public void persist() {
            disk = config.rewrite(state);
        }
    }

    /** For what must never happen: with what went before it. */
    private AssertionError broken(String rule) {
        return new AssertionError(rule + "\n" + recentHistory());
    }

    void part(Member member, int part) {
        member.part = part;
    }

    String recentHistory() {
        return String.join("\n", history.subList(Math.max(0, history.size() - 120), history.size()));
    }

    /** One master, every other server its replica, all Sentinels agreeing; else what is wrong. */
    String disagreement() {
        Set<Endpoint> views = new HashSet<>();
        guards.stream().filter(guard -> guard.alive).forEach(guard -> views.add(guard.view()));
        if (views.size() != 1) {
            return "the Sentinels see " + views;
        }
        Endpoint master = views.iterator().next();
        for (Server server : servers.values()) {
            boolean right = server.endpoint.equals(master) ? server.master == null : master.equals(server.master);
            if (server.alive && !right) {
                return server.endpoint + " follows " + server.master + " and the master is " + master;
            }
            if (server.endpoint.equals(master) && !server.alive) {
                return "the master " + master + " is dead";
            }
        }
        return null;
    }
}
