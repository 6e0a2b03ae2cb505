package dev.fairlead.server.internal.keyspace;

/** Integers in their one canonical decimal form: the only form that a server stores as a number. */
public final class Numbers {
    /** Most characters of a canonical 64-bit integer: -9223372036854775808. */
    public static final int MAX_CHARS = 20;

    private Numbers() {}

    /** Whether these bytes are the canonical decimal form of a 64-bit integer: no sign +, no leading zero, no space. */
    public static boolean isLong(byte[] b) {
        int n = b.length;
        if (n == 0 || n > MAX_CHARS) {
            return false;
        }
        int i = b[0] == '-' ? 1 : 0;
        if (i == n) {
            return false;
        }
        if (b[i] == '0') {
            return n == 1;
        }
        long value = 0; // Kept negative: the negative range is one larger.
        for (; i < n; i++) {
            int digit = b[i] - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                return false;
            }
            value *= 10;
            if (value < Long.MIN_VALUE + digit) {
                return false;
            }
            value -= digit;
        }
        return b[0] == '-' || value != Long.MIN_VALUE;
    }

    /** The value of bytes for which {@link #isLong} holds. */
    public static long parse(byte[] b) {
        boolean negative = b[0] == '-';
        long value = 0;
        for (int i = negative ? 1 : 0; i < b.length; i++) {
            value = value * 10 - (b[i] - '0');
        }
        return negative ? value : -value;
    }

    /** The canonical form. */
    public static byte[] toBytes(long value) {
        if (value == Long.MIN_VALUE) {
            return "-9223372036854775808".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        }
        long rest = Math.abs(value);
        int length = value < 0 ? 2 : 1;
        for (long v = rest; v >= 10; v /= 10) {
            length++;
        }
        byte[] out = new byte[length];
        for (int i = length - 1; i >= (value < 0 ? 1 : 0); i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        if (value < 0) {
            out[0] = '-';
        }
        return out;
    }
}
