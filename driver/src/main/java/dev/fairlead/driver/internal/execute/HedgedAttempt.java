package dev.fairlead.driver.internal.execute;

import dev.fairlead.topology.Node;

/** A second sending of a read to another node, while the first has no answer yet. The first answer of the two ends the call. */
final class HedgedAttempt<T> extends Attempt<T> {
    /** The sending that it races with. */
    final Attempt<T> rival;

    /** Nothing more will come of the rival; set once, by whoever saw it fail. */
    volatile boolean rivalFailed;

    HedgedAttempt(Outcomes outcomes, Node node, Attempt<T> rival) {
        super(outcomes, rival.call, node, NOT_BEHIND, null);
        this.rival = rival;
    }
}
