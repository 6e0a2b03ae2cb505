package dev.fairlead.server.internal.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SortedSetValueTest {
    @Property(tries = 100)
    void keepsOrderAndRanksThroughInsertsMovesAndRemovals(@ForAll long seed) {
        Random random = new Random(seed);
        SortedSetValue set = new SortedSetValue(new EncodingLimits());
        Map<String, Double> model = new HashMap<>();
        for (int i = 0; i < 600; i++) {
            String member = "m" + random.nextInt(200);
            if (random.nextInt(4) == 0) {
                assertThat(set.remove(bytes(member))).isEqualTo(model.remove(member) != null);
            } else {
                double score = random.nextInt(20);
                assertThat(set.put(bytes(member), score)).isEqualTo(model.put(member, score) == null);
            }
        }
        List<String> expected = new ArrayList<>(model.keySet());
        expected.sort(Comparator.comparing((String m) -> model.get(m)).thenComparing(m -> m));
        List<String> actual = new ArrayList<>();
        set.forEach((member, score) -> actual.add(new String(member, StandardCharsets.ISO_8859_1)));
        assertThat(actual).as("seed=%d", seed).isEqualTo(expected);
        for (int i = 0; i < expected.size(); i++) {
            SortedSetValue.Scored element = set.atRank(i);
            assertThat(element.key()).isEqualTo(bytes(expected.get(i)));
            assertThat(set.rankOf(element)).as("seed=%d", seed).isEqualTo(i);
            assertThat(set.find(bytes(expected.get(i)))).isSameAs(element);
            assertThat(element.previous()).isSameAs(i == 0 ? null : set.atRank(i - 1));
        }
        assertThat(set.atRank(expected.size())).isNull();
        double bound = random.nextInt(20);
        SortedSetValue.Scored from = set.firstFromScore(bound, false);
        long below = model.values().stream().filter(s -> s < bound).count();
        assertThat(from == null ? expected.size() : set.rankOf(from)).isEqualTo((int) below);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
