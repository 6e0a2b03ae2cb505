package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.driver.CallOptions.EVENTUAL;
import static dev.fairlead.driver.CallOptions.MONOTONIC_READS;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.after;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.CallOptions.maxLagBytes;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.ConsistencyTokenLostException;
import dev.fairlead.driver.internal.session.KeyMarks;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.server.internal.sentinel.ReplicatingCluster.Prefix;
import dev.fairlead.server.internal.sentinel.ReplicatingCluster.Store;
import dev.fairlead.topology.ConsistencyToken;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.History;
import dev.fairlead.topology.TopologyReducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Two drivers that write and read at every level while servers, Sentinels and the network between them fail; and what each read was
 * shown, held against what its level promises. One seed, one run. Confined to one thread.
 */
final class SimulatedHouse {
    private static final long MILLIS = 1_000_000;
    private static final Duration DEADLINE = Duration.ofMillis(300);
    /** Its ticks, and what a reply takes that came in time. */
    private static final long GRACE_MILLIS = 20;

    private static final int KEYS = 8;
    private static final int MAX_TOKENS = 8;
    static final List<String> LEVELS =
            List.of("maxLag", "maxLagBytes", "read-your-writes", "monotonic-reads", "token", "eventual");

    /** What one level came to over a run or several. */
    static final class Tally {
        long reads;
        long failed;
        long excused;
        long broken;

        void add(Tally other) {
            reads += other.reads;
            failed += other.failed;
            excused += other.excused;
            broken += other.broken;
        }
    }

    private record Handed(ConsistencyToken token, Prefix standsFor) {}

    /** What somebody wrote and was shown, as an application would note it. */
    private static final class Person {
        final SessionMarks writes = new SessionMarks(new KeyMarks(1_000));
        final SessionMarks reads = new SessionMarks(new KeyMarks(1_000));
        final Map<String, Prefix> wrote = new HashMap<>();
        final Map<History, Long> saw = new HashMap<>();
    }

    private static final class Acknowledged {
        final Prefix at;
        final long nanos;
        boolean told;

        Acknowledged(Prefix at, long nanos) {
            this.at = at;
            this.nanos = nanos;
        }
    }

    private final class User {
        final SimulatedDriver driver;
        final String name;
        final List<Person> people = new ArrayList<>();
        final List<Acknowledged> acknowledged = new ArrayList<>();
        History followed;
        int writes;
        int sleeps;

        User(int number, TopologyReducer reducer) {
            name = "driver" + number;
            driver = new SimulatedDriver(
                    cluster, reducer, number, List.of(5L, 25L, 50L).get(random.nextInt(3)));
            driver.leftHistory = this::left;
            for (int i = 0; i < 6; i++) {
                people.add(new Person());
            }
            act();
        }

        /** Every acknowledged write that is gone has to be among those that were told of, now or at a failover before. */
        private void left(List<SimulatedDriver.Loss> losses) {
            History now = following();
            for (SimulatedDriver.Loss loss : losses) {
                long newly = 0;
                for (Acknowledged each : acknowledged) {
                    if (!each.told && (!loss.amountKnown() || each.nanos - loss.survivedUntilNanos() >= 0)) {
                        each.told = true;
                        newly++;
                    }
                }
                told += loss.told();
                if (loss.told() < newly) {
                    broken(name + " told of " + loss.told() + " lost writes, and " + newly
                            + " came after the instant that it names");
                }
            }
            for (Acknowledged each : acknowledged) {
                if (!has(now, each.at)) {
                    lost++;
                    if (!each.told) {
                        broken(name + " left " + followed + " for " + now
                                + " and said nothing of an acknowledged write that is lost");
                    }
                }
            }
            acknowledged.removeIf(each -> !has(now, each.at));
            followed = now;
        }

        private History following() {
            var id = driver.topology().shard().replicationId();
            return id == null ? null : named(id.value());
        }

        private void act() {
            net.after(2 + random.nextInt(10), () -> driver.place.deliver(this::act));
            if (following() == null) {
                return;
            }
            Person person = people.get(random.nextInt(people.size()));
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> write(person);
                case 3 -> boundedInTime();
                case 4 -> boundedInBytes();
                case 5, 6 -> ownWrites(person);
                case 7 -> neverBack(person);
                case 8 -> mint();
                default -> withToken();
            }
        }

        private void write(Person person) {
            String key = "k" + random.nextInt(KEYS);
            String value = name + "-" + ++writes;
            ends(
                    "a write",
                    driver.executor
                            .submit(set(key, value), CallOptions.DEFAULTS, person.writes)
                            .thenAccept(done -> acknowledged(person, key, value)));
        }

        private void acknowledged(Person person, String key, String value) {
            Prefix at = cluster.applied.get(value);
            History now = following();
            // Of a history that comes after the followed one it is as good: the driver will hear of that one.
            if (at == null || !has(now, at) && at.history().sharedWith(now) < 0) {
                broken(name + " takes an acknowledgement of " + value + " from history "
                        + (at == null ? null : at.history()) + " while it follows " + now);
                return;
            }
            at.history().acknowledged(at.offset(), net.now * MILLIS, driver.nanos());
            acknowledged.add(new Acknowledged(at, driver.nanos()));
            person.wrote.put(key, at);
        }

        // The levels

        private void boundedInTime() {
            int millis = 10 + random.nextInt(100);
            long instant = (net.now - millis) * MILLIS;
            Map<History, Integer> covered = new HashMap<>();
            cluster.histories.forEach(each -> covered.put(each, each.before(instant)));
            History then = following();
            read("maxLag", maxLag(Duration.ofMillis(millis)), new Person(), "k0", () -> {
                List<Prefix> promised = new ArrayList<>();
                covered.forEach((history, count) -> {
                    long last = history.lastOf(
                            count,
                            Math.min(then.sharedWith(history), following().sharedWith(history)));
                    if (last >= 0) {
                        promised.add(new Prefix(history, last));
                    }
                });
                return promised;
            });
        }

        /** Everything but the last bytes of what the master had when it was last asked: at least of what it had at the oldest such time. */
        private void boundedInBytes() {
            int bytes = random.nextInt(500);
            long instant = (net.now - 2 * driver.probePeriodNanos() / MILLIS) * MILLIS;
            History then = following();
            long newest = then.lastOf(then.before(instant), Long.MAX_VALUE);
            read(
                    "maxLagBytes",
                    maxLagBytes(bytes),
                    new Person(),
                    "k0",
                    () -> newest - bytes <= 0 ? List.of() : List.of(new Prefix(then, newest - bytes)));
        }

        private void ownWrites(Person person) {
            String key = "k" + random.nextInt(KEYS);
            Prefix wrote = person.wrote.get(key);
            if (wrote != null) {
                read("read-your-writes", READ_YOUR_WRITES, person, key, () -> List.of(wrote));
            }
        }

        private void neverBack(Person person) {
            List<Prefix> saw = new ArrayList<>();
            person.saw.forEach((history, offset) -> saw.add(new Prefix(history, offset)));
            read("monotonic-reads", MONOTONIC_READS, person, "k0", () -> saw);
        }

        private void mint() {
            long asked = driver.nanos();
            Person person = people.get(random.nextInt(people.size()));
            List<Prefix> wrote = List.copyOf(person.wrote.values());
            driver.sampleMaster(() -> driver.place.deliver(() -> {
                ConsistencyToken token = driver.topology().shard().tokenSince(asked);
                if (token == null) {
                    return;
                }
                History now = following();
                for (Prefix each : wrote) {
                    if (has(now, each)) {
                        tokens.add(new Handed(token, each));
                    }
                }
                while (tokens.size() > MAX_TOKENS) {
                    tokens.remove(random.nextInt(tokens.size()));
                }
            }));
        }

        private void withToken() {
            if (!tokens.isEmpty()) {
                Handed handed = tokens.get(random.nextInt(tokens.size()));
                read("token", after(handed.token), new Person(), "k0", () -> List.of(handed.standsFor));
            }
        }

        /** Reads at a level and, beside it, with no promise; both are judged alike. */
        private void read(
                String level, CallOptions options, Person person, String key, Supplier<List<Prefix>> promised) {
            for (CallOptions each : List.of(options, EVENTUAL)) {
                History then = following();
                Map<Endpoint, Long> asked = new HashMap<>();
                cluster.servers.keySet().forEach(node -> asked.put(node, driver.askedMillis(node)));
                boolean counts = each == options && level.equals("monotonic-reads");
                SessionMarks session = level.equals("read-your-writes") ? person.writes : person.reads;
                if (each == EVENTUAL) {
                    session = new SessionMarks(new KeyMarks(1));
                }
                CompletableFuture<Void> judged = driver.executor
                        .submit(get(key), each, session)
                        .handle((reply, failure) -> {
                            Tally tally = tallies.get(each == EVENTUAL ? "eventual" : level);
                            if (failure == null) {
                                judge(level, tally, cluster.shown(reply), promised.get(), then, asked);
                                if (counts) {
                                    Prefix shown = cluster.shown(reply);
                                    person.saw.merge(shown.history(), shown.offset(), Math::max);
                                }
                            } else if (failure instanceof ConsistencyTokenLostException) {
                                tally.failed++;
                                claimedLost(options.token());
                            } else {
                                tally.failed++;
                            }
                            return null;
                        });
                ends(each == EVENTUAL ? "eventual" : level, judged);
            }
        }

        /** A token is lost only when bytes that it stands for are not in the followed history. */
        private void claimedLost(ConsistencyToken token) {
            tokensLost++;
            boolean there = token.positions().stream()
                    .allMatch(
                            each -> has(following(), new Prefix(named(each.id().value()), each.offset())));
            if (there) {
                broken(name + " says that a token is lost, and it is not: " + token.positions());
            }
        }

        private void judge(
                String level,
                Tally tally,
                Prefix shown,
                List<Prefix> promised,
                History then,
                Map<Endpoint, Long> asked) {
            tally.reads++;
            History now = following();
            for (Prefix each : promised) {
                if (has(then, each) && has(now, each) && !shown.includes(each)) {
                    if (replacedSince(shown, asked)) {
                        tally.excused++;
                        return;
                    }
                    tally.broken++;
                    if (tally != tallies.get("eventual")) {
                        broken(name + ", " + level + ": shown " + shown.offset() + " of " + shown.history() + ", not "
                                + each.offset() + " of " + each.history() + "; it followed " + then + ", now " + now);
                    }
                    return;
                }
            }
        }

        /** The documented limit: the node was synced anew, to something older, after the last report that the driver had of it. */
        private boolean replacedSince(Prefix shown, Map<Endpoint, Long> asked) {
            return cluster.servers.values().stream()
                    .map(each -> (Store) each)
                    .anyMatch(
                            each -> each.history == shown.history() && each.replacedMillis >= asked.get(each.endpoint));
        }

        /** Every call ends by its deadline. */
        private void ends(String what, CompletableFuture<?> call) {
            int slept = sleeps;
            net.after(
                    DEADLINE.toMillis() + GRACE_MILLIS,
                    () -> driver.place.deliver(() -> {
                        if (!call.isDone() && slept == sleeps) {
                            broken(name + " left a call without an end: " + what);
                        }
                    }));
        }
    }

    final ReplicatingCluster cluster;
    final Map<String, Tally> tallies = new TreeMap<>();
    long tokensLost;
    long lost;
    long told;
    private final SimulatedNetwork net;
    private final SplittableRandom random;
    private final List<Handed> tokens = new ArrayList<>();
    private final List<User> users = new ArrayList<>();
    private String broken;

    SimulatedHouse(long seed, Supplier<TopologyReducer> reducer) {
        random = new SplittableRandom(seed);
        cluster = new ReplicatingCluster(seed, 3 + random.nextInt(2), 3);
        net = cluster.net;
        LEVELS.forEach(each -> tallies.put(each, new Tally()));
        for (int i = 0; i < 2; i++) {
            users.add(new User(i, reducer.get()));
        }
        cluster.ears = (guard, event, payload) -> users.forEach(each -> each.driver.hear(guard, event, payload));
    }

    /** The first broken promise, in words; null when every promise was kept. */
    String run(long millis) {
        cluster.run(1_000);
        long until = net.now + millis;
        while (net.now < until && broken == null) {
            disturb();
            cluster.run(random.nextInt(20, 400));
        }
        return broken;
    }

    int adoptions() {
        return users.stream().mapToInt(each -> each.driver.adoptions).sum();
    }

    private void broken(String how) {
        broken = broken == null ? "at " + net.now + " ms: " + how + cluster.servers.values() : broken;
    }

    private History named(String id) {
        for (int i = cluster.histories.size() - 1; i >= 0; i--) {
            if (cluster.histories.get(i).id.value().equals(id)) {
                return cluster.histories.get(i);
            }
        }
        throw new AssertionError("nobody ever wrote history " + id);
    }

    private static boolean has(History history, Prefix each) {
        return history != null && history.sharedWith(each.history()) >= each.offset();
    }

    private void disturb() {
        List<SimulatedCluster.Server> servers = new ArrayList<>(cluster.servers.values());
        Store server = (Store) servers.get(random.nextInt(servers.size()));
        SimulatedCluster.Guard guard = cluster.guards.get(random.nextInt(cluster.guards.size()));
        User user = users.get(random.nextInt(users.size()));
        long later = random.nextInt(50, 1_500);
        switch (random.nextInt(16)) {
            case 0 -> {
                if (server.alive) {
                    server.crash();
                    net.after(later, () -> {
                        if (!server.alive) {
                            server.restart();
                        }
                    });
                }
            }
            case 1, 2 -> {
                if (server.alive && !server.frozen) {
                    server.frozen = true;
                    net.after(later, server::thaw);
                }
            }
            case 3 -> part(server, later);
            case 4 -> part(guard, later);
            case 5 -> part(user.driver.place, later);
            case 6, 7, 8 -> {
                server.lag = random.nextInt(20, 300);
                net.after(later, () -> server.lag = 0);
            }
            case 9 -> user.driver.breakLinks();
            case 10 -> {
                if (guard.alive && !guard.frozen) {
                    guard.orderFailover(random.nextBoolean());
                }
            }
            case 11 -> {
                if (random.nextInt(3) == 0 && !user.driver.place.frozen) {
                    user.sleeps++;
                    user.driver.sleep(random.nextInt(1_100, 2_500));
                }
            }
            case 12 -> {
                if (guard.alive) {
                    guard.crash();
                    net.after(later, guard::restart);
                }
            }
            default -> {
                // A while without a new trouble.
            }
        }
    }

    private void part(SimulatedCluster.Member member, long millis) {
        member.part = 1;
        net.after(millis, () -> member.part = 0);
    }
}
