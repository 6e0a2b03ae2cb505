package dev.fairlead.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A key pattern in the servers' own form: {@code *}, {@code ?}, {@code [abc]}, {@code [^a-z]}, {@code \} before a literal. Compiled
 * once; immutable.
 *
 * <p>A star that fails is only ever retried one byte further, and only the last star is: a match takes at most key length times
 * pattern length steps, whatever the pattern.
 */
final class Glob {
    /** The bytes that one place of the pattern takes, as a set of 256 bits; null for a star. */
    private final List<long[]> places;

    private Glob(List<long[]> places) {
        this.places = places;
    }

    /** @throws IllegalArgumentException saying what is wrong with the pattern */
    static Glob compile(String pattern) {
        byte[] text = pattern.getBytes(StandardCharsets.UTF_8);
        List<long[]> places = new ArrayList<>();
        for (int i = 0; i < text.length; i++) {
            long[] set = new long[4];
            switch (text[i]) {
                case '*' -> set = null;
                case '?' -> fill(set, 0, 255);
                case '[' -> i = brackets(pattern, text, i + 1, set);
                case '\\' -> {
                    i = Math.min(i + 1, text.length - 1);
                    fill(set, text[i] & 0xff, text[i] & 0xff);
                }
                default -> fill(set, text[i] & 0xff, text[i] & 0xff);
            }
            boolean doubled = set == null && !places.isEmpty() && places.get(places.size() - 1) == null;
            if (!doubled) {
                places.add(set);
            }
        }
        return new Glob(places);
    }

    private static int brackets(String pattern, byte[] text, int from, long[] set) {
        int i = from;
        boolean negated = i < text.length && text[i] == '^';
        i += negated ? 1 : 0;
        for (; i < text.length && text[i] != ']'; i++) {
            i += text[i] == '\\' && i + 1 < text.length ? 1 : 0;
            int low = text[i] & 0xff;
            int high = low;
            if (i + 2 < text.length && text[i + 1] == '-' && text[i + 2] != ']') {
                high = text[i + 2] & 0xff;
                i += 2;
            }
            fill(set, Math.min(low, high), Math.max(low, high));
        }
        if (i >= text.length) {
            throw new IllegalArgumentException("the pattern '" + pattern + "' opens a '[' that nothing closes");
        }
        for (int word = 0; negated && word < set.length; word++) {
            set[word] = ~set[word];
        }
        return i;
    }

    private static void fill(long[] set, int low, int high) {
        for (int b = low; b <= high; b++) {
            set[b >> 6] |= 1L << b;
        }
    }

    boolean matches(byte[] key) {
        int place = 0;
        int at = 0;
        int star = -1;
        int starAt = 0;
        while (at < key.length) {
            if (place < places.size() && places.get(place) == null) {
                star = place++;
                starAt = at;
            } else if (place < places.size() && takes(places.get(place), key[at])) {
                place++;
                at++;
            } else if (star >= 0) {
                place = star + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (place < places.size() && places.get(place) == null) {
            place++;
        }
        return place == places.size();
    }

    private static boolean takes(long[] set, byte b) {
        int value = b & 0xff;
        return (set[value >> 6] >> value & 1) != 0;
    }
}
