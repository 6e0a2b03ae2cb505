package dev.fairlead.server.internal.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ListValueTest {
    @Property(tries = 100)
    void holdsWhatAnArrayListHolds(@ForAll long seed) {
        Random random = new Random(seed);
        ListValue list = new ListValue();
        List<byte[]> model = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            byte[] element = {(byte) random.nextInt(5)};
            int at = random.nextInt(model.size() + 1);
            switch (random.nextInt(model.isEmpty() ? 3 : 9)) {
                case 0 -> {
                    list.addFirst(element);
                    model.add(0, element);
                }
                case 1 -> {
                    list.addLast(element);
                    model.add(element);
                }
                case 2, 3, 4 -> {
                    list.insert(at, element);
                    model.add(at, element);
                }
                case 5 -> assertThat(list.removeFirst()).isSameAs(model.remove(0));
                case 6 -> assertThat(list.removeLast()).isSameAs(model.remove(model.size() - 1));
                case 7 -> {
                    int index = random.nextInt(model.size());
                    list.set(index, element);
                    model.set(index, element);
                }
                default -> {
                    int from = random.nextInt(2);
                    int to = Math.max(from, model.size() - 1 - random.nextInt(2));
                    if (to < model.size() && from < model.size()) {
                        list.trim(from, to);
                        model = new ArrayList<>(model.subList(from, to + 1));
                    }
                }
            }
            List<byte[]> actual = new ArrayList<>();
            list.forEach(actual::add);
            assertThat(actual).as("seed=%d", seed).containsExactlyElementsOf(model);
        }
    }
}
