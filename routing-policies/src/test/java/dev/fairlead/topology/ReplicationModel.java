package dev.fairlead.topology;

import dev.fairlead.policy.Balance;
import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.Demand;
import dev.fairlead.policy.Hedge;
import dev.fairlead.policy.LoadView;
import dev.fairlead.policy.ReadFrom;
import dev.fairlead.policy.Retry;
import dev.fairlead.policy.RoutingPolicy;
import dev.fairlead.policy.RoutingRequest;
import dev.fairlead.policy.RoutingSettings;
import dev.fairlead.policy.WhenNoneIsFresh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A master and three replicas as they really are, and a client that sees them only through late answers. One seed gives one history
 * of writes, slow replication, probes, broken links, restarts, full syncs, failovers and a suspended client; after each step reads
 * are placed by the policy, and each read that a node qualifies for is compared with what the node really holds.
 */
final class ReplicationModel {
    private static final long MS = 1_000_000;
    private static final int STEPS = 500;
    private static final long SAMPLE_AGE = 20 * MS;
    private static final String IDLE = "no-failover";
    private static final Endpoint SENTINEL = new Endpoint("sentinel", 26379);

    /** All bytes of a history up to an offset: what a read has shown, or a token stands for. */
    private record Prefix(History history, long offset) {}

    /** A write of this client whose acknowledgement named the place that covers it. */
    private record Own(History history, long offset, long acknowledgedNanos) {}

    private record Handed(ConsistencyToken token, List<Prefix> standsFor) {}

    /** A rule of sessions that is switched off, to show that it is needed. */
    enum Fault {
        NONE,
        FORGETS_WHAT_IT_READ,
        FORGETS_WHERE_IT_READ
    }

    /** Tokens that are remembered at once: the oldest go. */
    private static final int MAX_TOKENS = 12;

    private static final class Server {
        final Endpoint endpoint;
        boolean master;
        boolean dead;
        Server upstream;
        History history;
        long applied;
        long received;
        /** What is really there, when it is less than what the bookkeeping says. */
        boolean emptied;

        boolean linkUp = true;
        boolean syncing;
        boolean readOnly = true;
        /** Counts its syncs and openings to writes; the client was told of the one that {@code told} names. */
        int episode;

        int told;
        /** Chosen to be promoted: nothing else happens to it. */
        boolean chosen;

        long link;
        /** A link answers in order: no request is run, and no reply read, before the one ahead of it. */
        long runsFrom;

        long readFrom;

        Server(int index) {
            endpoint = new Endpoint("node-" + index, 6379);
        }
    }

    private record Due(long real, int order, Runnable action) {}

    private final Random random;
    private final Set<Rule> rules;
    private final TopologyReducer reducer;
    private final boolean sentinels;
    private final boolean clean;
    /** Whether replicas push what they have applied, and masters name the places of writes, beside what probes find. */
    private final boolean tells;

    private final List<Server> servers = new ArrayList<>();
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::real).thenComparingInt(Due::order));
    private final List<History> histories = new ArrayList<>();
    private Topology topology;
    private Server master;
    private long real;
    private long skew;
    private int order;
    private long links;
    private long epoch = 1;
    private boolean failingOver;
    private final Fault fault;
    private final List<Reader> readers = Stream.generate(Reader::new).limit(16).toList();
    private final List<Handed> tokens = new ArrayList<>();
    private final List<Own> own = new ArrayList<>();
    int readsByPlace;
    int tokenReads;
    int tokensLost;
    int served;
    int servedByReplicas;
    int adoptions;

    ReplicationModel(long seed, Set<Rule> rules) {
        this(seed, rules, Fault.NONE);
    }

    ReplicationModel(long seed, Set<Rule> rules, Fault fault) {
        this.fault = fault;
        random = new Random(seed);
        this.rules = rules;
        sentinels = random.nextBoolean();
        clean = random.nextBoolean();
        tells = random.nextBoolean();
        // Half of the histories run across the point where nanoTime wraps.
        skew = random.nextBoolean() ? 0 : -(Long.MAX_VALUE - 300 * MS);
        reducer = new TopologyReducer(TopologySettings.DEFAULT, rules);
        History first = new History(random, null, 0);
        histories.add(first);
        for (int i = 0; i < 4; i++) {
            Server server = new Server(i);
            server.history = first;
            server.link = ++links;
            servers.add(server);
        }
        master = servers.get(0);
        master.master = true;
        servers.subList(1, 4).forEach(server -> server.upstream = master);
        topology = reducer.initial(servers.stream().map(s -> s.endpoint).toList(), sentinels);
        if (sentinels) {
            announce();
        }
    }

    static Set<Rule> allBut(Rule rule) {
        Set<Rule> rules = EnumSet.allOf(Rule.class);
        rules.remove(rule);
        return rules;
    }

    /** The first broken promise, in words; null when every promise was kept. */
    String run() {
        for (int step = 0; step < STEPS; step++) {
            real += random.nextInt((int) (2 * MS));
            while (!due.isEmpty() && due.peek().real <= real) {
                due.poll().action.run();
            }
            act();
            String broken = read();
            if (broken != null) {
                return "step " + step + ": " + broken;
            }
        }
        return null;
    }

    private long client() {
        return real - skew;
    }

    private void act() {
        int dice = random.nextInt(1000);
        Server any = servers.get(random.nextInt(servers.size()));
        if (dice < 350) {
            if (tells && random.nextBoolean()) {
                writeOwn();
            } else {
                write(master);
            }
        } else if (dice < 600) {
            replicate(any);
        } else if (dice < 900) {
            if (tells && random.nextInt(3) > 0) {
                push(any);
            } else {
                probe(any);
            }
        } else if (dice < 915) {
            breakClientLink(any);
        } else if (dice < 930) {
            startSync(any, random.nextInt(4) == 0);
        } else if (dice < 940) {
            flapReplication(any);
        } else if (dice < 945) {
            openToWrites(any);
        } else if (dice < 955) {
            failover();
        } else if (dice < 957) {
            suspend();
        } else {
            List<Server> all = servers;
            all.forEach(this::replicate);
        }
    }

    private void later(long delay, Runnable action) {
        due.add(new Due(real + delay, order++, action));
    }

    private void write(Server at) {
        if (at.dead || !at.master) {
            return;
        }
        History history = at.history;
        long offset = append(at);
        later(random.nextInt((int) (2 * MS)), () -> history.acknowledged(offset, real, client()));
    }

    /** A write of some bytes; the offset that covers it. */
    private long append(Server at) {
        at.history.end += 1 + random.nextInt(50);
        at.applied = at.history.end;
        at.received = at.history.end;
        return at.history.end;
    }

    /** This client writes to the master that it follows, whoever that is by now. */
    private void writeOwn() {
        Node node = topology.shard().master();
        Server at = node == null ? null : server(node.endpoint());
        if (at == null || at.dead || at.link != node.linkId()) {
            return;
        }
        long sent = client();
        long link = at.link;
        at.runsFrom = Math.max(at.runsFrom, real + random.nextInt((int) (2 * MS)));
        later(at.runsFrom - real, () -> {
            if (at.dead || at.link != link || !at.master) {
                return;
            }
            History history = at.history;
            long offset = append(at);
            at.readFrom = Math.max(at.readFrom, real + random.nextInt((int) (2 * MS)));
            later(at.readFrom - real, () -> {
                if (at.link != link) {
                    return;
                }
                history.acknowledged(offset, real, client());
                own.add(new Own(history, offset, client()));
                observe(new Observation.WriteCovered(
                        at.endpoint, link, sent, new ReplicationPosition(history.id, offset), client()));
            });
        });
    }

    private void replicate(Server replica) {
        Server from = replica.upstream;
        if (replica.master || replica.dead || !replica.linkUp || replica.syncing || from == null || from.dead) {
            return;
        }
        if (from.history != replica.history) {
            long shared = from.history.sharedWith(replica.history);
            if (shared < replica.applied) {
                startSync(replica, false);
                return;
            }
            replica.history = from.history;
            replica.received = replica.applied;
        }
        long behind = Math.max(0, from.applied - replica.received);
        replica.received += behind == 0 ? 0 : random.nextLong(behind + 1);
        long pending = Math.max(0, replica.received - replica.applied);
        replica.applied += pending == 0 || random.nextInt(3) == 0 ? 0 : random.nextLong(pending + 1);
    }

    // ---- what the client sees

    private void push(Server replica) {
        if (replica.master || replica.dead || !replica.linkUp || replica.syncing) {
            return;
        }
        long link = replica.link;
        ReplicationPosition place = new ReplicationPosition(replica.history.id, replica.applied);
        replica.readFrom = Math.max(replica.readFrom, real + random.nextInt((int) (4 * MS)));
        later(replica.readFrom - real, () -> {
            if (replica.link == link) {
                observe(new Observation.PositionPushed(replica.endpoint, link, place, client()));
            }
        });
    }

    private void probe(Server server) {
        if (server.dead) {
            observe(new Observation.NodeUnreachable(server.endpoint, client(), "connection refused"));
            return;
        }
        long sent = client();
        long link = server.link;
        server.runsFrom = Math.max(server.runsFrom, real + random.nextInt((int) (4 * MS)));
        later(server.runsFrom - real, () -> {
            if (server.dead || server.link != link) {
                return;
            }
            ReplicationInfo info = info(server);
            int telling = server.syncing || !server.readOnly ? server.episode : 0;
            server.readFrom = Math.max(server.readFrom, real + random.nextInt((int) (4 * MS)));
            later(server.readFrom - real, () -> {
                if (server.link == link) {
                    server.told = Math.max(server.told, telling);
                    observe(new Observation.NodeReported(server.endpoint, link, sent, client(), info));
                }
            });
        });
    }

    private ReplicationInfo info(Server server) {
        return new ReplicationInfo(
                server.master ? Role.MASTER : Role.REPLICA,
                server.history.id,
                server.history.parent == null ? null : server.history.parent.id,
                server.history.parent == null ? -1 : server.history.fork + 1,
                server.master ? server.applied : server.received,
                server.master ? -1 : server.applied,
                server.master || server.upstream == null
                        ? (server.master ? null : server.endpoint)
                        : server.upstream.endpoint,
                server.linkUp && !server.syncing,
                server.syncing,
                false,
                false,
                server.readOnly,
                true,
                IDLE,
                List.of(),
                null);
    }

    private void observe(Observation observation) {
        TopologyReducer.Reduction reduction = reducer.reduce(topology, observation);
        topology = reduction.topology();
        adoptions += (int) reduction.events().stream()
                .filter(TopologyEvent.MasterChanged.class::isInstance)
                .count();
    }

    private void breakClientLink(Server server) {
        observe(new Observation.LinkBroken(server.endpoint, server.link, client(), "reset"));
        server.link = ++links;
        // The reason may have been a restart from an older file.
        if (!server.master && !server.syncing && random.nextBoolean()) {
            server.applied -= server.applied == 0 ? 0 : random.nextLong(Math.min(200, server.applied));
            server.received = server.applied;
        }
    }

    // ---- what goes on behind its back

    private void startSync(Server replica, boolean foreign) {
        if (replica.master || replica.dead || replica.syncing || replica.chosen) {
            return;
        }
        replica.syncing = true;
        replica.episode++;
        later(random.nextInt((int) (20 * MS)), () -> {
            // A flush that no probe foretold is met by a read first, which gets -LOADING.
            if (replica.told != replica.episode) {
                observe(new Observation.NodeLoading(replica.endpoint, client()));
            }
            replica.emptied = true;
        });
        later(20 * MS + random.nextInt((int) (20 * MS)), () -> {
            replica.syncing = false;
            if (replica.master || replica.dead) {
                return;
            }
            replica.emptied = false;
            replica.readOnly = true;
            if (foreign) {
                replica.history = new History(random, null, 0);
                replica.applied = 1_000_000;
                replica.upstream = null;
            } else {
                Server from = replica.upstream == null || replica.upstream.dead ? master : replica.upstream;
                replica.upstream = from;
                replica.history = from.history;
                // The snapshot may be older than what the replica had.
                replica.applied = from.applied - (from.applied == 0 ? 0 : random.nextLong(Math.min(300, from.applied)));
            }
            replica.received = replica.applied;
            replica.linkUp = true;
        });
    }

    private void flapReplication(Server replica) {
        if (replica.master || replica.dead || replica.syncing || replica.chosen) {
            return;
        }
        replica.linkUp = !replica.linkUp;
        // A replica whose link is down may have lost its data in a failed sync and still name the place it wants to go
        // on from;
        // its restart breaks the client's link too.
        if (!replica.linkUp && random.nextInt(3) == 0) {
            observe(new Observation.LinkBroken(replica.endpoint, replica.link, client(), "restart"));
            replica.link = ++links;
            replica.emptied = true;
        } else if (replica.linkUp && replica.emptied) {
            replica.linkUp = false;
            startSync(replica, false);
        }
    }

    private void openToWrites(Server replica) {
        if (replica.master || replica.dead || replica.syncing || replica.chosen || !replica.readOnly) {
            return;
        }
        replica.readOnly = false;
        replica.episode++;
        later(15 * MS, () -> {
            if (!replica.readOnly && replica.told == replica.episode && !replica.master) {
                replica.emptied = true;
                later(40 * MS, () -> startSync(replica, false));
            } else {
                replica.readOnly = true;
            }
        });
    }

    /** Clean: the old master stops before the new one begins. Otherwise both take writes for a while, as under Sentinels. */
    private void failover() {
        Server heir = servers.get(random.nextInt(servers.size()));
        if (failingOver
                || heir.master
                || heir.dead
                || heir.syncing
                || heir.emptied
                || !heir.readOnly
                || heir.history != master.history) {
            return;
        }
        failingOver = true;
        heir.chosen = true;
        Server old = master;
        if (clean || !sentinels) {
            boolean crash = random.nextBoolean();
            if (crash) {
                old.dead = true;
                observe(new Observation.LinkBroken(old.endpoint, old.link, client(), "reset"));
                old.link = ++links;
                later(80 * MS, () -> {
                    old.dead = false;
                    demote(old);
                });
            } else {
                demote(old);
            }
            promote(heir);
        } else {
            observe(new Observation.FailoverSelected(SENTINEL, old.endpoint, heir.endpoint, client()));
            // Either everybody holds writes until the heir has it all, or some still write to the old master.
            boolean held = random.nextBoolean();
            if (held) {
                heir.received = old.applied;
                heir.applied = old.applied;
                promote(heir);
            } else {
                later(random.nextInt((int) (10 * MS)), () -> promote(heir));
                for (int i = 0; i < 4; i++) {
                    later(random.nextInt((int) (50 * MS)), () -> write(old));
                }
            }
            later(60 * MS, () -> demote(old));
        }
        later(100 * MS, () -> {
            failingOver = false;
            servers.forEach(server -> {
                if (!server.master && server.upstream != null) {
                    server.upstream = master;
                }
            });
            epoch++;
            if (sentinels) {
                announce();
            }
        });
    }

    private void promote(Server heir) {
        heir.chosen = false;
        heir.master = true;
        heir.linkUp = true;
        heir.syncing = false;
        heir.received = heir.applied;
        heir.history = new History(random, heir.history, heir.applied);
        histories.add(heir.history);
        heir.upstream = null;
        master = heir;
    }

    private void demote(Server old) {
        old.master = false;
        later(0, () -> old.upstream = master);
        old.upstream = master;
        old.linkUp = true;
    }

    private void announce() {
        observe(new Observation.SentinelReported(SENTINEL, master.endpoint, epoch, List.of(), client()));
    }

    /** The client's process sleeps: its monotonic clock stands still while the world goes on. */
    private void suspend() {
        if (!due.isEmpty()) {
            return;
        }
        for (int i = 0; i < 3; i++) {
            write(master);
        }
        real += 100 * MS;
        skew += 100 * MS;
        while (!due.isEmpty() && due.peek().real <= real) {
            due.poll().action.run();
        }
        observe(new Observation.ClockJumped(client()));
    }

    // ---- reads

    private String read() {
        if (!rules.contains(Rule.MASTER_AS_OF_ITS_PROBE)) {
            observe(new Observation.Tick(client()));
        }
        return switch (random.nextInt(6)) {
            case 0 -> boundedInTime(Duration.ofMillis(10 + random.nextInt(60)));
            case 1 -> readYourWrites();
            case 2 -> boundedInBytes(random.nextInt(200));
            case 3 -> {
                makeToken();
                yield afterToken();
            }
            default -> neverGoesBack();
        };
    }

    private String boundedInTime(Duration lag) {
        Server server = place(settings(lag, -1), Demand.NOTHING);
        long instant = real - lag.toNanos();
        return server == null
                ? null
                : missing(
                        server,
                        "is at most " + lag.toMillis() + " ms old",
                        each -> each.before(instant),
                        Long.MAX_VALUE);
    }

    private String readYourWrites() {
        if (!own.isEmpty() && random.nextBoolean()) {
            return readYourPlace(own.get(own.size() - 1 - random.nextInt(Math.min(own.size(), 4))));
        }
        long last = lastWrite();
        if (last == Sightings.NEVER) {
            return null;
        }
        long adopted = topology.shard().adoptedNanos();
        long mustSee = last - adopted < 0 ? adopted : last;
        Server server = place(settings(null, -1), Demand.ofWrites(mustSee, false));
        // What this client wrote, it wrote to the master that it follows.
        return server == null
                ? null
                : missing(server, "reads its writes", false, each -> each.beforeOnClient(mustSee), Long.MAX_VALUE);
    }

    /** By the place that the acknowledgement named, or the instant at which it came, whichever a node can prove. */
    private String readYourPlace(Own write) {
        if (write.history != followed()) {
            return null;
        }
        long adopted = topology.shard().adoptedNanos();
        Demand.Covered covered = new Demand.Covered(write.offset, Sightings.NEVER);
        Demand demand = new Demand(Sightings.later(write.acknowledgedNanos, adopted), covered, false, null, null);
        Server server = place(settings(ReadFrom.REPLICA, null, -1), demand);
        if (server == null) {
            return null;
        }
        readsByPlace++;
        return holds(server, write.history, write.offset)
                ? null
                : describe(server, "reads its write by its place", new Prefix(write.history, write.offset));
    }

    /** When one of the last writes to the followed history was acknowledged, mostly the last. */
    private long lastWrite() {
        for (int i = histories.size() - 1; i >= 0; i--) {
            History history = histories.get(i);
            if (sharedWithFollowed(history) >= 0) {
                for (int n = history.acknowledgements() - 1; n >= 0; n--) {
                    if (random.nextInt(3) == 0) {
                        return history.clientNanos(n);
                    }
                }
            }
        }
        return Sightings.NEVER;
    }

    private String boundedInBytes(long bytes) {
        Server server = place(settings(null, bytes), Demand.NOTHING);
        if (server == null) {
            return null;
        }
        long newest = 0;
        for (History history : histories) {
            newest = Math.max(newest, history.lastOf(history.before(real - SAMPLE_AGE), sharedWithFollowed(history)));
        }
        return missing(
                server,
                "is at most " + bytes + " bytes behind",
                each -> each.before(real - SAMPLE_AGE),
                newest - bytes);
    }

    /** One session, of several so that some rest while a replica is synced anew: what it was shown, and what it knows of that. */
    private static final class Reader {
        final Map<History, Long> shown = new HashMap<>();
        Sightings sightings = Sightings.NONE;
    }

    /** Reads at the level that goes back behind nothing that the session has shown before, as far as the followed history has it. */
    private String neverGoesBack() {
        Reader reader = readers.get(random.nextInt(readers.size()));
        if (random.nextInt(4) == 0) {
            show(reader, place(settings(null, -1), Demand.NOTHING)); // At another level, which counts all the same.
            return null;
        }
        Sightings known = fault == Fault.FORGETS_WHAT_IT_READ ? Sightings.NONE : reader.sightings;
        Demand demand = new Demand(
                Sightings.NEVER, false, known.adoptedAt(topology.shard().adoptedNanos()), null);
        Server server = place(settings(random.nextBoolean() ? ReadFrom.ANY : ReadFrom.REPLICA, null, -1), demand);
        if (server == null) {
            return null;
        }
        History followed = followed();
        for (Map.Entry<History, Long> each : reader.shown.entrySet()) {
            long stillThere = Math.min(each.getValue(), followed.commonWith(each.getKey()));
            if (!holds(server, each.getKey(), stillThere)) {
                return describe(server, "goes back behind nothing", new Prefix(each.getKey(), stillThere));
            }
        }
        show(reader, server);
        return null;
    }

    private void show(Reader reader, Server server) {
        Node node = server == null ? null : topology.shard().node(server.endpoint);
        if (node == null || node.disqualified() != null || server.emptied) {
            return;
        }
        reader.shown.merge(server.history, server.applied, Math::max);
        reader.sightings = fault == Fault.FORGETS_WHERE_IT_READ
                ? new Sightings(node.incarnation(), client(), Sightings.NEVER)
                : reader.sightings.with(node.incarnation(), client());
    }

    /** As this client makes it, or as another one does that knows all there is to know. */
    private void makeToken() {
        List<Prefix> standsFor = new ArrayList<>();
        ConsistencyToken token;
        if (random.nextBoolean()) {
            standsFor.add(new Prefix(master.history, master.applied));
            token = new ConsistencyToken(List.of(new ReplicationPosition(master.history.id, master.applied)));
        } else {
            long asked = client() - random.nextInt((int) (30 * MS));
            token = topology.shard().tokenSince(asked);
            for (History history : histories) {
                long last = history.lastOf(history.beforeOnClient(asked), sharedWithFollowed(history));
                if (last >= 0) {
                    standsFor.add(new Prefix(history, last));
                }
            }
        }
        if (token != null) {
            tokens.add(new Handed(token, standsFor));
        }
        if (tokens.size() > MAX_TOKENS) {
            tokens.remove(random.nextInt(tokens.size()));
        }
    }

    private String afterToken() {
        if (tokens.isEmpty()) {
            return null;
        }
        Handed handed = tokens.get(random.nextInt(tokens.size()));
        TokenStanding standing = topology.shard().standing(handed.token);
        if (standing.kind() == TokenStanding.Kind.LOST) {
            tokensLost++;
            ReplicationPosition claimed = standing.culprit();
            History named = named(claimed.id());
            return followed().commonWith(named) >= claimed.offset()
                    ? "a token is said to be lost and is not: " + claimed
                    : null;
        }
        Server server = place(settings(null, -1), new Demand(Sightings.NEVER, false, null, standing));
        if (server == null) {
            return null;
        }
        if (standing.kind() == TokenStanding.Kind.UNPROVABLE) {
            return server.endpoint + " serves a token of an unknown history";
        }
        tokenReads++;
        for (Prefix each : handed.standsFor) {
            if (!holds(server, each.history, each.offset)) {
                return describe(server, "covers a token", each);
            }
        }
        return null;
    }

    private static String describe(Server server, String promise, Prefix lacks) {
        return server.endpoint + " " + promise + ", but lacks offset " + lacks.offset + " of "
                + lacks.history + " (it has " + server.applied + " of "
                + server.history + (server.emptied ? ", emptied" : "")
                + (server.master ? ", master" : "") + ")";
    }

    private Server place(RoutingSettings settings, Demand demand) {
        RoutingRequest request = new RoutingRequest(settings, client(), demand, SAMPLE_AGE, random.nextLong());
        Node node = RoutingPolicy.standard().first(request, topology, new Idle(), random);
        if (node == null) {
            return null;
        }
        Server server = server(node.endpoint());
        boolean sameLink = node.linkId() == server.link || !rules.contains(Rule.LINK_BREAK_VOIDS);
        if (!sameLink || server.dead) {
            return null;
        }
        served++;
        servedByReplicas += node.role() == Role.REPLICA ? 1 : 0;
        return server;
    }

    private Server server(Endpoint endpoint) {
        for (Server each : servers) {
            if (each.endpoint.equals(endpoint)) {
                return each;
            }
        }
        throw new AssertionError("no server is at " + endpoint);
    }

    private static RoutingSettings settings(Duration lag, long bytes) {
        return settings(ReadFrom.ANY, lag, bytes);
    }

    private static RoutingSettings settings(ReadFrom from, Duration lag, long bytes) {
        return new RoutingSettings(
                "model",
                from,
                Consistency.EVENTUAL,
                lag,
                bytes,
                WhenNoneIsFresh.FAIL,
                Balance.RANDOM,
                Map.of(),
                null,
                Retry.READS,
                Hedge.NEVER);
    }

    /** How many of a history's acknowledgements a promise covers. */
    private interface Promise {
        int covers(History history);
    }

    private String missing(Server server, String promise, Promise promised, long limit) {
        return missing(server, promise, clean, promised, limit);
    }

    /**
     * The first thing promised that the server lacks, in words; null when it has everything.
     *
     * @param anyMaster whether what another master acknowledged counts too: wherever there was never more than one
     * @param limit the last offset that is promised
     */
    private String missing(Server server, String promise, boolean anyMaster, Promise promised, long limit) {
        for (History history : histories) {
            long counts = sharedWithFollowed(history);
            counts = anyMaster ? Math.max(counts, master.history.sharedWith(history)) : counts;
            long last = history.lastOf(promised.covers(history), Math.min(counts, limit));
            if (last >= 0 && !holds(server, history, last)) {
                return describe(server, promise, new Prefix(history, last));
            }
        }
        return null;
    }

    private static boolean holds(Server server, History history, long offset) {
        return !server.emptied && offset <= Math.min(server.history.commonWith(history), server.applied);
    }

    private long sharedWithFollowed(History history) {
        History followed = followed();
        return followed == null ? -1 : followed.sharedWith(history);
    }

    private History followed() {
        ReplicationId id = topology.shard().replicationId();
        return id == null ? null : named(id);
    }

    private History named(ReplicationId id) {
        for (History history : histories) {
            if (history.id.equals(id)) {
                return history;
            }
        }
        return null;
    }

    private static final class Idle implements LoadView {
        @Override
        public int inFlight(Node node) {
            return 0;
        }

        @Override
        public double latencyNanos(Node node) {
            return 0;
        }

        @Override
        public boolean available(Node node) {
            return true;
        }
    }
}
