package dev.fairlead.driver;

import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.RoutePlan;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.TopologyEvent;
import java.time.Duration;
import java.util.List;

/** Something a listener is told. */
public sealed interface RoutingEvent {
    /**
     * The servers changed, or what is known of them: a new master, writes held or released, a node that joined, left, or
     * stopped to qualify.
     *
     * @param topology the topology after the change
     */
    record TopologyChanged(TopologyEvent change, Topology topology) implements RoutingEvent {}

    /**
     * Acknowledged writes were lost, or may have been, with the master that acknowledged them.
     *
     * @param acknowledged writes of this client that were acknowledged under the old history after the last instant known to
     *     have survived: at most so many are gone; -1 when that cannot be told
     */
    record WritesLost(TopologyEvent.WritesLost loss, long acknowledged) implements RoutingEvent {
        @Override
        public String toString() {
            return (acknowledged < 0 ? "an unknown number" : "up to " + acknowledged)
                    + " of this client's acknowledged writes may be lost: " + loss;
        }
    }

    /**
     * Calls at a node keep failing, so reads are kept from it while others can serve them; or it answers again.
     *
     * @param readable whether it is given reads as any other
     */
    record NodeHealthChanged(Endpoint node, boolean readable) implements RoutingEvent {
        @Override
        public String toString() {
            return readable
                    ? node + " answers again and is given reads"
                    : "reads are kept from " + node + ", where calls keep failing";
        }
    }

    /**
     * A call was answered. Only for listeners that want calls.
     *
     * @param command its name, never its arguments
     * @param read whether it was routed as a read
     * @param origin the rule or policy that applied
     * @param fallback whether the node stood in only because none was fresh enough
     * @param passedOver the nodes that did not qualify, each with its reason; empty for what only the master may serve
     * @param staleness how old the answer may be at most; null when nothing is proven of the node (see {@link Answer#staleness})
     * @param attempts how often it was sent, 1 when all went well
     * @param elapsed from the call to its reply
     */
    record CallServed(
            String command,
            boolean read,
            Endpoint node,
            Role role,
            String origin,
            Consistency consistency,
            boolean fallback,
            List<RoutePlan.Candidate> passedOver,
            Duration staleness,
            int attempts,
            Duration elapsed)
            implements RoutingEvent {}

    /** A call ended with an exception. Only for listeners that want calls. */
    record CallFailed(String command, boolean read, Throwable failure, int attempts, Duration elapsed)
            implements RoutingEvent {}

    /** A node did not serve a call; nothing was applied, or the call may run twice, and it goes on elsewhere. Only for listeners that want calls. */
    record CallRetried(String command, boolean read, Endpoint failedNode, String reason) implements RoutingEvent {}

    /** The listener was too slow: so many events are missing at this place. */
    record EventsDropped(long count) implements RoutingEvent {}
}
