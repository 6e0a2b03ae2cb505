package dev.fairlead.topology;

import java.util.Set;

/**
 * Says what is proven about a node: its position, how fresh it is by the master's samples, and what speaks against it. Pure; made
 * for one instant of one shard.
 *
 * <p>A worked example. The client's probe of the master left at 20 ms and said offset 500; the replica then reported
 * {@code slave_repl_offset:620}. So everything that anyone had acknowledged before 20 ms is on the replica. The next probe of
 * the master leaves at 70 ms and says 740: the replica is now fresh as of 20 ms, and 120 bytes behind. Asked at 100 ms for data at
 * most 50 ms old, it does not qualify; it does again once it reports 740 or more, and is then fresh as of 70 ms.
 */
final class FreshnessClock {
    private final Endpoint followed;
    private final Lineage lineage;
    private final MasterSamples samples;
    private final Fences fences;
    private final Set<Rule> rules;

    /** @param lineage null while no master was ever followed */
    FreshnessClock(Endpoint followed, Lineage lineage, MasterSamples samples, Fences fences, Set<Rule> rules) {
        this.followed = followed;
        this.lineage = lineage;
        this.samples = samples;
        this.fences = fences;
        this.rules = rules;
    }

    Node judge(NodeState node) {
        Role role = node.info() == null ? Role.UNKNOWN : node.info().role();
        if (!node.live()) {
            return unusable(node, role, node.contact().trouble());
        }
        if (node.loading() && rules.contains(Rule.NO_POSITION_WHILE_SYNCING)) {
            return unusable(node, role, "it is loading its data");
        }
        return role == Role.MASTER ? master(node) : replica(node);
    }

    private Node master(NodeState node) {
        ReplicationInfo info = node.info();
        if (fences.contains(info.replicationId())) {
            return unusable(node, Role.MASTER, "it is fenced: its replication id is superseded");
        }
        if (!node.endpoint().equals(followed) || !info.replicationId().equals(lineage.current())) {
            return unusable(node, Role.MASTER, "it calls itself a master, and is not the one that is followed");
        }
        // Each sample of the followed history is the master's word that it was the master then.
        long asOf = samples.isEmpty()
                ? node.last().sentNanos()
                : Sightings.later(node.last().sentNanos(), samples.newestSentNanos());
        ReplicationPosition position = new ReplicationPosition(info.replicationId(), info.masterOffset());
        return new Node(
                node.endpoint(),
                Role.MASTER,
                node.contact().linkId(),
                node.incarnation(),
                position,
                new Node.Freshness(true, asOf, 0, asOf),
                true,
                null);
    }

    private Node replica(NodeState node) {
        ReplicationInfo info = node.info();
        if (!info.readOnly() && rules.contains(Rule.READ_ONLY)) {
            return unusable(node, Role.REPLICA, "it takes writes of its own (slave_read_only:0)");
        }
        if (info.syncInProgress() && !info.asyncLoading() && rules.contains(Rule.NO_POSITION_WHILE_SYNCING)) {
            return unusable(node, Role.REPLICA, "it is in a full sync");
        }
        if (lineage == null) {
            return unproven(node, "no master is known to measure it against", true);
        }
        long shared = rules.contains(Rule.SAME_HISTORY) ? lineage.sharedUpTo(info.replicationId()) : Long.MAX_VALUE;
        if (shared == Lineage.UNRELATED) {
            boolean ahead = info.parentId() != null && lineage.sharedUpTo(info.parentId()) != Lineage.UNRELATED;
            return unproven(
                    node,
                    "its replication id " + brief(info.replicationId()) + " is not its master's, "
                            + brief(lineage.current()),
                    ahead && !fences.contains(info.replicationId()));
        }
        if (info.appliedOffset() > shared && rules.contains(Rule.NOT_PAST_THE_FORK)) {
            return unusable(
                    node,
                    Role.REPLICA,
                    "it is past the fork of a superseded history (offset " + info.appliedOffset() + ", fork at "
                            + shared + ")");
        }
        ReplicationPosition position = position(node);
        if (position == null) {
            return unproven(
                    node,
                    "its link to its master is down, and its position was not seen while it was up",
                    info.appliedOffset() > NEVER_SYNCED);
        }
        return new Node(
                node.endpoint(),
                Role.REPLICA,
                node.contact().linkId(),
                node.incarnation(),
                position,
                freshness(position),
                true,
                null);
    }

    /** What {@code slave_repl_offset} holds, at most, in a replica that never had data from a master. */
    private static final long NEVER_SYNCED = 1;

    private ReplicationPosition position(NodeState node) {
        ReplicationInfo info = node.info();
        if (!rules.contains(Rule.APPLIED_NOT_RECEIVED)) {
            return new ReplicationPosition(info.replicationId(), info.masterOffset());
        }
        if (info.linkUp() || !rules.contains(Rule.SEEN_WHILE_UP)) {
            return new ReplicationPosition(info.replicationId(), info.appliedOffset());
        }
        return node.seenWhileUp();
    }

    private Node.Freshness freshness(ReplicationPosition position) {
        if (samples.isEmpty()) {
            return Node.Freshness.NONE;
        }
        boolean proven = samples.covers(position.offset());
        return new Node.Freshness(
                proven,
                proven ? samples.asOfNanos(position.offset()) : 0,
                Math.max(0, samples.newestOffset() - position.offset()),
                samples.newestSentNanos());
    }

    private static Node unproven(NodeState node, String reason, boolean usable) {
        return new Node(
                node.endpoint(),
                node.info().role(),
                node.contact().linkId(),
                node.incarnation(),
                null,
                Node.Freshness.NONE,
                usable,
                reason);
    }

    private static Node unusable(NodeState node, Role role, String reason) {
        return new Node(
                node.endpoint(),
                role,
                node.contact().linkId(),
                node.incarnation(),
                null,
                Node.Freshness.NONE,
                false,
                reason);
    }

    /** Enough of an id to tell it from another. */
    private static String brief(ReplicationId id) {
        return id.value().substring(0, 8) + "…";
    }
}
