package dev.fairlead.driver;

import dev.fairlead.policy.RoutePlan;
import java.util.List;
import java.util.stream.Collectors;

/** No node may serve this read under its settings; each node is named with its reason. */
public final class NoFreshNodeException extends RoutingException {
    private static final long serialVersionUID = 1L;

    private final transient List<RoutePlan.Candidate> passedOver;

    public NoFreshNodeException(String command, String origin, List<RoutePlan.Candidate> passedOver) {
        super(
                "no node may serve " + command + " under " + origin + ": "
                        + (passedOver.isEmpty()
                                ? "no node is known"
                                : passedOver.stream()
                                        .map(each -> each.node().endpoint() + " " + each.reason())
                                        .collect(Collectors.joining("; ")))
                        + ". Relax the bound, or let whenNoneIsFresh be master, least-stale or wait.",
                null);
        this.passedOver = List.copyOf(passedOver);
    }

    /** Every node with the reason why it was passed over; empty after serialization. */
    public List<RoutePlan.Candidate> passedOver() {
        return passedOver == null ? List.of() : passedOver;
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public boolean knownNotApplied() {
        return true;
    }
}
