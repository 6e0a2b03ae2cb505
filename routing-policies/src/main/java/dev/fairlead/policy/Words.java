package dev.fairlead.policy;

import dev.fairlead.topology.Node;
import dev.fairlead.topology.Role;
import java.util.Locale;

/** Figures of a plan, as people read them. */
final class Words {
    private Words() {}

    /** {@code 0.4 ms}, {@code 38 ms}, {@code 12 s}: as precise as the size is worth. */
    static String age(long nanos) {
        double millis = Math.max(0, nanos) / 1e6;
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis).replace(".0 ms", " ms");
        }
        return millis < 10_000
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.0f s", millis / 1000);
    }

    /** {@code fresh as of 38 ms ago, 2 in flight, 0.4 ms}; of a master, whose freshness needs no saying, without the first. */
    static String figures(RoutingRequest request, Node node, LoadView load) {
        StringBuilder text = new StringBuilder();
        if (node.role() == Role.REPLICA && node.freshness().proven()) {
            text.append("fresh as of ")
                    .append(age(request.nowNanos() - node.freshness().asOfNanos()))
                    .append(" ago, ");
        }
        text.append(load.inFlight(node)).append(" in flight");
        double latency = load.latencyNanos(node);
        if (latency > 0) {
            text.append(", ").append(age((long) latency));
        }
        return text.toString();
    }
}
