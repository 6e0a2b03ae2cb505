package dev.fairlead.topology;

import dev.fairlead.topology.Observation.NodeReported;
import dev.fairlead.topology.ShardState.Facts;
import dev.fairlead.topology.ShardState.Provisional;
import dev.fairlead.topology.ShardState.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The next state of a shard while it is made. Confined to one reduction. */
final class ShardDraft {
    /** Servers of one shard; a master that lists more replicas than this serves little else. */
    static final int MAX_NODES = 64;

    /** How many limits a hold lasts when the selected replica does not answer at all. */
    private static final int SILENT_HOLD = 3;

    private final TopologySettings settings;
    private final Set<Rule> rules;
    private final long now;
    private final List<TopologyEvent> events = new ArrayList<>();

    private List<Endpoint> seeds;
    private final boolean withSentinels;
    private final Map<Endpoint, NodeState> nodes;
    private final Map<Endpoint, Endpoint> aliases;
    private Endpoint followed;
    private String followedRunId;
    private Lineage lineage;
    private MasterSamples samples;
    private Fences fences;
    private SentinelBoard board;
    private Selection selection;
    private Provisional provisional;
    private long adoptedNanos;
    private long incarnations;
    private boolean clockJumped;
    private long voidBeforeNanos;
    private String ambiguous;

    ShardDraft(Facts facts, TopologySettings settings, Set<Rule> rules, long now) {
        this.settings = settings;
        this.rules = rules;
        this.now = now;
        seeds = facts.seeds();
        withSentinels = facts.withSentinels();
        nodes = new TreeMap<>(facts.nodes());
        aliases = new TreeMap<>(facts.aliases());
        followed = facts.followed();
        followedRunId = facts.followedRunId();
        lineage = facts.lineage();
        samples = facts.samples();
        fences = facts.fences();
        board = facts.board();
        selection = facts.selection();
        provisional = facts.provisional();
        adoptedNanos = facts.adoptedNanos();
        incarnations = facts.incarnations();
        clockJumped = facts.clockJumped();
        voidBeforeNanos = facts.voidBeforeNanos();
    }

    // ---- what was seen

    void apply(Observation observation) {
        if (observation instanceof NodeReported report) {
            reported(report);
        } else if (observation instanceof Observation.PositionPushed push) {
            nodes.computeIfPresent(push.node(), (e, node) -> node.pushed(push, rules));
        } else if (observation instanceof Observation.WriteCovered write) {
            covered(write);
        } else if (observation instanceof Observation.LinkBroken broken) {
            if (rules.contains(Rule.LINK_BREAK_VOIDS)) {
                nodes.computeIfPresent(
                        broken.node(), (e, node) -> node.linkBroken(broken.linkId(), broken.reason(), now));
            }
        } else if (observation instanceof Observation.NodeUnreachable lost) {
            nodes.computeIfPresent(lost.node(), (e, node) -> node.unreachable(lost.reason(), now));
        } else if (observation instanceof Observation.NodeLoading loading) {
            if (rules.contains(Rule.LOADING_VOIDS)) {
                nodes.computeIfPresent(loading.node(), (e, node) -> node.loadingSince(now));
            }
        } else if (observation instanceof Observation.SentinelReported report) {
            board = board.with(report);
        } else if (observation instanceof Observation.SentinelForgotten forgotten) {
            board = board.without(forgotten.sentinel());
        } else if (observation instanceof Observation.SeedsResolved resolved) {
            seeds = resolved.seeds();
        } else if (observation instanceof Observation.FailoverSelected chosen) {
            selected(chosen);
        } else if (observation instanceof Observation.FailoverAborted aborted) {
            aborted(aborted);
        } else if (observation instanceof Observation.MasterSwitched switched) {
            if (followed == null || canonical(switched.from()).equals(followed)) {
                board = board.switched(switched.to());
                selection = null;
            } else if (canonical(switched.to()).equals(followed)) {
                board = board.switched(switched.to());
            }
        } else if (observation instanceof Observation.ClockJumped && rules.contains(Rule.CLOCK_JUMP_VOIDS)) {
            clockJumped = true;
            voidBeforeNanos = now;
            samples = MasterSamples.NONE;
            nodes.replaceAll((e, node) -> node.live() ? node.voided("the clock jumped; not asked since", now) : node);
        }
    }

    private void reported(NodeReported observed) {
        NodeReported report = rules.contains(Rule.SENT_NOT_RECEIVED)
                ? observed
                : new NodeReported(
                        observed.node(), observed.linkId(), observed.atNanos(), observed.atNanos(), observed.info());
        boolean beforeTheJump = clockJumped && report.sentNanos() - voidBeforeNanos < 0;
        if (beforeTheJump || aliasStands(report)) {
            return;
        }
        NodeState before = nodes.get(report.node());
        if (before == null || !before.accepts(report.linkId())) {
            return;
        }
        Endpoint known = sameServer(report);
        if (known != null) {
            nodes.remove(report.node());
            aliases.put(report.node(), known);
            events.add(new TopologyEvent.NodeLeft(report.node(), "it is the same server as " + known));
            followed = report.node().equals(followed) ? null : followed;
            return;
        }
        String runId = report.info().runId();
        if (before.info() != null
                && runId != null
                && !runId.equals(before.info().runId())) {
            aliases.values().removeIf(report.node()::equals);
        }
        NodeState after = before.reported(report, incarnations + 1, rules);
        incarnations = Math.max(incarnations, after.incarnation());
        nodes.put(report.node(), after);
    }

    private void covered(Observation.WriteCovered write) {
        NodeState master = write.node().equals(followed) ? nodes.get(followed) : null;
        boolean ofTheFollowed = master != null
                && lineage != null
                && master.masters(lineage.current())
                && master.contact().linkId() == write.linkId()
                && write.position().id().equals(lineage.current());
        boolean beforeTheJump = clockJumped && write.sentNanos() - voidBeforeNanos < 0;
        if (ofTheFollowed && !beforeTheJump) {
            samples = samples.with(write.sentNanos(), write.position().offset());
        }
    }

    /* One server under two names would get two shares of the reads. The name that answered first stays; the run id tells, and for
    masters their replication id does too: no two masters write one history. */
    private Endpoint sameServer(NodeReported report) {
        ReplicationInfo info = report.info();
        for (NodeState other : nodes.values()) {
            if (other.endpoint().equals(report.node()) || !other.live()) {
                continue;
            }
            String runId = other.info().runId();
            boolean same = runId != null && info.runId() != null
                    ? runId.equals(info.runId())
                    : info.role() == Role.MASTER && other.masters(info.replicationId());
            if (same) {
                return other.endpoint();
            }
        }
        return null;
    }

    /** Whether the report comes from a name that is still another name of a node; a name that moved on becomes a node of its own. */
    private boolean aliasStands(NodeReported report) {
        Endpoint canonical = aliases.get(report.node());
        if (canonical == null) {
            return false;
        }
        NodeState node = nodes.get(canonical);
        String runId = report.info().runId();
        if (node != null
                && (runId == null
                        || node.info() == null
                        || runId.equals(node.info().runId()))) {
            return true;
        }
        aliases.remove(report.node());
        nodes.put(report.node(), NodeState.unknown(report.node(), now));
        return false;
    }

    private void selected(Observation.FailoverSelected chosen) {
        Endpoint heir = canonical(chosen.selected());
        boolean ours = canonical(chosen.master()).equals(followed);
        // Said again (by the second of the two events) it does not begin anew: a hold has one limit.
        boolean again = selection != null && selection.selected().equals(heir);
        if (ours && !again && !heir.equals(followed)) {
            selection = new Selection(chosen.sentinel(), heir, now, true);
        }
    }

    private void aborted(Observation.FailoverAborted aborted) {
        Endpoint master = canonical(aborted.master());
        if (master.equals(followed)) {
            selection = null;
        }
        if (provisional != null && master.equals(provisional.oldMaster())) {
            provisional = new Provisional(provisional.oldMaster(), provisional.oldLineage(), true);
        }
    }

    // ---- what follows from it

    void conclude() {
        discover();
        expireSelection();
        reviewEarlyAdoption();
        Succession succession =
                new Succession(nodes, followed, lineage == null ? null : lineage.current(), fences, settings);
        Succession.Decision decision = withSentinels
                ? succession.withSentinels(board.named(aliases), selection, provisional)
                : succession.withoutSentinels(now);
        ambiguous = decision.ambiguous();
        if (decision.adopt() != null) {
            adopt(nodes.get(decision.adopt()), decision.early());
        }
        sample();
        forget();
    }

    /** Every address that a live node, a Sentinel or a failover names becomes a node. */
    private void discover() {
        for (Endpoint endpoint : named()) {
            if (!aliases.containsKey(endpoint) && nodes.size() < MAX_NODES) {
                nodes.computeIfAbsent(endpoint, e -> NodeState.unknown(e, now));
            }
        }
    }

    private Set<Endpoint> named() {
        Set<Endpoint> named = new HashSet<>(seeds);
        for (NodeState node : nodes.values()) {
            if (node.live()) {
                if (node.info().master() != null) {
                    named.add(node.info().master());
                }
                node.info().replicas().forEach(replica -> named.add(replica.endpoint()));
            }
        }
        board.reports().values().forEach(report -> {
            named.add(report.master());
            named.addAll(report.replicas());
        });
        if (board.switchedTo() != null) {
            named.add(board.switchedTo());
        }
        if (selection != null) {
            named.add(selection.selected());
        }
        if (followed != null) {
            named.add(followed);
        }
        return named;
    }

    private void forget() {
        Set<Endpoint> named = named();
        aliases.values().removeIf(canonical -> !nodes.containsKey(canonical));
        nodes.values().removeIf(node -> {
            boolean forgotten = !named.contains(node.endpoint())
                    && node.contact().trouble() != null
                    && elapsed(node.contact().sinceNanos(), settings.forgetAfter());
            if (forgotten) {
                events.add(new TopologyEvent.NodeLeft(
                        node.endpoint(),
                        "nobody names it any more, and " + node.contact().trouble()));
            }
            return forgotten;
        });
    }

    private void expireSelection() {
        if (selection == null) {
            return;
        }
        if (elapsed(selection.sinceNanos(), settings.selectionLife())) {
            selection = null;
        } else if (selection.holds() && elapsed(selection.sinceNanos(), settings.holdLimit())) {
            NodeState heir = nodes.get(selection.selected());
            boolean stillReplica =
                    heir != null && heir.says(Role.REPLICA) && heir.last().sentNanos() - selection.sinceNanos() >= 0;
            if (stillReplica
                    || elapsed(selection.sinceNanos(), settings.holdLimit().multipliedBy(SILENT_HOLD))) {
                selection = new Selection(selection.sentinel(), selection.selected(), selection.sinceNanos(), false);
            }
        }
    }

    /** An early adoption stands once the Sentinels name the successor, and is taken back when they turned it into a replica again. */
    private void reviewEarlyAdoption() {
        if (provisional == null) {
            return;
        }
        Endpoint named = board.named(aliases);
        NodeState successor = followed == null ? null : nodes.get(followed);
        if (followed != null && followed.equals(named)) {
            provisional = null;
        } else if (provisional.oldMaster().equals(named) && successor != null && withdrew(successor)) {
            ReplicationId withdrawn = lineage.current();
            fences = fences.without(provisional.oldLineage().current()).with(withdrawn);
            // Everything acknowledged under the withdrawn history came after its adoption, and none of it stays.
            events.add(new TopologyEvent.WritesLost(
                    followed, provisional.oldMaster(), withdrawn, true, adoptedNanos, lostSince(lineage.forks())));
            events.add(new TopologyEvent.MasterChanged(
                    followed, provisional.oldMaster(), provisional.oldLineage().current(), false));
            followed = provisional.oldMaster();
            followedRunId = null;
            lineage = provisional.oldLineage();
            samples = MasterSamples.NONE;
            adoptedNanos = now;
            selection = null;
            provisional = null;
        }
    }

    private boolean withdrew(NodeState successor) {
        return successor.says(Role.REPLICA)
                || provisional.aborted() && successor.contact().unreachable();
    }

    private long lostSince(List<Lineage.Fork> forks) {
        return samples.isEmpty() || forks.isEmpty()
                ? -1
                : Math.max(0, samples.newestOffset() - forks.get(0).lastShared());
    }

    private void adopt(NodeState successor, boolean early) {
        ReplicationInfo info = successor.info();
        Endpoint from = followed;
        boolean sameNode = successor.endpoint().equals(followed);
        followed = successor.endpoint();
        events.add(new TopologyEvent.MasterChanged(from, followed, info.replicationId(), early));
        if (lineage != null && lineage.current().equals(info.replicationId())) {
            return; // The same history under another name: nothing was left behind.
        }
        if (lineage == null) {
            lineage = Lineage.of(info);
        } else {
            boolean sameProcess =
                    sameNode && info.runId() != null && info.runId().equals(followedRunId);
            boolean nothingLeftBehind = sameProcess && info.parentId() == null;
            leave(from, successor, sameNode, nothingLeftBehind);
            provisional = early && from != null ? new Provisional(from, lineage, false) : null;
            lineage = lineage.continuedBy(info);
        }
        followedRunId = info.runId();
        adoptedNanos = now;
        selection = null;
    }

    /* What the new history shares with the old carries over, as far as it was claimed of instants before the successor was a
    master: from then on it may have acknowledged writes that no sample of the old master counts.

    A master that takes a new id without a parent, in the same process, made its backlog anew for its first replica: it kept its
    data, so nothing was lost, but its offsets begin anew. */
    private void leave(Endpoint from, NodeState successor, boolean sameNode, boolean nothingLeftBehind) {
        long shared = lineage.sharedWith(successor.info());
        boolean related = shared != Lineage.UNRELATED;
        fences = fences.with(lineage.current());
        if (!nothingLeftBehind) {
            boolean amountKnown = related && samples.covers(shared);
            events.add(new TopologyEvent.WritesLost(
                    from,
                    successor.endpoint(),
                    lineage.current(),
                    amountKnown,
                    amountKnown ? samples.asOfNanos(shared) : 0,
                    related && !samples.isEmpty() ? Math.max(0, samples.newestOffset() - shared) : -1));
        }
        if (!related || !sameNode && successor.lastAsReplica() == null) {
            samples = MasterSamples.NONE;
            return;
        }
        samples = samples.upTo(shared);
        if (!sameNode && rules.contains(Rule.CARRY_OVER_BEFORE_PROMOTION)) {
            samples = samples.notAfter(successor.lastAsReplica().sentNanos());
        }
    }

    private void sample() {
        NodeState master = followed == null ? null : nodes.get(followed);
        if (master != null && lineage != null && master.masters(lineage.current())) {
            followedRunId = master.info().runId();
            if (master.info().backlogActive() || !rules.contains(Rule.BACKLOG_ACTIVE)) {
                samples = samples.with(master.last().sentNanos(), master.info().masterOffset());
            }
        }
    }

    private boolean elapsed(long sinceNanos, Duration span) {
        return now - sinceNanos >= span.toNanos();
    }

    private Endpoint canonical(Endpoint endpoint) {
        return aliases.getOrDefault(endpoint, endpoint);
    }

    // ---- what comes out

    List<TopologyEvent> events() {
        return events;
    }

    ShardState freeze() {
        FreshnessClock clock = new FreshnessClock(followed, lineage, samples, fences, rules);
        Node master = null;
        List<Node> replicas = new ArrayList<>();
        List<Node> others = new ArrayList<>();
        for (NodeState state : nodes.values()) {
            Node node = clock.judge(state);
            if (node.role() == Role.REPLICA) {
                replicas.add(rules.contains(Rule.FRESH_AS_PROVEN) ? node : asOfNow(node));
            } else if (node.role() == Role.MASTER
                    && node.endpoint().equals(followed)
                    && state.info().replicationId().equals(lineage.current())) {
                master = rules.contains(Rule.MASTER_AS_OF_ITS_PROBE) ? node : asOfNow(node);
            } else {
                others.add(node);
            }
        }
        Facts facts = new Facts(
                seeds,
                withSentinels,
                Map.copyOf(nodes),
                Map.copyOf(aliases),
                followed,
                followedRunId,
                lineage,
                samples,
                fences,
                board,
                selection,
                provisional,
                adoptedNanos,
                incarnations,
                clockJumped,
                voidBeforeNanos);
        return new ShardState(facts, master, replicas, others, gate(), rules);
    }

    /** What a client believes that has switched a rule off, for tests; a node that has no position keeps none. */
    private Node asOfNow(Node node) {
        if (node.position() == null || samples.isEmpty()) {
            return node;
        }
        return new Node(
                node.endpoint(),
                node.role(),
                node.linkId(),
                node.incarnation(),
                new ReplicationPosition(lineage.current(), samples.newestOffset()),
                new Node.Freshness(true, now, 0, node.freshness().lagSampleNanos()),
                node.usable(),
                node.disqualified());
    }

    private WriteGate gate() {
        if (ambiguous != null) {
            return new WriteGate(WriteGate.State.AMBIGUOUS, ambiguous);
        }
        NodeState master = followed == null ? null : nodes.get(followed);
        if (master == null || lineage == null) {
            return held("no master is known yet");
        }
        if (!master.live()) {
            return held("the master " + followed + " does not answer: "
                    + master.contact().trouble());
        }
        if (master.info().role() == Role.REPLICA) {
            return held("the master " + followed + " has become a replica of "
                    + master.info().master() + ", which is not confirmed as its successor yet");
        }
        if (!master.masters(lineage.current())) {
            return held("the master " + followed + " writes another history now, and it is not known which is true");
        }
        if (master.loading()) {
            return held("the master " + followed + " is loading its data");
        }
        if (!master.info().failoverState().equals("no-failover")) {
            return held(
                    "the master " + followed + " hands over (" + master.info().failoverState() + ")");
        }
        if (selection != null && selection.holds()) {
            return held("Sentinel " + selection.sentinel() + " selected " + selection.selected() + " to replace "
                    + followed);
        }
        Endpoint named = withSentinels ? board.named(aliases) : null;
        // Ahead of the announcement the Sentinels still name the old master: that is no other one.
        boolean unannounced = provisional != null && provisional.oldMaster().equals(named);
        if (named != null && !named.equals(followed) && !unannounced) {
            return held("the Sentinels name " + named + " in place of " + followed
                    + ", and it has not said itself that it is the master");
        }
        return WriteGate.OPEN;
    }

    private static WriteGate held(String reason) {
        return new WriteGate(WriteGate.State.HELD, reason);
    }
}
