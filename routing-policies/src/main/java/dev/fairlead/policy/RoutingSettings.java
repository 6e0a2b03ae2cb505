package dev.fairlead.policy;

import dev.fairlead.topology.Endpoint;
import java.time.Duration;
import java.util.Map;

/**
 * Everything that decides where one call may go, with nothing left open: defaults, policy, rule and call options have
 * been laid over each other.
 *
 * @param origin for people: the rule or policy it came from and where that stands ({@code rule 'sessions' (routing.yaml:10)})
 * @param maxLag most a node may be behind, in time; null: no bound
 * @param maxLagBytes most a node may be behind, in bytes of the replication stream; -1: no bound
 * @param weights for {@link Balance#WEIGHTED}; nodes not named weigh 1
 * @param deadline total time of a call, attempts included; null: the default of the client
 * @param retry what may be sent again although it may have been applied
 * @param hedge when a read without an answer is asked of a second node
 */
public record RoutingSettings(
        String origin,
        ReadFrom from,
        Consistency consistency,
        Duration maxLag,
        long maxLagBytes,
        WhenNoneIsFresh whenNoneIsFresh,
        Balance balance,
        Map<Endpoint, Integer> weights,
        Duration deadline,
        Retry retry,
        Hedge hedge) {}
