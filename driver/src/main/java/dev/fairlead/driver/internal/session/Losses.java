package dev.fairlead.driver.internal.session;

import dev.fairlead.driver.RoutingEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * The failovers that may have cost this client writes, for each session to find those that concern it. Thread-safe: one immutable list,
 * replaced under its own lock.
 */
public final class Losses {
    /** A session that wrote last before more failovers than this is told of the newest. */
    static final int CAPACITY = 16;

    /** @param number counts them, from 1 */
    private record Loss(long number, RoutingEvent.WritesLost event) {
        boolean concerns(long acknowledgedNanos) {
            return !event.loss().amountKnown()
                    || acknowledgedNanos - event.loss().survivedUntilNanos() >= 0;
        }
    }

    private volatile List<Loss> newest = List.of();

    public Losses() {}

    public synchronized void add(RoutingEvent.WritesLost event) {
        List<Loss> next = new ArrayList<>(newest);
        next.add(new Loss(count() + 1, event));
        newest = List.copyOf(next.subList(Math.max(0, next.size() - CAPACITY), next.size()));
    }

    long count() {
        List<Loss> now = newest;
        return now.isEmpty() ? 0 : now.get(now.size() - 1).number;
    }

    /** Those after the first {@code known} ones that may include a write whose acknowledgement came at this instant. */
    List<RoutingEvent.WritesLost> concerning(long acknowledgedNanos, long known) {
        return newest.stream()
                .filter(each -> each.number > known && each.concerns(acknowledgedNanos))
                .map(Loss::event)
                .toList();
    }
}
