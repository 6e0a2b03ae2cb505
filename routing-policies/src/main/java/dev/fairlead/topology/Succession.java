package dev.fairlead.topology;

import dev.fairlead.topology.ShardState.Provisional;
import dev.fairlead.topology.ShardState.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Decides which master is true. Pure; made for one instant of one shard. Never two: what cannot be told apart gets no write.
 *
 * <p>With Sentinels, the highest config epoch names the master, and the node's own word (role:master) confirms it. A promoted
 * replica is followed ahead of the announcement when its parent is the current history and either a Sentinel's failover in
 * progress named it or the old master itself says role:slave.
 *
 * <p>Without, the successor is the one master whose parent is the current history, once the old master says role:slave, writes
 * another history, or cannot be reached. A worked example: A writes history a; B reports role:master with {@code master_replid2:a}
 * while A still says role:master. Somebody promoted B, but A is alive, and both would take writes: A stays. A dies: B is followed.
 * A's supervisor starts it again from its file; it takes a new id, with {@code master_replid2:a} too. Now two masters name the same
 * parent, either could be meant, and no write goes until one of them says role:slave.
 */
final class Succession {
    /** What to do: follow {@code adopt} when it is not null, else refuse writes when {@code ambiguous} is not null, else nothing. */
    record Decision(Endpoint adopt, boolean early, String ambiguous) {
        static final Decision STAY = new Decision(null, false, null);

        static Decision adopt(NodeState node, boolean early) {
            return new Decision(node.endpoint(), early, null);
        }

        static Decision ambiguous(List<NodeState> rivals, String why) {
            List<Endpoint> names = rivals.stream().map(NodeState::endpoint).toList();
            return new Decision(null, false, names + " " + why);
        }
    }

    private final Map<Endpoint, NodeState> nodes;
    private final Endpoint followed;
    private final ReplicationId history;
    private final List<NodeState> masters;
    private final TopologySettings settings;

    /** @param history null while no master was ever followed */
    Succession(
            Map<Endpoint, NodeState> nodes,
            Endpoint followed,
            ReplicationId history,
            Fences fences,
            TopologySettings settings) {
        this.nodes = nodes;
        this.followed = followed;
        this.history = history;
        this.settings = settings;
        this.masters = nodes.values().stream()
                .filter(node ->
                        node.says(Role.MASTER) && !fences.contains(node.info().replicationId()))
                .toList();
    }

    /** @param named the master that the highest epoch names; null when none does */
    Decision withSentinels(Endpoint named, Selection selection, Provisional provisional) {
        Decision early = settings.adoptEarly() ? early(selection) : Decision.STAY;
        if (early != Decision.STAY) {
            return early;
        }
        // Until its fence is lifted, the name of the old master only means that the Sentinels have not announced the
        // new one.
        boolean unannounced = provisional != null && provisional.oldMaster().equals(named);
        NodeState master = named == null || unannounced ? null : nodes.get(named);
        boolean follows = master != null && named.equals(followed) && master.masters(history);
        return master != null && masters.contains(master) && !follows ? Decision.adopt(master, false) : Decision.STAY;
    }

    private Decision early(Selection selection) {
        NodeState old = followed == null ? null : nodes.get(followed);
        boolean steppedDown = old != null && old.says(Role.REPLICA);
        List<NodeState> heirs = children();
        for (NodeState heir : heirs) {
            if (selection != null && selection.selected().equals(heir.endpoint())) {
                return Decision.adopt(heir, true);
            }
        }
        if (!steppedDown || heirs.isEmpty()) {
            return Decision.STAY;
        }
        return heirs.size() == 1
                ? Decision.adopt(heirs.get(0), true)
                : Decision.ambiguous(heirs, "all claim to continue the history of " + followed);
    }

    /** Masters that name the current history as their parent. */
    private List<NodeState> children() {
        List<NodeState> children = new ArrayList<>();
        for (NodeState node : masters) {
            if (history != null && history.equals(node.info().parentId())) {
                children.add(node);
            }
        }
        return children;
    }

    Decision withoutSentinels(long nowNanos) {
        if (history == null) {
            return sole(masters);
        }
        List<NodeState> incumbents =
                masters.stream().filter(node -> node.masters(history)).toList();
        if (!incumbents.isEmpty()) {
            NodeState incumbent = incumbents.get(0);
            return incumbent.endpoint().equals(followed) && incumbents.size() == 1
                    ? againstRivals(incumbent)
                    : sole(incumbents);
        }
        NodeState old = followed == null ? null : nodes.get(followed);
        boolean changed = old != null && masters.contains(old);
        boolean steppedDown = old != null && old.says(Role.REPLICA);
        boolean gone =
                old == null || old.contact().trouble() != null && old.contact().unreachable();
        if (!changed && !steppedDown && !gone) {
            return Decision.STAY;
        }
        List<NodeState> heirs = children();
        if (!heirs.isEmpty()) {
            return sole(heirs);
        }
        if (changed) {
            return Decision.adopt(old, false);
        }
        NodeState pointedAt = steppedDown ? nodes.get(old.info().master()) : null;
        if (pointedAt != null && masters.contains(pointedAt)) {
            return Decision.adopt(pointedAt, false);
        }
        boolean longGone = gone
                && (old == null
                        || nowNanos - old.contact().sinceNanos()
                                >= settings.goneAfter().toNanos());
        return longGone ? sole(masters) : Decision.STAY;
    }

    private static Decision sole(List<NodeState> claimants) {
        if (claimants.isEmpty()) {
            return Decision.STAY;
        }
        return claimants.size() == 1
                ? Decision.adopt(claimants.get(0), false)
                : Decision.ambiguous(claimants, "all claim to be the master");
    }

    private Decision againstRivals(NodeState master) {
        ReplicationId parent = master.info().parentId();
        List<NodeState> rivals = masters.stream()
                .filter(node -> parent != null && Objects.equals(node.info().parentId(), parent))
                .toList();
        return rivals.size() > 1
                ? Decision.ambiguous(rivals, "are both masters that continue the same history; make one a replica")
                : Decision.STAY;
    }
}
