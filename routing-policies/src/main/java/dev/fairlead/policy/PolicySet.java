package dev.fairlead.policy;

import dev.fairlead.command.CommandSpec;

/** The defaults, named policies and rules of one client, immutable; usually read from YAML. */
public final class PolicySet {
    private PolicySet() {}

    /** What a client without a file uses: replica-preferred, eventual, no bound, master when none qualifies, p2c-peak-ewma. */
    public static PolicySet standard() {
        throw new UnsupportedOperationException("TODO(policy)");
    }

    /**
     * Reads the YAML form.
     *
     * @param fileName for error messages only
     * @throws PolicyException naming file, line, column and the nearest valid word
     */
    public static PolicySet parse(String yaml, String fileName) {
        throw new UnsupportedOperationException("TODO(policy)");
    }

    /**
     * What applies to a call: defaults, then the named policy or else the first rule that matches, then the call's own options.
     *
     * @throws IllegalArgumentException when the overrides name a policy that is not there
     */
    public RoutingSettings settingsFor(CommandSpec spec, byte[][] argv, SettingsOverride override) {
        throw new UnsupportedOperationException("TODO(policy)");
    }
}
