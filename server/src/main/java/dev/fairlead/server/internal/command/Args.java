package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Numbers;
import java.nio.charset.StandardCharsets;

/** Reads arguments as Redis reads them, with its error texts. */
final class Args {
    /** Most bytes of a client's word that an error repeats. */
    static final int MAX_QUOTED = 128;

    static final CommandException SYNTAX = new CommandException("ERR syntax error");
    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String NOT_A_FLOAT = "ERR value is not a valid float";

    private Args() {}

    /** Whether the argument is this word, which is given in lower case; any case. */
    static boolean is(byte[] arg, String word) {
        if (arg.length != word.length()) {
            return false;
        }
        for (int i = 0; i < arg.length; i++) {
            int c = arg[i];
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static String text(byte[] arg) {
        return new String(arg, StandardCharsets.UTF_8);
    }

    /** A client's word as an error repeats it: up to the first zero byte, and not too long. */
    static String quoted(byte[] word) {
        String text = new String(word, 0, Math.min(word.length, MAX_QUOTED), StandardCharsets.UTF_8);
        int zero = text.indexOf(0);
        return zero < 0 ? text : text.substring(0, zero);
    }

    static String lower(byte[] arg) {
        return text(arg).toLowerCase(java.util.Locale.ROOT);
    }

    static long longValue(byte[] arg) {
        return longValue(arg, NOT_AN_INTEGER);
    }

    static long longValue(byte[] arg, String error) {
        if (!Numbers.isLong(arg)) {
            throw new CommandException(error);
        }
        return Numbers.parse(arg);
    }

    static int intValue(byte[] arg, String error) {
        long value = longValue(arg, error == null ? NOT_AN_INTEGER : error);
        if (value != (int) value) {
            throw new CommandException(
                    error == null ? "ERR value is out of range, value must between -2147483648 and 2147483647" : error);
        }
        return (int) value;
    }

    static long positive(byte[] arg, String error) {
        if (!Numbers.isLong(arg) || Numbers.parse(arg) <= 0) {
            throw new CommandException(error);
        }
        return Numbers.parse(arg);
    }

    /** A count that must be at least 0. */
    static long count(byte[] arg) {
        if (!Numbers.isLong(arg) || Numbers.parse(arg) < 0) {
            throw new CommandException("ERR value is out of range, must be positive");
        }
        return Numbers.parse(arg);
    }

    /** @param error what to answer for a number outside and for no number; null for the general texts */
    static long range(byte[] arg, long min, long max, String error) {
        long value = longValue(arg, error == null ? NOT_AN_INTEGER : error);
        if (value < min || value > max) {
            throw new CommandException(
                    error == null ? "ERR value is out of range, value must between " + min + " and " + max : error);
        }
        return value;
    }

    /** An index argument brought to int range: places beyond that are as good as the nearest one. */
    static int clamped(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }

    static double doubleValue(byte[] arg, String error) {
        double value = parseDouble(arg);
        if (Double.isNaN(value)) {
            throw new CommandException(error);
        }
        return value;
    }

    /** As C's strtod reads a whole string without leading space; NaN for anything else, NaN included. */
    static double parseDouble(byte[] arg) {
        int n = arg.length;
        int i = n > 0 && (arg[0] == '-' || arg[0] == '+') ? 1 : 0;
        if (i == n) {
            return Double.NaN;
        }
        if (Numbers.isLong(arg) && n < 16) {
            long value = Numbers.parse(arg);
            return value;
        }
        String text = new String(arg, StandardCharsets.ISO_8859_1);
        String rest = text.substring(i);
        if (rest.equalsIgnoreCase("inf") || rest.equalsIgnoreCase("infinity")) {
            return arg[0] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        boolean hex = rest.length() > 2 && rest.charAt(0) == '0' && (rest.charAt(1) | 32) == 'x';
        for (int k = i; k < n; k++) {
            int c = arg[k] | 32;
            boolean digit = arg[k] >= '0' && arg[k] <= '9';
            boolean sign = arg[k] == '-' || arg[k] == '+';
            boolean allowed =
                    digit || sign || arg[k] == '.' || c == 'e' || hex && (c >= 'a' && c <= 'f' || c == 'x' || c == 'p');
            if (!allowed) {
                return Double.NaN;
            }
        }
        try {
            double value =
                    Double.parseDouble(hex && text.indexOf('p') < 0 && text.indexOf('P') < 0 ? text + "p0" : text);
            return Double.isInfinite(value) ? Double.NaN : value;
        } catch (NumberFormatException e) {
            return Double.NaN; // The caller answers with the error of its command.
        }
    }

    static String formatted(double value) {
        return Doubles.format(value);
    }

    /** The timeout of a blocking command, from seconds to milliseconds; 0 for ever. */
    static long timeoutMillis(byte[] arg) {
        double seconds = doubleValue(arg, "ERR timeout is not a float or out of range");
        if (seconds < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        double millis = Math.ceil(seconds * 1000);
        if (millis > Long.MAX_VALUE / 2) {
            throw new CommandException("ERR timeout is out of range");
        }
        return (long) millis;
    }

    /** A number of keys, which must fit in the arguments that follow it. */
    static int numKeys(byte[][] argv, int at, String tooSmall) {
        long n = positive(argv[at], tooSmall);
        if (n > argv.length - at - 1) {
            throw SYNTAX;
        }
        return (int) n;
    }
}
