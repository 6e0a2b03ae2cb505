package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.resp.Reply;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Observation;
import dev.fairlead.topology.ReplicationInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The data link to one node, and the probes on it: {@code INFO replication}, pipelined among the calls. Confined to the discovery
 * thread.
 *
 * <p>The first probe of a link also asks which process answers, which stays true for as long as the link, and whether it is loading;
 * later ones ask about loading only while the last answers leave it open. Until the first is answered the topology does not name the link, so that no call
 * uses it before the node's role is known.
 */
final class NodeConnection implements Dialer.Owner {
    /** 1 s without an answer: the node counts as unreachable, its link stays. Slower servers should not be asked for reads either. */
    static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** 5 s without an answer: the peer is taken for dead and the link for broken, where the system has not noticed by itself. */
    static final long DEAD_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Endpoint endpoint;
    private final Discovery discovery;
    private final Dialer dialer;

    /** Completes when the probe under way is answered and its report reduced; null when none is under way. */
    private CompletableFuture<Void> underWay;

    /** A probe asked for while one was under way: it starts when that one ends. */
    private CompletableFuture<Void> next;

    private long sentNanos;
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

    /** Asks now; the future ends, always normally, when the answer has been reduced or there will be none. */
    CompletableFuture<Void> probe() {
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
        overdueTold = false;
        sentNanos = discovery.now();
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
            long answered =
                    discovery.now(); // Here, on the event loop: when it was decoded, not when this thread gets to it.
            discovery.run(() -> answered(link, sent, answered, answers, failure, probe));
        });
        return probe;
    }

    private void answered(
            Link link,
            long sent,
            long answered,
            List<CompletableFuture<Reply>> answers,
            Throwable failure,
            CompletableFuture<Void> probe) {
        underWay = null;
        if (failure == null) {
            report(link, sent, answered, answers);
        } else if (failure.getCause() instanceof ReplyCall.RefusedException refusal) {
            refused("it refuses INFO: " + refusal.getMessage());
        } // Anything else is the end of the link, which is told by itself.
        probe.complete(null);
        if (next != null) {
            CompletableFuture<Void> waiting = next;
            next = null;
            probe().thenRun(() -> waiting.complete(null));
        }
    }

    private void report(Link link, long sent, long answered, List<CompletableFuture<Reply>> answers) {
        StringBuilder text = new StringBuilder(process == null ? "" : process);
        ReplicationInfo info;
        try {
            for (CompletableFuture<Reply> each : answers) {
                text.append(each.join().asString()).append("\r\n");
            }
            info = ReplicationInfo.parse(text.toString()).mapped(discovery::reached);
        } catch (RuntimeException e) {
            refused("its INFO cannot be read: " + e.getMessage());
            return;
        }
        process = info.runId() == null ? "" : "run_id:" + info.runId() + "\r\n";
        maybeLoading = info.loading() || info.asyncLoading() || info.syncInProgress();
        discovery.observe(new Observation.NodeReported(endpoint, link.id(), sent, answered, info));
        discovery.alive(endpoint);
    }

    private void refused(String reason) {
        discovery.noteFailure(endpoint.toString(), reason);
        discovery.observe(new Observation.NodeUnreachable(endpoint, discovery.now(), reason));
    }

    /** Looks whether the probe under way takes too long. */
    void watch(long now) {
        if (underWay == null) {
            return;
        }
        long waited = now - sentNanos;
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

    boolean isDue(long now, long period) {
        return underWay == null && dialer.link() != null && now - sentNanos >= period;
    }

    @Override
    public void up(Link link) {
        discovery.linkUp(link);
        process = null;
        maybeLoading = true;
        probe();
    }

    @Override
    public void down(Link link, String reason) {
        discovery.linkDown(link);
        discovery.observe(new Observation.LinkBroken(endpoint, link.id(), discovery.now(), reason));
        discovery.suspect("the link to " + endpoint + " broke");
    }

    @Override
    public void push(Reply.Sequence push) {
        discovery.pushed(push);
    }

    @Override
    public void unreachable(String reason) {
        refused(reason);
    }
}
