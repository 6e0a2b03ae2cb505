package dev.fairlead.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whenever the policy says that a node qualifies, the node really holds what was promised: over seeded random histories, with all
 * rules. And each rule is needed: with it switched off, the same histories break a promise.
 *
 * <p>{@code -Dfairlead.histories=100000} runs more of them; {@code -Dfairlead.seed=…} begins at another seed.
 */
class FreshnessPropertyTest {
    private static final int HISTORIES = Integer.getInteger("fairlead.histories", 250);
    private static final long SEED = Long.getLong("fairlead.seed", 1);
    /** A fault is looked for until it was found so often, 5 times by default, in eight times as many histories at most. */
    private static final int FINDS = Math.max(5, HISTORIES / 50);

    private static final long LONGEST_LOOK = 8L * HISTORIES;

    @Test
    void noNodeQualifiesThatLacksWhatWasPromised() {
        long served = 0;
        long byReplicas = 0;
        long adoptions = 0;
        long tokenReads = 0;
        long tokensLost = 0;
        long readsByPlace = 0;
        for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
            ReplicationModel model = new ReplicationModel(seed, EnumSet.allOf(Rule.class));
            assertThat(model.run()).as("seed=%d", seed).isNull();
            served += model.served;
            byReplicas += model.servedByReplicas;
            adoptions += model.adoptions;
            tokenReads += model.tokenReads;
            tokensLost += model.tokensLost;
            readsByPlace += model.readsByPlace;
        }
        // A clock that proves nothing would break no promise either.
        assertThat(served).isGreaterThan(200L * HISTORIES);
        assertThat(byReplicas).isGreaterThan(15L * HISTORIES);
        assertThat(adoptions).isGreaterThan(2L * HISTORIES);
        assertThat(tokenReads).isGreaterThan(20L * HISTORIES);
        assertThat(tokensLost).isPositive();
        assertThat(readsByPlace).isGreaterThan(HISTORIES);
        System.out.println(HISTORIES + " histories from seed=" + SEED + ": " + served + " reads, " + byReplicas
                + " by replicas, " + adoptions + " adoptions, " + tokenReads + " reads with a token, " + tokensLost
                + " of a lost one");
    }

    @ParameterizedTest
    @EnumSource(value = ReplicationModel.Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aSessionThatForgetsGoesBack(ReplicationModel.Fault fault) {
        assertIsFound(fault.name(), seed -> new ReplicationModel(seed, EnumSet.allOf(Rule.class), fault));
    }

    @ParameterizedTest
    @EnumSource(value = Rule.class, mode = EnumSource.Mode.EXCLUDE, names = "BACKLOG_ACTIVE")
    void eachRuleIsNeeded(Rule rule) {
        assertIsFound("without " + rule, seed -> new ReplicationModel(seed, ReplicationModel.allBut(rule)));
    }

    /** Goes on after the first broken promise, to tell after how many histories one is found. */
    private static void assertIsFound(String fault, LongFunction<ReplicationModel> history) {
        List<Long> needed = new ArrayList<>();
        String first = null;
        long begun = SEED;
        for (long seed = SEED; seed < SEED + LONGEST_LOOK && needed.size() < FINDS; seed++) {
            String broken = history.apply(seed).run();
            if (broken != null) {
                first = first == null ? "seed=" + seed + ", " + broken : first;
                needed.add(seed - begun + 1);
                begun = seed + 1;
            }
        }
        assertThat(needed)
                .as("%s, %d histories from seed=%d broke no promise", fault, LONGEST_LOOK, SEED)
                .isNotEmpty();
        needed.sort(null);
        System.out.println(fault + ": found " + needed.size() + " times, at the median after "
                + needed.get(needed.size() / 2) + " histories, at most after " + needed.get(needed.size() - 1) + "; "
                + first);
    }
}
