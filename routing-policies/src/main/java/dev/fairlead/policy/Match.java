package dev.fairlead.policy;

import dev.fairlead.command.CommandSpec;
import java.util.List;
import java.util.Set;

/**
 * Which calls a rule speaks of: those of its commands, if it names any, with at least one key that matches, if it has patterns.
 * Immutable.
 *
 * @param names full command names in lower case; a container's stands for its subcommands
 * @param categories ACL categories without the {@code @}
 */
record Match(Set<String> names, Set<String> categories, List<Glob> keys) {
    boolean command(CommandSpec spec) {
        if (names.isEmpty() && categories.isEmpty()) {
            return true;
        }
        String name = spec.name();
        int bar = name.indexOf('|');
        return names.contains(name)
                || bar > 0 && names.contains(name.substring(0, bar))
                || spec.categories().stream().anyMatch(categories::contains);
    }

    boolean keys(byte[][] argv, int[] positions) {
        for (Glob glob : keys) {
            for (int position : positions) {
                if (glob.matches(argv[position])) {
                    return true;
                }
            }
        }
        return keys.isEmpty();
    }
}
