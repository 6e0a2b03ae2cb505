package dev.fairlead.driver;

import java.nio.charset.StandardCharsets;

/** Turns what the application gives as keys and values into bytes. */
final class Arguments {
    private Arguments() {}

    static byte[] encode(String command, int position, Object argument) {
        if (argument instanceof byte[] bytes) {
            return bytes;
        }
        if (argument instanceof String
                || argument instanceof Long
                || argument instanceof Integer
                || argument instanceof Short) {
            return argument.toString().getBytes(StandardCharsets.UTF_8);
        }
        if (argument instanceof Double || argument instanceof Float) {
            return number(((Number) argument).doubleValue()).getBytes(StandardCharsets.US_ASCII);
        }
        throw new IllegalArgumentException("argument " + position + " of " + command + " is "
                + (argument == null ? "null" : "a " + argument.getClass().getName())
                + "; strings, byte arrays and numbers can be sent, anything else as a codec encodes it (Codec.encode)");
    }

    /** A double as servers read it: infinities by their short names, whole numbers without a fraction. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException("NaN is no number that a server takes");
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+inf" : "-inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
