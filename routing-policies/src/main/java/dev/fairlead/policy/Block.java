package dev.fairlead.policy;

import dev.fairlead.topology.Endpoint;
import java.time.Duration;
import java.util.Map;

/** The settings that one block of a file gives itself; null where it leaves them to what it stands on. */
record Block(
        ReadFrom from,
        Consistency consistency,
        Duration maxLag,
        Long maxLagBytes,
        WhenNoneIsFresh whenNoneIsFresh,
        Balance balance,
        Map<Endpoint, Integer> weights,
        Duration deadline,
        Retry retry,
        Hedge hedge) {

    RoutingSettings over(RoutingSettings base, String origin) {
        ReadFrom effective = or(from, base.from());
        WhenNoneIsFresh fallback = or(whenNoneIsFresh, base.whenNoneIsFresh());
        // 'master' that was only inherited gives way: who asks for replicas alone wants no read on the master.
        boolean forbidden = effective == ReadFrom.REPLICA && fallback.kind() == WhenNoneIsFresh.Kind.MASTER;
        return new RoutingSettings(
                origin,
                effective,
                or(consistency, base.consistency()),
                or(maxLag, base.maxLag()),
                or(maxLagBytes, base.maxLagBytes()),
                forbidden ? WhenNoneIsFresh.FAIL : fallback,
                or(balance, base.balance()),
                or(weights, base.weights()),
                or(deadline, base.deadline()),
                or(retry, base.retry()),
                or(hedge, base.hedge()));
    }

    private static <T> T or(T own, T inherited) {
        return own == null ? inherited : own;
    }
}
