package dev.fairlead.server.internal.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ByteTableTest {
    private static final class Word extends ByteTable.Node {
        Word(byte[] key) {
            super(key);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(Word word) {
        return new String(word.key(), StandardCharsets.ISO_8859_1);
    }

    @Property(tries = 100)
    void holdsWhatAMapHoldsWhileItGrowsAndShrinks(@ForAll long seed, @ForAll @IntRange(min = 1, max = 2_000) int keys) {
        Random random = new Random(seed);
        ByteTable<Word> table = new ByteTable<>();
        Map<String, Word> model = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            String key = "key" + random.nextInt(keys);
            boolean growing = i < 1_500;
            if (random.nextInt(10) < (growing ? 8 : 2)) {
                if (table.find(bytes(key)) == null) {
                    Word word = new Word(bytes(key));
                    table.add(word);
                    model.put(key, word);
                }
            } else {
                assertThat(table.remove(bytes(key))).isSameAs(model.remove(key));
            }
            assertThat(table.find(bytes(key))).isSameAs(model.get(key));
            assertThat(table.size()).isEqualTo(model.size());
        }
        Set<String> seen = new HashSet<>();
        table.forEach(word -> assertThat(seen.add(text(word))).isTrue());
        assertThat(seen).isEqualTo(model.keySet());
    }

    @Property(tries = 100)
    void aScanSeesEveryElementThatStaysHoweverTheTableChanges(@ForAll long seed) {
        Random random = new Random(seed);
        ByteTable<Word> table = new ByteTable<>();
        int stay = random.nextInt(300);
        for (int i = 0; i < stay; i++) {
            table.add(new Word(bytes("stay" + i)));
        }
        Set<String> seen = new HashSet<>();
        int comers = 0;
        int gone = 0;
        long cursor = 0;
        int steps = 0;
        do {
            cursor = table.scan(cursor, word -> seen.add(text(word)));
            boolean grow = random.nextBoolean();
            for (int i = random.nextInt(100); i > 0; i--) {
                if (grow && comers < 5_000) {
                    table.add(new Word(bytes("comer" + comers++)));
                } else if (gone < comers) {
                    table.remove(bytes("comer" + gone++));
                }
            }
            assertThat(++steps).as("seed=%d: the scan must end", seed).isLessThan(200_000);
        } while (cursor != 0);
        for (int i = 0; i < stay; i++) {
            assertThat(seen).as("seed=%d", seed).contains("stay" + i);
        }
    }

    @Test
    void aRandomElementIsFoundEvenInATableThatIsNearlyEmpty() {
        ByteTable<Word> table = new ByteTable<>();
        for (int i = 0; i < 10_000; i++) {
            table.add(new Word(bytes("k" + i)));
        }
        for (int i = 0; i < 9_999; i++) {
            table.remove(bytes("k" + i));
        }
        assertThat(text(table.random(new Random(1)))).isEqualTo("k9999");
        assertThat(table.buckets()).as("the table shrinks with its content").isLessThan(20_000);
    }
}
