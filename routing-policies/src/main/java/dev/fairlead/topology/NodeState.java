package dev.fairlead.topology;

import dev.fairlead.topology.Observation.NodeReported;
import java.util.Objects;
import java.util.Set;

/**
 * What one server last said, and over which link. Immutable; every observation about it gives the next one.
 *
 * @param last its last report; kept when the link breaks, for its role and the addresses it named; null before the first
 * @param lastAsReplica its last report that said role:slave; null when it was never seen as a replica
 * @param loading whether it answered {@code -LOADING}, and no report asked for after {@code loadingSinceNanos} denies it
 * @param incarnation the stretch of its life that its last report belongs to: see {@link Node#incarnation}; 0 before the first
 * @param seenWhileUp the last position seen on this link while the node was connected to its master; null when none
 */
record NodeState(
        Endpoint endpoint,
        Contact contact,
        NodeReported last,
        NodeReported lastAsReplica,
        boolean loading,
        long loadingSinceNanos,
        long incarnation,
        ReplicationPosition seenWhileUp) {

    /**
     * How the client reaches the node.
     *
     * @param linkId the link that its last report came over; 0 when that link is down
     * @param brokenLinkId the greatest link known to be broken: a late answer from it says nothing any more
     * @param trouble why it does not answer; null while it does
     * @param unreachable whether it could not be connected to, or left a probe unanswered; otherwise it only lost a link
     * @param sinceNanos when the trouble began
     */
    record Contact(long linkId, long brokenLinkId, String trouble, boolean unreachable, long sinceNanos) {}

    static NodeState unknown(Endpoint endpoint, long atNanos) {
        return new NodeState(
                endpoint, new Contact(0, 0, "it has not answered yet", false, atNanos), null, null, false, 0, 0, null);
    }

    /** Whether an answer over this link still says something about the node: the link is not broken, and no newer one has spoken. */
    boolean accepts(long linkId) {
        return linkId > contact.brokenLinkId && linkId >= contact.linkId;
    }

    /** @param fresh names an incarnation that nothing had before, should the report begin one */
    NodeState reported(NodeReported report, long fresh, Set<Rule> rules) {
        ReplicationInfo now = report.info();
        return new NodeState(
                endpoint,
                new Contact(report.linkId(), contact.brokenLinkId, null, false, 0),
                report,
                now.role() == Role.REPLICA ? report : lastAsReplica,
                now.loading() || loading && report.sentNanos() - loadingSinceNanos < 0,
                loadingSinceNanos,
                continues(report, rules) ? incarnation : fresh,
                seenAfter(report, rules));
    }

    /** Whether the node still has, as far as its reports tell, whatever it has shown since its incarnation began. */
    private boolean continues(NodeReported report, Set<Rule> rules) {
        if (incarnation == 0 || report.linkId() != contact.linkId) {
            return false;
        }
        ReplicationInfo before = info();
        ReplicationInfo now = report.info();
        boolean unmoved = now.role() == before.role()
                && now.replicationId().equals(before.replicationId())
                && Objects.equals(now.master(), before.master())
                && now.appliedOffset() >= before.appliedOffset()
                && now.masterOffset() >= before.masterOffset();
        boolean reset = loading
                || now.loading()
                || before.syncInProgress()
                || now.syncInProgress()
                || !before.readOnly()
                || !now.readOnly();
        return unmoved && !reset || !rules.contains(Rule.RESET_IS_A_NEW_INCARNATION);
    }

    /* What was seen while the link to the master was up stays true while nothing but time passes. A changed id or master, or an
    offset that fell, means that the data may have been replaced. */
    private ReplicationPosition seenAfter(NodeReported report, Set<Rule> rules) {
        ReplicationInfo now = report.info();
        boolean syncing = now.syncInProgress() && !now.asyncLoading() && rules.contains(Rule.NO_POSITION_WHILE_SYNCING);
        if (now.role() != Role.REPLICA || syncing) {
            return null;
        }
        if (now.linkUp()) {
            return new ReplicationPosition(now.replicationId(), now.appliedOffset());
        }
        boolean unchanged = seenWhileUp != null
                && seenWhileUp.id().equals(now.replicationId())
                && now.appliedOffset() >= seenWhileUp.offset()
                && now.master().equals(info().master());
        return unchanged ? seenWhileUp : null;
    }

    /* A push says nothing of when the node was still a replica, which decides what carries over a failover: only its position
    moves. Another history, a lower offset, or data where a sync was under way mean that the data has been replaced. */
    NodeState pushed(Observation.PositionPushed push, Set<Rule> rules) {
        boolean reported = live() && push.linkId() == contact.linkId && info().role() == Role.REPLICA;
        if (!reported) {
            return this;
        }
        ReplicationPosition position = push.position();
        boolean replaced = !position.id().equals(info().replicationId())
                || position.offset() < info().appliedOffset()
                || info().syncInProgress();
        if (replaced && rules.contains(Rule.PUSH_CONTINUES)) {
            return voided("its data is another since; not asked since", push.atNanos());
        }
        NodeReported moved = new NodeReported(
                endpoint, last.linkId(), last.sentNanos(), last.atNanos(), info().applied(position.offset()));
        ReplicationPosition seen = new ReplicationPosition(info().replicationId(), position.offset());
        return new NodeState(endpoint, contact, moved, lastAsReplica, loading, loadingSinceNanos, incarnation, seen);
    }

    NodeState linkBroken(long broken, String reason, long now) {
        if (broken < contact.linkId) {
            return this;
        }
        boolean known = contact.trouble != null;
        Contact next = new Contact(
                0,
                Math.max(broken, contact.brokenLinkId),
                known ? contact.trouble : "its link broke (" + reason + ")",
                contact.unreachable,
                known ? contact.sinceNanos : now);
        return new NodeState(endpoint, next, last, lastAsReplica, false, 0, incarnation, null);
    }

    NodeState unreachable(String reason, long now) {
        Contact next = new Contact(
                contact.linkId,
                contact.brokenLinkId,
                "it is unreachable (" + reason + ")",
                true,
                contact.unreachable ? contact.sinceNanos : now);
        return new NodeState(endpoint, next, last, lastAsReplica, loading, loadingSinceNanos, incarnation, seenWhileUp);
    }

    NodeState loadingSince(long now) {
        return new NodeState(endpoint, contact, last, lastAsReplica, true, now, incarnation, null);
    }

    /** Everything taken so far is void; the next report starts anew. */
    NodeState voided(String reason, long now) {
        Contact next = new Contact(0, contact.brokenLinkId, reason, false, now);
        return new NodeState(endpoint, next, last, lastAsReplica, loading, loadingSinceNanos, incarnation, null);
    }

    ReplicationInfo info() {
        return last == null ? null : last.info();
    }

    /** Whether its last report still stands: on a link that is up, and answered since. */
    boolean live() {
        return contact.linkId != 0 && contact.trouble == null;
    }

    boolean says(Role role) {
        return live() && info().role() == role;
    }

    /** Whether it is a master that writes this history, by its own word. */
    boolean masters(ReplicationId history) {
        return says(Role.MASTER) && info().replicationId().equals(history);
    }
}
