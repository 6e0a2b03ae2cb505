package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.Offsets;
import dev.fairlead.resp.Reply;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Observation;
import dev.fairlead.topology.ReplicationInfo;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Role;
import dev.fairlead.topology.Sightings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data link to one node, the probes on it ({@code INFO replication}, pipelined among the calls), and what the node tells of its offset
 * by itself. Confined to the discovery thread, but for what says otherwise.
 *
 * <p>The first probe of a link also asks which process answers, which stays true for as long as the link, and whether it is loading;
 * later ones ask about loading only while the last answers leave it open. Until the first is answered the topology does not name the link, so that no call
 * uses it before the node's role is known.
 */
final class NodeConnection implements Dialer.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(NodeConnection.class);

    /** 1 s without an answer: the node counts as unreachable, its link stays. Slower servers should not be asked for reads either. */
    static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** 5 s: so often a client that shares its probes asks on its own link all the same, to see that it lives. */
    static final long OWN_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** 5 s without an answer: the peer is taken for dead and the link for broken, where the system has not noticed by itself. */
    static final long DEAD_NANOS = TimeUnit.SECONDS.toNanos(5);

    /**
     * What the node told last without being asked for it.
     *
     * @param number counts what the node told, from 1
     * @param withWrite whether it came with a master's reply to a write; otherwise a replica pushed it
     * @param sentNanos when that write left; a push stands for no instant
     */
    private record Told(long linkId, long number, boolean withWrite, long sentNanos, ReplicationPosition place) {}

    private static final Told NOTHING = new Told(0, 0, false, 0, null);

    private final Endpoint endpoint;
    private final Discovery discovery;
    private final Dialer dialer;

    /** Written by the event loop of the link; what comes before the discovery thread gets to it replaces it. */
    private volatile Told told = NOTHING;

    /** Whether the discovery thread has been asked to take what a replica told. */
    private final AtomicBoolean takingSoon = new AtomicBoolean();

    /** The last of what was told that has been reduced. */
    private Told taken = NOTHING;

    /** Completes when the probe under way is answered and its report reduced; null when none is under way. */
    private CompletableFuture<Void> underWay;

    /** A probe asked for while one was under way: it starts when that one ends. */
    private CompletableFuture<Void> next;

    /** When the last answer was asked for, or the question that is under way, on whatever link. */
    private long sentNanos;

    /** When the last question left on this link. */
    private long ownSentNanos;

    /** Whether the probe under way waits for this link. */
    private boolean asksHere;

    private boolean overdueTold;

    /** INFO's line that says which process answers on this link; empty when it says none, null before the first answer. */
    private String process;

    private boolean maybeLoading;

    NodeConnection(Endpoint endpoint, Discovery discovery) {
        this.endpoint = endpoint;
        this.discovery = discovery;
        this.dialer = discovery.nodeDialer(endpoint, this);
    }

    Dialer dialer() {
        return dialer;
    }

    Link link() {
        return dialer.link();
    }

    /** The node said LOADING to a call. */
    void loading() {
        maybeLoading = true;
    }

    /** Asks the node to tell its offset by itself. One that does not know how answers with an error, or never tells any. */
    void askForOffsets() {
        Link link = dialer.link();
        if (link != null && link.protocol() == 3) {
            ReplyCall.ask(link, "CLIENT", "CAPA", Offsets.CAPABILITY)
                    .whenComplete((answer, refusal) -> LOG.debug("{} tells offsets: {}", endpoint, refusal == null));
        }
    }

    /** Whether the node has told its offset by itself on the link of the moment. */
    boolean tells() {
        Link link = dialer.link();
        return link != null && told.linkId == link.id();
    }

    /** A master's reply to a write that left at this instant named a place that covers it. On the event loop of the link. */
    void covered(long linkId, long sentNanos, ReplicationPosition place) {
        told = new Told(linkId, told.number + 1, true, sentNanos, place);
    }

    /** Reduces what the node told last; false when that has been done. */
    boolean take() {
        takingSoon.set(false);
        Told now = told;
        Link link = dialer.link();
        if (now.number == taken.number || link == null || now.linkId != link.id()) {
            return false;
        }
        taken = now;
        if (now.withWrite) {
            discovery.observe(
                    new Observation.WriteCovered(endpoint, now.linkId, now.sentNanos, now.place, discovery.now()));
            return true;
        }
        discovery.observe(new Observation.PositionPushed(endpoint, now.linkId, now.place, discovery.now()));
        Node known = discovery.topology().shard().node(endpoint);
        if (underWay == null && known != null && known.linkId() == 0) {
            probe(); // The push does not fit to the last answer, which is void by now.
        }
        return true;
    }

    /** Asks now; the future ends, always normally, when the answer has been reduced or there will be none. */
    CompletableFuture<Void> probe() {
        return probe(discovery.now());
    }

    /** The same, or takes what another client was told by the same process, in answer to a question that left at this instant or later. */
    CompletableFuture<Void> probe(long notBeforeNanos) {
        if (underWay != null) {
            if (next == null) {
                next = new CompletableFuture<>();
            }
            return next;
        }
        Link link = dialer.link();
        if (link == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> probe = new CompletableFuture<>();
        underWay = probe;
        if (mayTakeAnothers()) {
            askTogether(link, notBeforeNanos, probe);
        } else {
            askHere(link, probe);
        }
        return probe;
    }

    /** What a node pushes is in order with the answers of its own link alone. */
    private boolean mayTakeAnothers() {
        boolean pushes = tells() && !told.withWrite;
        return discovery.board() != null
                && process != null
                && !process.isEmpty()
                && !maybeLoading
                && !pushes
                && discovery.now() - ownSentNanos < OWN_NANOS;
    }

    private void askTogether(Link link, long notBeforeNanos, CompletableFuture<Void> probe) {
        // What a process said before this link led to it says nothing of what is read here.
        long since = Sightings.later(notBeforeNanos, link.openedNanos());
        discovery
                .board()
                .ask(
                        endpoint,
                        process,
                        since,
                        discovery.now(),
                        (delay, question) -> discovery.later(() -> askForAll(link, question), delay))
                .copy()
                .orTimeout(ProbeBoard.PATIENCE_NANOS, TimeUnit.NANOSECONDS)
                .whenComplete((said, failure) -> discovery.run(() -> answeredTogether(link, said, failure, probe)));
    }

    private void answeredTogether(Link link, ProbeBoard.Said said, Throwable failure, CompletableFuture<Void> probe) {
        if (failure != null || dialer.link() != link) {
            askHere(link, probe);
            return;
        }
        underWay = null;
        if (said.sentNanos() - sentNanos > 0) {
            sentNanos = said.sentNanos();
            report(link, said.sentNanos(), said.answeredNanos(), process + said.text(), taken);
        }
        over(probe);
    }

    /** This client's turn to ask for those who share its probes. */
    private void askForAll(Link link, CompletableFuture<ProbeBoard.Said> question) {
        long sent = discovery.now();
        ownSentNanos = sent;
        discovery.board().sent(endpoint, process, question, sent);
        ReplyCall.ask(link, "INFO", "replication").whenComplete((answer, failure) -> {
            if (failure == null) {
                question.complete(new ProbeBoard.Said(sent, discovery.now(), text(answer)));
            } else {
                question.completeExceptionally(failure);
            }
        });
    }

    private void askHere(Link link, CompletableFuture<Void> probe) {
        asksHere = true;
        overdueTold = false;
        sentNanos = discovery.now();
        ownSentNanos = sentNanos;
        long sent = sentNanos;
        List<CompletableFuture<Reply>> answers = new ArrayList<>(3);
        if (process == null) {
            answers.add(ReplyCall.ask(link, "INFO", "server"));
        }
        if (process == null || maybeLoading) {
            answers.add(ReplyCall.ask(link, "INFO", "persistence"));
        }
        answers.add(ReplyCall.ask(link, "INFO", "replication"));
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).whenComplete((nothing, failure) -> {
            Told before = told;
            long answered =
                    discovery.now(); // Here, on the event loop: when it was decoded, not when this thread gets to it.
            discovery.run(() -> answered(link, sent, answered, answers, before, failure, probe));
        });
    }

    private void answered(
            Link link,
            long sent,
            long answered,
            List<CompletableFuture<Reply>> answers,
            Told before,
            Throwable failure,
            CompletableFuture<Void> probe) {
        underWay = null;
        asksHere = false;
        if (failure == null) {
            String text = answers.stream().map(each -> text(each.join())).collect(Collectors.joining());
            report(link, sent, answered, (process == null ? "" : process) + text, before);
        } else if (failure.getCause() instanceof ReplyCall.RefusedException refusal) {
            refused("it refuses INFO: " + refusal.getMessage());
        } // Anything else is the end of the link, which is told by itself.
        over(probe);
    }

    /** What is no text lacks every field, which its reader says. */
    private static String text(Reply answer) {
        return answer instanceof Reply.Bulk || answer instanceof Reply.Verbatim ? answer.asString() + "\r\n" : "";
    }

    private void over(CompletableFuture<Void> probe) {
        probe.complete(null);
        if (next != null) {
            CompletableFuture<Void> waiting = next;
            next = null;
            probe().thenRun(() -> waiting.complete(null));
        }
    }

    private void report(Link link, long sent, long answered, String text, Told before) {
        ReplicationInfo info;
        try {
            info = ReplicationInfo.parse(text).mapped(discovery::reached);
        } catch (RuntimeException e) {
            refused("its INFO cannot be read: " + e.getMessage());
            return;
        }
        process = info.runId() == null ? "" : "run_id:" + info.runId() + "\r\n";
        maybeLoading = info.loading() || info.asyncLoading() || info.syncInProgress();
        if (before.number > taken.number) {
            taken = before; // The answer, which came behind it, knows more.
        } else if (taken.number > before.number && taken.linkId == link.id() && !taken.withWrite) {
            // The answer was overtaken by a push that has come since.
            ReplicationPosition since = taken.place;
            boolean fits = info.role() == Role.REPLICA
                    && since.id().equals(info.replicationId())
                    && since.offset() >= info.appliedOffset();
            if (!fits) {
                probe();
                return;
            }
            info = info.applied(since.offset());
        }
        discovery.observe(new Observation.NodeReported(endpoint, link.id(), sent, answered, info));
        discovery.alive(endpoint);
    }

    private void refused(String reason) {
        discovery.noteFailure(endpoint.toString(), reason);
        discovery.observe(new Observation.NodeUnreachable(endpoint, discovery.now(), reason));
    }

    /** Looks whether the probe under way takes too long. */
    void watch(long now) {
        if (!asksHere) {
            return;
        }
        long waited = now - ownSentNanos;
        if (waited > DEAD_NANOS) {
            dialer.abort("no answer to a probe for " + TimeUnit.NANOSECONDS.toMillis(waited) + " ms");
        } else if (waited > OVERDUE_NANOS && !overdueTold) {
            overdueTold = true;
            refused("no answer to a probe for " + TimeUnit.NANOSECONDS.toMillis(waited) + " ms");
        }
    }

    /** When the last probe left. */
    long askedNanos() {
        return sentNanos;
    }

    /** When what is known of its offset was asked for. */
    long sampledNanos() {
        return tells() && taken.withWrite && taken.sentNanos - sentNanos > 0 ? taken.sentNanos : sentNanos;
    }

    boolean isDue(long now, long period) {
        // An eighth early: the next look would come half a period late.
        return underWay == null && dialer.link() != null && now - sampledNanos() >= period - period / 8;
    }

    @Override
    public void up(Link link) {
        discovery.linkUp(link);
        process = null;
        maybeLoading = true;
        if (discovery.asksForOffsets()) {
            askForOffsets();
        }
        probe();
    }

    @Override
    public void down(Link link, String reason) {
        discovery.linkDown(link);
        discovery.observe(new Observation.LinkBroken(endpoint, link.id(), discovery.now(), reason));
        discovery.suspect("the link to " + endpoint + " broke");
    }

    @Override
    public void push(Link link, Reply.Sequence push) {
        ReplicationPosition place = Offsets.pushed(push);
        if (place == null) {
            discovery.pushed(push);
            return;
        }
        told = new Told(link.id(), told.number + 1, false, 0, place);
        if (discovery.boundsInUse() && takingSoon.compareAndSet(false, true)) {
            discovery.run(this::take);
        }
    }

    @Override
    public void unreachable(String reason) {
        refused(reason);
    }
}
