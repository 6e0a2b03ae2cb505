package dev.fairlead.policy;

import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The defaults, named policies and rules of one client, immutable; usually read from YAML. Safe for any thread.
 *
 * <p>Everything that does not depend on a call's keys is worked out beforehand: settings are laid over each other once, patterns
 * are compiled, and each command of the table has its own short list of rules.
 */
public final class PolicySet {
    private static final RoutingSettings STANDARD = new RoutingSettings(
            "the standard policy",
            ReadFrom.REPLICA_PREFERRED,
            Consistency.EVENTUAL,
            null,
            -1,
            WhenNoneIsFresh.MASTER,
            Balance.P2C_PEAK_EWMA,
            Map.of(),
            null,
            Retry.READS,
            Hedge.NEVER);

    /** One rule with its settings laid over the defaults. */
    record Rule(Match match, RoutingSettings settings) {}

    private final RoutingSettings defaults;
    private final Map<String, RoutingSettings> policies;
    private final List<Rule> rules;
    private final Map<CommandSpec, List<Rule>> rulesByCommand;

    PolicySet(RoutingSettings defaults, Map<String, RoutingSettings> policies, List<Rule> rules) {
        this.defaults = defaults;
        this.policies = Map.copyOf(policies);
        this.rules = List.copyOf(rules);
        Map<CommandSpec, List<Rule>> byCommand = new HashMap<>();
        if (!rules.isEmpty()) {
            CommandTable.standard().all().forEach(spec -> byCommand.put(spec, rulesFor(spec)));
        }
        rulesByCommand = Map.copyOf(byCommand);
    }

    /**
     * What a client without a file uses: replica-preferred, eventual, no bound, master when none qualifies, p2c-peak-ewma, the
     * client's own deadline, no write sent again that may have been applied, no hedge.
     */
    public static PolicySet standard() {
        return new PolicySet(STANDARD, Map.of(), List.of());
    }

    /**
     * Reads the YAML form. A file has at most {@value YamlPolicies#MAX_CHARACTERS} characters.
     *
     * @param fileName for error messages only
     * @throws PolicyException with every error found (at most {@value YamlPolicies#MAX_ERRORS}), each naming file, line, column and
     *     the nearest valid word
     */
    public static PolicySet parse(String yaml, String fileName) {
        return new YamlPolicies(fileName).read(yaml, STANDARD);
    }

    /**
     * What applies to a call: defaults, then the named policy or else the first rule that matches, then the call's own options. A
     * rule with key patterns matches a call when at least one of its keys matches.
     *
     * @throws IllegalArgumentException when the overrides name a policy that is not there, or contradict the policy
     */
    public RoutingSettings settingsFor(CommandSpec spec, byte[][] argv, SettingsOverride override) {
        RoutingSettings base = override.policy() == null ? byRule(spec, argv) : policies.get(override.policy());
        if (base == null) {
            throw new IllegalArgumentException("there is no policy '" + override.policy() + "'"
                    + Nearest.hint(override.policy(), policies.keySet())
                    + (policies.isEmpty() ? "; none is defined" : ""));
        }
        return override.equals(SettingsOverride.NONE) ? base : override(base, override);
    }

    private RoutingSettings byRule(CommandSpec spec, byte[][] argv) {
        List<Rule> candidates = rulesByCommand.get(spec);
        if (candidates == null) {
            candidates = rules.isEmpty() ? rules : rulesFor(spec);
        }
        int[] positions = null;
        for (Rule rule : candidates) {
            if (positions == null && !rule.match().keys().isEmpty()) {
                positions = spec.keyPositions(argv);
            }
            if (rule.match().keys(argv, positions)) {
                return rule.settings();
            }
        }
        return defaults;
    }

    private List<Rule> rulesFor(CommandSpec spec) {
        List<Rule> matching = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.match().command(spec)) {
                matching.add(rule);
            }
        }
        return List.copyOf(matching);
    }

    private static RoutingSettings override(RoutingSettings base, SettingsOverride own) {
        if (base.from() == ReadFrom.REPLICA
                && own.whenNoneIsFresh() != null
                && own.whenNoneIsFresh().kind() == WhenNoneIsFresh.Kind.MASTER) {
            throw new IllegalArgumentException(
                    base.origin() + " reads from replicas only ('from: replica'); the call cannot fall"
                            + " back on the master. Ask for MASTER, or name another policy");
        }
        Block block = new Block(
                own.consistency() == Consistency.MASTER ? ReadFrom.MASTER : null,
                own.consistency(),
                own.maxLag(),
                own.maxLagBytes() < 0 ? null : Long.valueOf(own.maxLagBytes()),
                own.whenNoneIsFresh(),
                null,
                null,
                own.deadline(),
                own.retry(),
                own.hedge());
        return block.over(base, base.origin());
    }
}
