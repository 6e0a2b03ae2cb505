package dev.fairlead.driver;

import java.util.Arrays;
import java.util.List;

/** How the score of a member of several sorted sets is made from its scores in each of them. Immutable. */
public final class ScoreMix {
    /** Added up. */
    public static final ScoreMix SUM = new ScoreMix("SUM", List.of());
    /** The lowest one. */
    public static final ScoreMix MIN = new ScoreMix("MIN", List.of());
    /** The highest one. */
    public static final ScoreMix MAX = new ScoreMix("MAX", List.of());

    private final String aggregate;
    private final List<Double> weights;

    private ScoreMix(String aggregate, List<Double> weights) {
        this.aggregate = aggregate;
        this.weights = weights;
    }

    /** The same after each set's scores were multiplied by its weight: one for each key, in their order. */
    public ScoreMix weights(double... factors) {
        return new ScoreMix(aggregate, Arrays.stream(factors).boxed().toList());
    }

    Words addTo(Words words, int keys) {
        if (!weights.isEmpty()) {
            if (weights.size() != keys) {
                throw new IllegalArgumentException(
                        weights.size() + " weights for " + keys + " keys; give one for each");
            }
            words.add("WEIGHTS");
            weights.forEach(each -> words.add(each.doubleValue()));
        }
        return aggregate.equals("SUM") ? words : words.add("AGGREGATE").add(aggregate);
    }
}
