package dev.fairlead.topology;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** Lets tests of other modules switch a rule of the freshness clock off, by its name. */
public final class Reducers {
    private Reducers() {}

    public static List<String> rules() {
        return Arrays.stream(Rule.values()).map(Rule::name).toList();
    }

    /** A reducer as production has it. */
    public static TopologyReducer withAllRules() {
        return new TopologyReducer();
    }

    public static TopologyReducer without(String rule) {
        return new TopologyReducer(TopologySettings.DEFAULT, EnumSet.complementOf(EnumSet.of(Rule.valueOf(rule))));
    }
}
