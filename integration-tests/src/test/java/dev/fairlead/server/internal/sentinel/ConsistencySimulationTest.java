package dev.fairlead.server.internal.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.internal.sentinel.SimulatedHouse.Tally;
import dev.fairlead.topology.Reducers;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Drivers, servers and Sentinels on one thread, under faults of every kind: each read is held against what its level promises. And a
 * rule is needed: with it switched off, the same runs break a promise.
 *
 * <p>{@code -Dfairlead.simulation.runs=10000} makes more of them; {@code -Dfairlead.seed=…} begins at another seed.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS) // The long run; it has no clock of its own.
class ConsistencySimulationTest {
    private static final int RUNS = Integer.getInteger("fairlead.simulation.runs", 4);
    private static final long SEED = Long.getLong("fairlead.seed", 1);
    private static final long RUN_MILLIS = 10_000;

    @Test
    void everyPromiseIsKeptUnderFaultsOfEveryKind() {
        Map<String, Tally> sum = new TreeMap<>();
        long adoptions = 0;
        long promotions = 0;
        long tokensLost = 0;
        long lost = 0;
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            SimulatedHouse house = new SimulatedHouse(seed, Reducers::withAllRules);
            assertThat(house.run(RUN_MILLIS)).as("seed=%d", seed).isNull();
            // A driver that serves nothing, or faults that are none, would break no promise either.
            assertThat(house.tallies.values()).as("seed=%d", seed).allMatch(each -> each.reads > 0);
            house.tallies.forEach((level, tally) ->
                    sum.computeIfAbsent(level, any -> new Tally()).add(tally));
            adoptions += house.adoptions();
            promotions += house.cluster.promotions;
            tokensLost += house.tokensLost;
            lost += house.lost;
        }
        System.out.println(
                RUNS + " runs from seed=" + SEED + ": " + promotions + " promotions, " + adoptions + " adoptions, "
                        + tokensLost + " tokens of lost writes, " + lost + " acknowledged writes lost and told");
        sum.forEach((level, each) -> System.out.println(level + ": " + each.reads + " reads, " + each.failed
                + " failed, " + each.excused + " excused, " + each.broken + " broken"));
    }

    /** Two that ordinary faults reach within a run or two; of all of them the histories of the pure rules have it. */
    @ParameterizedTest
    @ValueSource(strings = {"FRESH_AS_PROVEN", "SENT_NOT_RECEIVED"})
    void theRuleIsNeeded(String rule) {
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            String broken = new SimulatedHouse(seed, () -> Reducers.without(rule)).run(RUN_MILLIS);
            if (broken != null) {
                System.out.println("without " + rule + ": seed=" + seed + ", " + broken);
                return;
            }
        }
        throw new AssertionError("without " + rule + ", " + RUNS + " runs from seed=" + SEED + " broke no promise");
    }
}
