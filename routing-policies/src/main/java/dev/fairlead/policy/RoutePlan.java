package dev.fairlead.policy;

import dev.fairlead.topology.Node;
import java.util.List;

/**
 * Where a read goes, in order of preference, and why every other node was passed over.
 *
 * @param candidates in the order in which they are tried; empty when none may take it now
 * @param passedOver the rest, each with its reason
 * @param fallback whether the candidates stand only because {@code whenNoneIsFresh} let them in
 */
public record RoutePlan(List<Candidate> candidates, List<Candidate> passedOver, boolean fallback) {
    public RoutePlan {
        candidates = List.copyOf(candidates);
        passedOver = List.copyOf(passedOver);
    }

    /**
     * One node and the reason why it was taken or passed over, in words for people: its figures, then the verdict ({@code fresh as
     * of 840 ms ago, 0 in flight, 0.4 ms  passed over: the last write is younger}).
     */
    public record Candidate(Node node, String reason) {}
}
