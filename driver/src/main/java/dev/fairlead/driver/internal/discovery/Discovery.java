package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.link.LinkListener;
import dev.fairlead.driver.internal.link.LinkSettings;
import dev.fairlead.driver.internal.link.LinkSettings.Use;
import dev.fairlead.resp.Reply;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Observation;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.TopologyReducer;
import dev.fairlead.topology.WriteGate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the servers and keeps asking them. Everything seen becomes an observation, reduced on one thread; the next topology is
 * published by one volatile write, and then told to the listener.
 *
 * <p>What may be called from any thread says so; the rest is confined to the discovery thread.
 */
public final class Discovery {
    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    /** The beat of the house: probes, time-outs and ticks are looked at this often at least. */
    private static final long SLOWEST_BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A round of looking waits no longer for those that do not answer. */
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** 10 ms between two rounds, however often they are asked for: 100 times a second at most. */
    private static final long ROUND_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** 500: some 20 µs each at the server are 1% of it, however many tokens are asked for. */
    private static final int MASTER_SAMPLES_PER_SECOND = 500;

    private static final long SAMPLE_GAP_NANOS = TimeUnit.SECONDS.toNanos(1) / MASTER_SAMPLES_PER_SECOND;

    /**
     * 100 ms between two samples of a master that acknowledges writes: what came after the last one is what a failover may have lost. Ten a
     * second, some 20 µs each, are 0.02% of it.
     */
    private static final long WRITING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** 5 s: a name that stands for another server by now is noticed within that time, and what answers lookups is not burdened. */
    private static final long NAMES_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long NAMES_PERIOD_IN_TROUBLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A wall clock that moves so far against the monotonic one means that the machine was suspended. */
    private static final long CLOCK_JUMP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Opens a link; fails its future with a {@link LinkException}. */
    @FunctionalInterface
    public interface Connector {
        CompletableFuture<Link> connect(Endpoint endpoint, LinkSettings settings, LinkListener listener);
    }

    private final DiscoverySettings settings;
    private final Connector connector;
    private final LongSupplier clock;
    private final LongSupplier wallMillis;
    private final DiscoveryListener listener;
    private final TopologyReducer reducer;
    private final long idleNanos;
    /** Of all bounds in use. */
    private final ProbePace pace;
    /** Of those of them that need to know what the master has now. */
    private final ProbePace masterPace;

    private final ScheduledThreadPoolExecutor thread;
    private final Map<Endpoint, NodeConnection> nodes = new ConcurrentHashMap<>();
    private final Sentinels sentinels;
    /** Every open link to a node, those included that are closing because their node has left. */
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    private final Map<String, String> failures = new ConcurrentSkipListMap<>();
    private final CompletableFuture<Void> firstMaster = new CompletableFuture<>();
    private final AtomicBoolean roundWanted = new AtomicBoolean();
    private final AtomicBoolean probeWanted = new AtomicBoolean();
    /** Whether the probes that are wanted soon are to begin with the master. */
    private volatile boolean masterWanted;
    /** Whether nodes are asked to tell their offsets by themselves: from the first bound on. */
    private volatile boolean asksForOffsets;

    /** Who waits for the next {@link #sampleMaster}; its own monitor guards it. */
    private final List<CompletableFuture<Void>> samplesWanted = new ArrayList<>();

    private volatile Topology topology;
    private boolean closed;
    private boolean roundRunning;
    private long roundStartedNanos;
    private long lastProbeSoonNanos;
    private long lastSampleNanos;
    private long lastOpenNanos;
    private long lastTickNanos;
    private long lastLookUpNanos;
    private boolean lookingUp;
    private long wallLeadNanos;

    /**
     * @param clock nanoseconds, monotonic
     * @param wallMillis the time of day, which goes on while the machine is suspended
     */
    public Discovery(
            DiscoverySettings settings,
            Connector connector,
            TopologyReducer reducer,
            LongSupplier clock,
            LongSupplier wallMillis,
            DiscoveryListener listener) {
        this.settings = settings;
        this.connector = connector;
        this.reducer = reducer;
        this.clock = clock;
        this.wallMillis = wallMillis;
        this.listener = listener;
        this.lastSampleNanos = clock.getAsLong() - SAMPLE_GAP_NANOS;
        this.idleNanos = settings.idleProbePeriod().toNanos();
        this.pace = new ProbePace(idleNanos);
        this.masterPace = new ProbePace(idleNanos);
        this.sentinels = new Sentinels(settings, this);
        this.topology = reducer.initial(settings.nodes(), settings.withSentinels());
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "fairlead-discovery");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        long now = clock.getAsLong();
        lastTickNanos = now;
        lastOpenNanos = now;
        lastLookUpNanos = now;
        roundStartedNanos = now - ROUND_GAP_NANOS;
        lastProbeSoonNanos = now - ProbePace.FASTEST_NANOS;
        wallLeadNanos = wallLead();
    }

    // For everybody

    /** Begins to connect. */
    public void start() {
        run(() -> {
            sentinels.start();
            lookUpNames();
            connectNodes();
            beat();
        });
    }

    /** Ends once a master is followed and can be written to; fails once everything known was tried and nothing can be used. */
    public CompletableFuture<Void> firstMaster() {
        return firstMaster;
    }

    /** What the addresses that cannot be used said last. */
    public Map<String, String> failures() {
        return failures;
    }

    public Topology topology() {
        return topology;
    }

    /** The open link that the node's samples were taken on; null when it is gone. */
    public Link link(Node node) {
        NodeConnection connection = nodes.get(node.endpoint());
        Link link = connection == null ? null : connection.link();
        return link != null && link.id() == node.linkId() ? link : null;
    }

    /** Every link to a node that may have calls in flight. */
    public void forEachLink(Consumer<Link> action) {
        links.forEach(action);
    }

    /** Something contradicts the topology: ask everybody again, soon and once, however many say so. */
    public void suspect(String reason) {
        if (roundWanted.compareAndSet(false, true)) {
            LOG.debug("looking again: {}", reason);
            run(this::beginRound);
        }
    }

    /**
     * A read found no fresh replica: probe the master, then the replicas, which by then should have what it has.
     *
     * @param forOffset whether it waits only for replicas to reach an offset: those are asked that do not tell it by themselves
     */
    public void probeSoon(boolean forOffset) {
        if (!forOffset) {
            masterWanted = true;
        }
        if (probeWanted.compareAndSet(false, true)) {
            run(() -> {
                long wait = lastProbeSoonNanos + ProbePace.FASTEST_NANOS - now();
                later(this::probeNow, Math.max(0, wait));
            });
        }
    }

    /**
     * Asks the master once, at or after now; the future ends, always normally, when the answer has been reduced or there will be none.
     * Questions coalesce: {@value #MASTER_SAMPLES_PER_SECOND} a second at most.
     */
    public CompletableFuture<Void> sampleMaster() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (samplesWanted) {
            samplesWanted.add(done);
            if (samplesWanted.size() > 1) {
                return done;
            }
        }
        run(() -> later(this::sampleMasterNow, Math.max(0, lastSampleNanos + SAMPLE_GAP_NANOS - now())));
        return done;
    }

    private void sampleMasterNow() {
        List<CompletableFuture<Void>> asking;
        synchronized (samplesWanted) {
            asking = List.copyOf(samplesWanted);
            samplesWanted.clear();
        }
        lastSampleNanos = now();
        Node master = topology.shard().master();
        NodeConnection connection = master == null ? null : nodes.get(master.endpoint());
        CompletableFuture<Void> asked =
                connection == null ? CompletableFuture.completedFuture(null) : connection.probe();
        asked.thenRun(() -> asking.forEach(each -> each.complete(null)));
    }

    /** Whether it is the master, and has acknowledged writes that no sample of its offset covers. */
    private boolean isToBeSampled(NodeConnection each) {
        return each == master() && listener.wroteSince(each.sampledNanos());
    }

    public void loading(Endpoint node) {
        long now = now();
        run(() -> {
            NodeConnection connection = nodes.get(node);
            if (connection != null) {
                connection.loading();
            }
            observe(new Observation.NodeLoading(node, now));
        });
    }

    public void boundInUse(long nanos) {
        long now = now();
        masterPace.boundInUse(nanos, now);
        pace.boundInUse(nanos, now);
        askForOffsets();
    }

    /** A bound on how long replicas may take to reach an offset: of the master it asks nothing that comes with the replies to writes. */
    public void offsetsInUse(long nanos) {
        pace.boundInUse(nanos, now());
        askForOffsets();
    }

    private void askForOffsets() {
        if (!asksForOffsets) {
            asksForOffsets = true;
            run(() -> nodes.values().forEach(NodeConnection::askForOffsets));
        }
    }

    /** The master's reply to a write that was sent at this instant named a place that covers it. On the event loop of its link. */
    public void covered(Node master, long sentNanos, ReplicationPosition place) {
        NodeConnection connection = nodes.get(master.endpoint());
        if (connection != null) {
            connection.covered(master.linkId(), sentNanos, place);
        }
    }

    /** How old a sample of the master may be at most before the next is due. */
    public long probePeriodNanos() {
        return masterPace.periodNanos(now());
    }

    /** Closes every link once its calls are answered, or after this time; the future completes when all are closed. */
    public CompletableFuture<Void> close(Duration drain) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        run(() -> {
            closed = true;
            List<CompletableFuture<Void>> closing = new ArrayList<>();
            sentinels.close();
            nodes.values().forEach(each -> closing.add(each.dialer().close(drain)));
            CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new)).whenComplete((nothing, failure) -> {
                done.complete(null);
                thread.shutdown();
            });
        });
        return done;
    }

    // For the other classes of this room

    /** Null when probes are not shared. */
    ProbeBoard board() {
        return settings.board();
    }

    boolean asksForOffsets() {
        return asksForOffsets;
    }

    /** From any thread. */
    boolean boundsInUse() {
        return pace.isUsed(now());
    }

    long now() {
        return clock.getAsLong();
    }

    /** Runs a task on the discovery thread; a task that fails is logged, and the thread goes on. From any thread. */
    void run(Runnable task) {
        try {
            thread.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.trace("closed; a late task is dropped", e);
        }
    }

    /** The same, after a while; null when discovery has ended. */
    ScheduledFuture<?> later(Runnable task, long delayNanos) {
        try {
            return thread.schedule(guarded(task), delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("closed; a late task is dropped", e);
            return null;
        }
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | AssertionError e) {
                LOG.error("a step of discovery failed; the topology stays as it was", e);
            }
        };
    }

    CompletableFuture<Link> connect(Endpoint endpoint, LinkSettings linkSettings, LinkListener linkListener) {
        return connector.connect(endpoint, linkSettings, linkListener);
    }

    Dialer nodeDialer(Endpoint endpoint, Dialer.Owner owner) {
        return new Dialer(endpoint, settings.nodeLinks(), this, owner);
    }

    Dialer sentinelDialer(Endpoint endpoint, boolean subscriber, Dialer.Owner owner) {
        LinkSettings links = settings.sentinelLinks();
        return new Dialer(endpoint, subscriber ? links.withUse(Use.SUBSCRIPTIONS) : links, this, owner);
    }

    /** An address that a server announced, as it is reached from here. */
    Endpoint reached(Endpoint announced) {
        try {
            return Objects.requireNonNull(settings.mapping().apply(announced), "the mapping gave no address");
        } catch (RuntimeException e) {
            LOG.warn("the address mapping failed for {}, which is taken as announced", announced, e);
            return announced;
        }
    }

    /** Reduces; publishes what changed; tells it. */
    void observe(Observation observation) {
        if (closed) {
            return;
        }
        LOG.trace("{}", observation);
        TopologyReducer.Reduction next = reducer.reduce(topology, observation);
        boolean changed = next.topology() != topology;
        if (changed) {
            topology = next.topology();
            connectNodes();
        }
        if (!next.events().isEmpty()) {
            LOG.info("{}", next.events());
        }
        if (changed || !next.events().isEmpty()) {
            listener.changed(next.topology(), next.events());
        }
        Shard shard = topology.shard();
        if (shard.master() != null && shard.writeGate().state() == WriteGate.State.OPEN) {
            firstMaster.complete(null);
        }
    }

    void linkUp(Link link) {
        links.add(link);
        listener.opened(link);
    }

    void linkDown(Link link) {
        links.remove(link);
        listener.closed(link);
    }

    /** On the event loop of the link. */
    void pushed(Reply.Sequence push) {
        listener.pushed(push);
    }

    void alive(Endpoint node) {
        usable(node.toString());
        listener.alive(node);
    }

    /** An address answers: what it failed with before is over. */
    void usable(String address) {
        failures.remove(address);
    }

    /** An address cannot be used now. */
    void noteFailure(String address, String reason) {
        String before = failures.put(address, reason);
        if (!reason.equals(before)) {
            LOG.info("{}: {}", address, reason);
        }
        giveUpWhenAllFailed();
    }

    void sentinelFound(Endpoint sentinel) {
        sentinels.found(sentinel);
    }

    // Inside

    /** Before the first master: when everything known was tried and failed there is nothing to wait for. */
    private void giveUpWhenAllFailed() {
        boolean nodesFailed =
                !nodes.isEmpty() && nodes.keySet().stream().allMatch(each -> failures.containsKey(each.toString()));
        boolean noneNamed = settings.withSentinels() && nodes.isEmpty() && sentinels.areSilent();
        if (sentinels.wereTried(failures.keySet()) && (nodesFailed || noneNamed)) {
            firstMaster.completeExceptionally(new IllegalStateException("no address could be used"));
        }
    }

    /** The topology's nodes are those to be connected to. */
    private void connectNodes() {
        Shard shard = topology.shard();
        Set<Endpoint> wanted = new TreeSet<>();
        if (shard.master() != null) {
            wanted.add(shard.master().endpoint());
        }
        shard.replicas().forEach(each -> wanted.add(each.endpoint()));
        shard.others().forEach(each -> wanted.add(each.endpoint()));
        nodes.entrySet().removeIf(each -> {
            boolean gone = !wanted.contains(each.getKey());
            if (gone) {
                each.getValue().dialer().close(Duration.ofSeconds(1));
                failures.remove(each.getKey().toString());
            }
            return gone;
        });
        for (Endpoint each : wanted) {
            if (!nodes.containsKey(each)) {
                NodeConnection connection = new NodeConnection(each, this);
                nodes.put(each, connection);
                connection.dialer().dial();
            }
        }
    }

    private void beat() {
        if (closed) {
            return;
        }
        long now = now();
        boolean isHeld = topology.shard().writeGate().state() != WriteGate.State.OPEN;
        if (!isHeld) {
            lastOpenNanos = now;
        }
        long period = isHeld ? pace.heldNanos(now - lastOpenNanos, now) : pace.periodNanos(now);
        // First of all: a beat that fails is not the last. Two to a period, for the replicas' turn.
        later(this::beat, Math.min(isHeld ? period : period / 2, SLOWEST_BEAT_NANOS));
        watchClock(now);
        NodeConnection master = master();
        if (master != null) {
            look(master, now, isHeld ? period : period(master, now));
        }
        for (NodeConnection each : nodes.values()) {
            each.watch(now);
            if (each != master && (isHeld || !isTooEarly(each, master, now))) {
                look(each, now, isHeld ? period : period(each, now));
            }
        }
        sentinels.watch(now, isHeld);
        if (isHeld || now - lastTickNanos >= TICK_NANOS) {
            lastTickNanos = now;
            observe(new Observation.Tick(now));
            sentinels.forget(now);
        }
        if (now - lastLookUpNanos >= (isHeld ? NAMES_PERIOD_IN_TROUBLE_NANOS : NAMES_PERIOD_NANOS)) {
            lookUpNames();
        }
    }

    /** Probes a node whose time has come, unless what it told by itself will do. */
    private void look(NodeConnection each, long now, long period) {
        boolean isToBeSampled = each.isDue(now, WRITING_NANOS) && isToBeSampled(each);
        boolean isDue = isToBeSampled || each.isDue(now, period);
        boolean isNews = (isDue || each != master()) && each.take();
        // Of its role and its replicas a node tells nothing by itself.
        if (isDue && !(isNews && now - each.askedNanos() < idleNanos)) {
            each.probe(now - (isToBeSampled ? Math.min(period, WRITING_NANOS) : period) / 2);
        }
    }

    /**
     * Whether the replica would be asked too soon behind the master. It is then a little behind the sample that its answer is held against,
     * and proves one that is older by a whole period; half a period later it has that, too.
     */
    private boolean isTooEarly(NodeConnection each, NodeConnection master, long now) {
        long period = period(each, now);
        return master != null && now - master.sampledNanos() < period * 3 / 8 && !each.isDue(now, 2 * period);
    }

    private long period(NodeConnection each, long now) {
        if (!each.tells()) {
            return pace.periodNanos(now);
        }
        return each == master() ? masterPace.periodNanos(now) : idleNanos;
    }

    /** Null while none is followed. */
    private NodeConnection master() {
        Node master = topology.shard().master();
        return master == null ? null : nodes.get(master.endpoint());
    }

    /** Looks the configured names up, where there are any, and takes their addresses for the seeds. */
    private void lookUpNames() {
        NamedEndpoints names = settings.names();
        if (names == null || lookingUp) {
            return;
        }
        lookingUp = true;
        lastLookUpNanos = now();
        names.lookUp()
                .thenAccept(found -> run(() -> {
                    lookingUp = false;
                    for (NamedEndpoints.Found each : found) {
                        if (each.failure() == null) {
                            usable(each.name().toString());
                        } else {
                            noteFailure(each.name().toString(), each.failure());
                        }
                    }
                    observe(new Observation.SeedsResolved(names.take(found), now()));
                }));
    }

    private long wallLead() {
        return TimeUnit.MILLISECONDS.toNanos(wallMillis.getAsLong()) - now();
    }

    private void watchClock(long now) {
        long lead = wallLead();
        if (Math.abs(lead - wallLeadNanos) > CLOCK_JUMP_NANOS) {
            LOG.warn("the clock jumped by {} ms; every freshness sample is void", (lead - wallLeadNanos) / 1_000_000);
            observe(new Observation.ClockJumped(now));
        }
        wallLeadNanos = lead;
    }

    private void beginRound() {
        if (roundRunning || closed) {
            return; // The one that runs looks at the wish when it ends.
        }
        roundRunning = true;
        long wait = Math.max(0, roundStartedNanos + ROUND_GAP_NANOS - now());
        later(this::round, wait);
    }

    private void round() {
        roundWanted.set(false);
        roundStartedNanos = now();
        CompletableFuture<Void> over = new CompletableFuture<>();
        over.thenRun(() -> run(this::endRound));
        later(() -> over.complete(null), ROUND_NANOS);
        List<CompletableFuture<Void>> questions = new ArrayList<>();
        nodes.values().forEach(each -> {
            each.dialer().hurry();
            questions.add(each.probe());
        });
        questions.addAll(sentinels.askNow());
        if (now() - lastLookUpNanos >= NAMES_PERIOD_IN_TROUBLE_NANOS) {
            lookUpNames();
        }
        CompletableFuture.allOf(questions.toArray(CompletableFuture[]::new)).thenRun(() -> over.complete(null));
    }

    private void endRound() {
        roundRunning = false;
        listener.resolved();
        if (roundWanted.get()) {
            beginRound();
        }
    }

    private void probeNow() {
        probeWanted.set(false);
        boolean askMaster = masterWanted;
        masterWanted = false;
        lastProbeSoonNanos = now();
        Node master = topology.shard().master();
        NodeConnection first = master == null ? null : nodes.get(master.endpoint());
        if (first == null) {
            nodes.values().forEach(NodeConnection::probe);
        } else if (askMaster) {
            // Its sample first: what the replicas then say is held against it.
            first.probe().thenRun(() -> run(() -> probeOthers(first)));
        } else {
            probeOthers(first);
        }
    }

    private void probeOthers(NodeConnection master) {
        for (NodeConnection each : nodes.values()) {
            if (each != master && !each.take() && !each.tells()) {
                each.probe();
            }
        }
    }
}
