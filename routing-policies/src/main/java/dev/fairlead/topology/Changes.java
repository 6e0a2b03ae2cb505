package dev.fairlead.topology;

import dev.fairlead.topology.ShardState.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a listener is told of the difference between two states, beside the decisions that speak for themselves. */
final class Changes {
    private Changes() {}

    static List<TopologyEvent> between(ShardState before, ShardState after) {
        List<TopologyEvent> events = new ArrayList<>();
        Stream.of(after.master() == null ? List.<Node>of() : List.of(after.master()), after.replicas(), after.others())
                .flatMap(List::stream)
                .forEach(node -> node(before.node(node.endpoint()), node, events));
        String lost = lost(after.facts());
        if (lost != null && lost(before.facts()) == null) {
            events.add(new TopologyEvent.MasterLost(after.facts().followed(), lost));
        }
        boolean wasOpen = before.writeGate().state() == WriteGate.State.OPEN;
        boolean isOpen = after.writeGate().state() == WriteGate.State.OPEN;
        if (wasOpen && !isOpen) {
            events.add(new TopologyEvent.WritesHeld(after.writeGate().reason()));
        } else if (!wasOpen && isOpen) {
            events.add(new TopologyEvent.WritesReleased(after.master().endpoint()));
        }
        return events;
    }

    private static void node(Node before, Node after, List<TopologyEvent> events) {
        boolean wasKnown = before != null && before.role() != Role.UNKNOWN;
        if (after.role() == Role.UNKNOWN) {
            return;
        }
        if (!wasKnown) {
            events.add(new TopologyEvent.NodeJoined(after.endpoint(), after.role()));
            return;
        }
        if ((before.disqualified() == null) != (after.disqualified() == null)) {
            events.add(new TopologyEvent.NodeQualified(after.endpoint(), after.disqualified()));
        }
    }

    /** Why the followed master is none at the moment; null while it is one, or while there is none to lose. */
    private static String lost(Facts facts) {
        NodeState master = facts.followed() == null ? null : facts.nodes().get(facts.followed());
        if (master == null) {
            return null;
        }
        if (!master.live()) {
            return master.contact().trouble();
        }
        return master.info().role() == Role.REPLICA
                ? "it has become a replica of " + master.info().master()
                : null;
    }
}
