package dev.fairlead.driver;

import dev.fairlead.policy.RoutePlan;
import dev.fairlead.topology.Endpoint;
import java.util.List;
import java.util.Locale;

/**
 * Where a call would go, and why. {@link #toString} is made for people; its words may change.
 *
 * @param call the command with its keys, never its values
 * @param target who would get it; null when it would wait or fail
 * @param targetRole what that node is, in words; or what happens instead when {@code target} is null
 * @param settings the rule or policy that applied, and what it asks for
 * @param candidates in the order in which they would be tried, each with its reason
 * @param passedOver the others, each with its reason
 */
public record Explanation(
        String call,
        Endpoint target,
        String targetRole,
        String settings,
        List<RoutePlan.Candidate> candidates,
        List<RoutePlan.Candidate> passedOver) {
    public Explanation {
        candidates = List.copyOf(candidates);
        passedOver = List.copyOf(passedOver);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(call).append(" → ").append(targetRole);
        if (target != null) {
            text.append(' ').append(target);
        }
        text.append("\n  ").append(settings);
        int width = 0;
        for (RoutePlan.Candidate each : candidates) {
            width = Math.max(width, each.node().endpoint().toString().length());
        }
        for (RoutePlan.Candidate each : passedOver) {
            width = Math.max(width, each.node().endpoint().toString().length());
        }
        int place = 1;
        for (RoutePlan.Candidate each : candidates) {
            line(text, place++ + ".", each, width);
        }
        for (RoutePlan.Candidate each : passedOver) {
            line(text, "- ", each, width);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String mark, RoutePlan.Candidate each, int width) {
        String address = each.node().endpoint().toString();
        String role = each.node().role().name().toLowerCase(Locale.ROOT);
        text.append("\n  ")
                .append(mark)
                .append(' ')
                .append(address)
                .append(" ".repeat(width - address.length() + 2))
                .append(role)
                .append(" ".repeat("replica".length() - role.length() + 2))
                .append(each.reason());
    }
}
