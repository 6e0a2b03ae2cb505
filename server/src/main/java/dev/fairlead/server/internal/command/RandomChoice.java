package dev.fairlead.server.internal.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Random elements of a collection, as SRANDMEMBER, HRANDFIELD and ZRANDMEMBER choose them. */
final class RandomChoice {
    /** Most elements that a negative count may ask for: what fits in one reply. */
    private static final long MAX_REPEATS = 1L << 24;

    private RandomChoice() {}

    /** That many choices, each independent of the others. */
    static List<byte[]> withRepeats(long count, Supplier<byte[]> choose) {
        if (count > MAX_REPEATS) {
            throw new CommandException("ERR value is out of range");
        }
        List<byte[]> chosen = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            chosen.add(choose.get());
        }
        return chosen;
    }

    /** That many different elements, or all; each set of them as likely as any other. */
    static List<byte[]> distinct(long count, int size, Consumer<Consumer<byte[]>> elements, RandomGenerator random) {
        int[] left = {(int) Math.min(count, size)};
        int[] unseen = {size};
        List<byte[]> chosen = new ArrayList<>(left[0]);
        elements.accept(element -> {
            // Selection sampling: each element is taken with the odds that leave the right number for the rest.
            if (left[0] > 0 && random.nextInt(unseen[0]) < left[0]) {
                chosen.add(element);
                left[0]--;
            }
            unseen[0]--;
        });
        return chosen;
    }
}
