package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.server.internal.sentinel.PeerLink.NEVER;

import dev.fairlead.server.internal.sentinel.Peer.Flag;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A Sentinel without its sockets. Everything that happens to it is a method here and takes the time as {@code nowMillis}, of a
 * monotonic clock; everything it does goes out through {@link SentinelOutput}. The same inputs with the same random numbers
 * give the same outputs. Confined to one thread.
 *
 * <p>It guarantees at most one leader in an epoch for each master, and that a configuration replaces another only by a higher
 * epoch, so that Sentinels which can talk to each other come to agree.
 *
 * <p>It is long since each input and each question has a method here; what is decided is decided in the parts that it holds.
 */
public final class SentinelState {
    /** Ticks should come about this often, in milliseconds, and not all Sentinels' at the same instants. */
    public static final int TICK_MILLIS = 25;

    private final Context context;
    private final Map<String, Master> masters = new LinkedHashMap<>();
    private final Pulse pulse;
    private final DownDetection down;
    private final Election election;
    private final Failover failover;
    private final Discovery discovery;
    private long lastTick = NEVER;

    /** @param myId 40 hexadecimal digits, kept over restarts */
    public SentinelState(String myId, SentinelTimings timings, RandomGenerator random, SentinelOutput out) {
        context = new Context(timings, random, out, myId);
        pulse = new Pulse(context);
        down = new DownDetection(context);
        election = new Election(context);
        failover = new Failover(context, pulse, down, election);
        discovery = new Discovery(context, pulse, failover);
    }

    public String myId() {
        return context.myId;
    }

    public long currentEpoch() {
        return context.currentEpoch;
    }

    public boolean tilted() {
        return context.tilt;
    }

    /** Says under which address other Sentinels reach this one; nothing is published before. */
    public void announce(Endpoint endpoint) {
        context.announced = endpoint;
    }

    public boolean isAnnounced() {
        return context.announced != null;
    }

    /** For links to other Sentinels. */
    public void sentinelCredentials(Credentials credentials) {
        context.sentinelCredentials = credentials;
    }

    // ---- Time and the network --------------------------------------------------------------------------------------

    public void tick(long nowMillis) {
        long gap = lastTick == NEVER ? 0 : nowMillis - lastTick;
        lastTick = nowMillis;
        context.now = nowMillis;
        watchOwnClock(gap);
        for (Master master : List.copyOf(masters.values())) {
            for (Peer peer : master.others()) {
                pulse.tend(peer);
            }
            pulse.tend(master);
            if (!context.tilt) {
                judge(master);
            }
        }
    }

    private void watchOwnClock(long gap) {
        if (gap < 0 || gap > context.timings.tiltTrigger()) {
            context.tiltSince = context.now;
            if (!context.tilt) {
                context.tilt = true;
                context.out.event("+tilt", "#tilt mode entered");
            }
        } else if (context.tilt && context.now - context.tiltSince > context.timings.tiltPeriod()) {
            context.tilt = false;
            context.out.event("-tilt", "#tilt mode exited");
        }
        if (gap > 2 * TICK_MILLIS) {
            masters.values().stream()
                    .flatMap(master -> {
                        List<Peer> all = master.others();
                        all.add(master);
                        return all.stream();
                    })
                    .map(peer -> peer.link)
                    .distinct()
                    .forEach(link -> link.forgive(gap - TICK_MILLIS));
        }
    }

    private void judge(Master master) {
        master.others().forEach(down::checkSubjectively);
        down.checkSubjectively(master);
        down.checkObjectively(master);
        sayWhenHelpless(master);
        failover.considerCandidacy(master);
        failover.advance(master);
        down.askOthers(master, false);
    }

    private void sayWhenHelpless(Master master) {
        Quorum quorum = quorum(master);
        boolean helpless = master.is(Flag.S_DOWN) && !(quorum.reached() && quorum.majority());
        if (helpless && !master.helpless) {
            context.out.note("Master " + master.name() + " is down and cannot be failed over: of " + quorum.usable()
                    + " usable Sentinels, the quorum needs " + master.settings.quorum() + " and the majority "
                    + master.majority());
        }
        master.helpless = helpless;
    }

    public void linkUp(PeerLink link, LinkKind kind, long nowMillis) {
        context.now = nowMillis;
        link.up(kind, nowMillis);
        if (kind == LinkKind.COMMANDS) {
            pulse.pingNow(link);
            List.copyOf(link.users).forEach(user -> {
                user.publishedAt = NEVER;
                pulse.tend(user);
            });
        }
    }

    /** The connection broke, or could not be opened. */
    public void linkDown(PeerLink link, LinkKind kind, long nowMillis) {
        context.now = nowMillis;
        link.broken(kind, nowMillis);
        for (Peer user : List.copyOf(link.users)) {
            if (kind == LinkKind.COMMANDS) {
                user.infoAskedAt = NEVER;
            }
            pulse.tend(user);
        }
    }

    /** @param answer the status or the error, without its first character: {@code PONG}, {@code LOADING …} */
    public void pingReplied(PeerLink link, String answer, long nowMillis) {
        context.now = nowMillis;
        if (answer.startsWith("PONG")) {
            for (Peer user : link.users) {
                if (user instanceof Master master) {
                    master.rebootedAt = NEVER;
                }
            }
        }
        if (answer.startsWith("BUSY")) {
            // A script that has not written yet can be ended; a failover, where it cannot.
            link.users.stream()
                    .filter(user -> user.is(Flag.S_DOWN) && user.flags.add(Flag.SCRIPT_KILL_SENT))
                    .findFirst()
                    .ifPresent(user -> context.out.send(link, new SentinelRequest.ScriptKill()));
        }
        boolean valid = answer.startsWith("PONG") || answer.startsWith("LOADING") || answer.startsWith("MASTERDOWN");
        link.answered(valid, nowMillis);
    }

    public void infoReplied(PeerLink link, InfoReport report, long nowMillis) {
        context.now = nowMillis;
        for (Peer user : List.copyOf(link.users)) {
            user.infoAskedAt = NEVER;
            discovery.info(user, report);
            if (!context.tilt && user.master().failoverState == FailoverState.SELECT_SLAVE) {
                failover.advance(user.master());
            }
        }
    }

    /** INFO was answered with an error, as a server does that wants a password. */
    public void infoRefused(PeerLink link, long nowMillis) {
        context.now = nowMillis;
        link.users.forEach(user -> user.infoAskedAt = NEVER);
    }

    /** A {@link SentinelRequest.Reconfigure} was carried out: what became of it is asked at once. */
    public void reconfigured(PeerLink link, long nowMillis) {
        context.now = nowMillis;
        link.users.forEach(user -> pulse.askInfo(user, 0));
    }

    /**
     * @param voter the Sentinel that answered
     * @param vote whom it voted for, or {@code *}
     */
    public void downReplied(
            PeerLink voter, String masterName, boolean isDown, String vote, long voteEpoch, long nowMillis) {
        context.now = nowMillis;
        Master master = masters.get(masterName);
        if (master == null) {
            return;
        }
        for (OtherSentinel other : master.sentinels.values()) {
            if (other.link == voter) {
                down.answered(other, isDown, vote.equals("*") ? null : vote, voteEpoch);
            }
        }
        if (!context.tilt) {
            down.checkObjectively(master);
            failover.considerCandidacy(master);
            failover.advance(master);
        }
    }

    /**
     * A message on the hello channel.
     *
     * @param link where it was heard; null when it was published to this Sentinel directly
     */
    public void hello(PeerLink link, String payload, long nowMillis) {
        context.now = nowMillis;
        if (link != null) {
            link.lastHelloAt = nowMillis;
        }
        HelloMessage.parse(payload).ifPresent(hello -> {
            Master master = masters.get(hello.masterName());
            if (master != null) {
                discovery.hello(master, hello);
            }
        });
    }

    // ---- What others ask -------------------------------------------------------------------------------------------

    /** @param candidate whom the asker wants the vote for, or {@code *} */
    public DownAnswer isMasterDown(Endpoint address, long epoch, String candidate, long nowMillis) {
        context.now = nowMillis;
        Optional<Master> found = masters.values().stream()
                .filter(master -> master.endpoint.equals(address))
                .findFirst();
        if (found.isEmpty()) {
            return new DownAnswer(false, "*", 0);
        }
        Master master = found.get();
        if (!candidate.equals("*")) {
            election.vote(master, epoch, candidate);
            boolean voted = master.vote != null;
            return new DownAnswer(isDown(master), voted ? master.vote : "*", voted ? master.voteEpoch : 0);
        }
        return new DownAnswer(isDown(master), "*", 0);
    }

    private boolean isDown(Master master) {
        return !context.tilt && master.is(Flag.S_DOWN);
    }

    /** @param vote whom this Sentinel voted for in {@code voteEpoch}; {@code *} when it was not asked, or not yet */
    public record DownAnswer(boolean down, String vote, long voteEpoch) {}

    // ---- Administration --------------------------------------------------------------------------------------------

    public List<String> masterNames() {
        return List.copyOf(masters.keySet());
    }

    /** Where the master of that name is; the promoted replica from the moment of its promotion. */
    public Optional<Endpoint> masterAddress(String name) {
        return Optional.ofNullable(masters.get(name)).map(Master::currentEndpoint);
    }

    /** @throws IllegalArgumentException when the name is taken */
    public void monitor(MasterSettings settings, Endpoint endpoint, long nowMillis) {
        context.now = nowMillis;
        if (masters.containsKey(settings.name())) {
            throw new IllegalArgumentException("Duplicate master name.");
        }
        Master master = new Master(settings, endpoint, context.dataLink(endpoint, settings), nowMillis);
        masters.put(settings.name(), master);
        context.event("+monitor", master, "quorum " + settings.quorum());
        context.out.persist();
    }

    /** Puts back what was known before a restart. */
    public void recall(MasterMemory memory, long nowMillis) {
        context.now = nowMillis;
        Master master = masters.get(memory.name());
        master.configEpoch = memory.configEpoch();
        master.voteEpoch = memory.voteEpoch();
        memory.replicas().forEach(endpoint -> discovery.addReplica(master, endpoint));
        memory.sentinels().forEach((runId, endpoint) -> discovery.addSentinel(master, endpoint, runId));
    }

    public void recallEpoch(long epoch) {
        context.currentEpoch = Math.max(context.currentEpoch, epoch);
    }

    /** @return what has to survive a restart, for each master */
    public List<MasterMemory> memory() {
        List<MasterMemory> all = new ArrayList<>();
        for (Master master : masters.values()) {
            Map<String, Endpoint> sentinels = new LinkedHashMap<>();
            master.sentinels.forEach((runId, other) -> sentinels.put(runId, other.endpoint));
            Endpoint current = master.currentEndpoint();
            List<Endpoint> replicas = new ArrayList<>(master.replicas.keySet());
            if (replicas.remove(current)) {
                replicas.add(master.endpoint); // In the middle of a failover: the roles are swapped already.
            }
            all.add(new MasterMemory(
                    master.settings, current, master.configEpoch, master.voteEpoch, replicas, sentinels));
        }
        return all;
    }

    /** @return false when there is no such master */
    public boolean remove(String name, long nowMillis) {
        context.now = nowMillis;
        Master master = masters.remove(name);
        if (master == null) {
            return false;
        }
        context.event("-monitor", master);
        master.others().forEach(context::release);
        context.release(master);
        context.out.persist();
        return true;
    }

    /** Forgets replicas, Sentinels and any failover of the masters so named. @return how many */
    public int reset(Predicate<String> name, long nowMillis) {
        context.now = nowMillis;
        int count = 0;
        for (Master master : List.copyOf(masters.values())) {
            if (name.test(master.name())) {
                failover.abort(master);
                master.others().forEach(context::release);
                context.release(master);
                Master fresh = new Master(
                        master.settings,
                        master.endpoint,
                        context.dataLink(master.endpoint, master.settings),
                        nowMillis);
                fresh.configEpoch = master.configEpoch;
                fresh.voteEpoch = master.voteEpoch;
                masters.put(master.name(), fresh);
                context.event("+reset-master", fresh);
                count++;
            }
        }
        if (count > 0) {
            context.out.persist();
        }
        return count;
    }

    /** {@link SentinelRequest.HandOver} was refused. @param why in the master's words */
    public void handOverRefused(PeerLink link, String why, long nowMillis) {
        context.now = nowMillis;
        for (Peer user : List.copyOf(link.users)) {
            if (user instanceof Master master) {
                failover.notHandedOver(master, why);
            }
        }
    }

    /** Fails over without asking anybody. @return why not, in the words of the wire; empty when it is under way */
    public Optional<String> failover(String name, boolean coordinated, long nowMillis) {
        context.now = nowMillis;
        Master master = masters.get(name);
        return master == null ? Optional.of("ERR No such master with that name") : failover.force(master, coordinated);
    }

    public Optional<MasterSettings> settings(String name) {
        return Optional.ofNullable(masters.get(name)).map(master -> master.settings);
    }

    /**
     * Replaces the settings of the master of that name; new credentials or command names open its links anew.
     *
     * @param changes each option with its value, for those who listen
     */
    public void change(MasterSettings settings, List<String> changes, long nowMillis) {
        context.now = nowMillis;
        Master master = masters.get(settings.name());
        boolean newLinks = !master.settings.reachesLike(settings);
        master.settings = settings;
        changes.forEach(change -> context.event("+set", master, change));
        if (newLinks) {
            relink(master);
            master.replicas.values().forEach(this::relink);
        }
        context.out.persist();
    }

    private void relink(Peer peer) {
        context.release(peer);
        peer.link = context.dataLink(peer.endpoint, peer.master().settings);
        peer.link.users.add(peer);
    }

    /** How long the Sentinel has distrusted its clock; -1 when it does not. */
    public long tiltSeconds(long nowMillis) {
        return context.tilt ? (nowMillis - context.tiltSince) / 1_000 : -1;
    }

    /** The paces that this Sentinel keeps. */
    public SentinelTimings timings() {
        return context.timings;
    }

    public void timings(SentinelTimings timings) {
        context.timings = timings;
    }

    /** Where this Sentinel is to die; for {@code SENTINEL SIMULATE-FAILURE}. */
    public void simulate(Collection<SimulatedFailure> failures) {
        context.failures.clear();
        context.failures.addAll(failures);
    }

    /** Whether it is to die there. */
    public boolean simulates(SimulatedFailure failure) {
        return context.failures.contains(failure);
    }

    /** Writes the configuration down as it is. */
    public void flush() {
        context.out.persist();
    }

    /** For {@code INFO}: {@code ok}, {@code sdown} or {@code odown}. */
    public String status(String name) {
        Master master = masters.get(name);
        return master.is(Flag.O_DOWN) ? "odown" : master.is(Flag.S_DOWN) ? "sdown" : "ok";
    }

    /** Whether enough Sentinels can be reached for a failover, in the words of {@code SENTINEL CKQUORUM}. */
    public Optional<Quorum> quorum(String name) {
        return Optional.ofNullable(masters.get(name)).map(SentinelState::quorum);
    }

    private static Quorum quorum(Master master) {
        int usable = 1 + (int) reachable(master.sentinels.values().stream());
        return new Quorum(usable, usable >= master.settings.quorum(), usable >= master.majority());
    }

    /** @param usable Sentinels that can be reached, this one included */
    public record Quorum(int usable, boolean reached, boolean majority) {}

    /** Whether the master and at least so many replicas, in step with it, and other Sentinels are known and reachable. */
    public boolean sees(String name, int replicas, int otherSentinels) {
        Master master = masters.get(name);
        return master != null
                && master.failoverState == FailoverState.NONE
                && master.infoAt != NEVER
                && !master.is(Flag.S_DOWN)
                && reachable(master.sentinels.values().stream()) >= otherSentinels
                && reachable(master.replicas.values().stream()
                                .filter(replica -> replica.roleReported == Role.REPLICA
                                        && replica.info != null
                                        && replica.info.masterLinkUp()
                                        && master.endpoint.equals(replica.follows)))
                        >= replicas;
    }

    private static long reachable(Stream<? extends Peer> peers) {
        return peers.filter(peer -> peer.link.isUp() && !peer.is(Flag.S_DOWN)).count();
    }

    /** What {@code SENTINEL MASTER} answers; empty when there is no such master. */
    public Optional<Map<String, String>> describeMaster(String name, long nowMillis) {
        return Optional.ofNullable(masters.get(name)).map(master -> PeerReport.of(master, nowMillis));
    }

    public Optional<List<Map<String, String>>> describeReplicas(String name, long nowMillis) {
        return Optional.ofNullable(masters.get(name)).map(master -> master.replicas.values().stream()
                .filter(replica -> replica.info == null || replica.info.announced())
                .map(replica -> PeerReport.of(replica, nowMillis))
                .toList());
    }

    public Optional<List<Map<String, String>>> describeSentinels(String name, long nowMillis) {
        return Optional.ofNullable(masters.get(name)).map(master -> master.sentinels.values().stream()
                .map(other -> PeerReport.of(other, nowMillis))
                .toList());
    }

    /** The newest INFO of a master and its replicas with its age in milliseconds; null where there is none yet. */
    public Map<Endpoint, CachedInfo> infoCache(String name, long nowMillis) {
        Map<Endpoint, CachedInfo> cache = new LinkedHashMap<>();
        Master master = masters.get(name);
        if (master != null) {
            List<Peer> nodes = new ArrayList<>(master.replicas.values());
            nodes.add(0, master);
            nodes.forEach(node -> cache.put(
                    node.endpoint,
                    node.info == null ? null : new CachedInfo(nowMillis - node.infoAt, node.info.text())));
        }
        return cache;
    }

    public record CachedInfo(long ageMillis, String text) {}

    /** Lets go of every link. */
    public void close() {
        masters.values().forEach(master -> {
            master.others().forEach(context::release);
            context.release(master);
        });
        masters.clear();
    }
}
