package dev.fairlead.command;

import java.util.Arrays;

/** Looks at arguments where they lie, without making strings of them. Stateless. */
final class Arguments {
    private Arguments() {}

    /** Whether the argument at {@code index} is there and is that word, in any case; {@code word} is in upper case. */
    static boolean is(byte[][] argv, int index, String word) {
        return index < argv.length && is(argv[index], word);
    }

    private static boolean is(byte[] argument, String word) {
        if (argument.length != word.length()) {
            return false;
        }
        for (int i = 0; i < argument.length; i++) {
            if (lower(argument[i]) != lower((byte) word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Position of a word from {@code from} on; a negative one counts from the end and searches backwards. −1 if it is
     * not there.
     */
    static int indexOf(byte[][] argv, String word, int from) {
        int step = from < 0 ? -1 : 1;
        for (int i = from < 0 ? argv.length + from : from; i > 0 && i < argv.length; i += step) {
            if (is(argv[i], word)) {
                return i;
            }
        }
        return -1;
    }

    /** The decimal number that an argument spells as servers read it: no spaces, no plus, no leading zeros. */
    static long integer(byte[] argument, long otherwise) {
        boolean negative = argument.length > 0 && argument[0] == '-';
        int start = negative ? 1 : 0;
        int digits = argument.length - start;
        // 18 digits cannot overflow; no count, index or database number is longer.
        if (digits < 1 || digits > 18 || (argument[start] == '0' && (digits > 1 || negative))) {
            return otherwise;
        }
        long value = 0;
        for (int i = start; i < argument.length; i++) {
            int digit = argument[i] - '0';
            if (digit < 0 || digit > 9) {
                return otherwise;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    /** Whether one argument repeats another. */
    static boolean same(byte[][] argv, int one, int other) {
        return Arrays.equals(argv[one], argv[other]);
    }

    /** ASCII only, as servers do: bytes above 127 are no letters. */
    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
    }
}
