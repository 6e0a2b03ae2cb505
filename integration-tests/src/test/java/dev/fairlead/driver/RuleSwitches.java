package dev.fairlead.driver;

import dev.fairlead.topology.Reducers;

/** A client without one of the rules of the freshness clock, for a test that shows that real servers need it. */
public final class RuleSwitches {
    private RuleSwitches() {}

    public static RoutingClientBuilder without(String rule, RoutingClientBuilder builder) {
        builder.reducer = Reducers.without(rule);
        return builder;
    }
}
