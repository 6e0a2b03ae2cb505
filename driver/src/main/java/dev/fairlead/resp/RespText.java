package dev.fairlead.resp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Numbers and printable text, straight from the bytes of a buffer. */
final class RespText {
    private static final int SHOWN = 40;

    private RespText() {}

    /**
     * Reads a decimal number that fills {@code [from, to)}.
     *
     * @throws RespException when it is none, or does not fit 64 bits
     */
    static long parseLong(ByteBuf in, int from, int to) {
        int i = from;
        boolean negative = false;
        if (i < to && (in.getByte(i) == '-' || in.getByte(i) == '+')) {
            negative = in.getByte(i) == '-';
            i++;
        }
        if (i == to || to - i > 19) {
            throw notANumber(in, from, to);
        }
        // Summed up as a negative number, whose range is larger by one.
        long value = 0;
        for (; i < to; i++) {
            int digit = in.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                throw notANumber(in, from, to);
            }
            long next = value * 10 - digit;
            if (value < Long.MIN_VALUE / 10 || next > 0) {
                throw notANumber(in, from, to);
            }
            value = next;
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw notANumber(in, from, to);
        }
        return negative ? value : -value;
    }

    private static RespException notANumber(ByteBuf in, int from, int to) {
        return new RespException("'" + printable(in, from, to) + "' came where a number belongs");
    }

    /** The first bytes of {@code [from, to)} for a message; what is not printable ASCII shows as {@code \xNN}. */
    static String printable(ByteBuf in, int from, int to) {
        byte[] head = new byte[Math.min(SHOWN, to - from)];
        in.getBytes(from, head);
        String text = printable(head);
        return to - from > SHOWN ? text + "…" : text;
    }

    static String printable(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            switch (b) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                default -> {
                    if (b >= ' ' && b < 127) {
                        text.append((char) b);
                    } else {
                        text.append(String.format("\\x%02x", b & 0xff));
                    }
                }
            }
        }
        return text.toString();
    }

    /** A double as RESP writes it: {@code inf}, {@code -inf}, {@code nan}, else a decimal number. */
    static double parseDouble(String text) {
        return switch (text) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "-nan" -> Double.NaN;
            default -> {
                try {
                    yield Double.parseDouble(text);
                } catch (NumberFormatException e) {
                    throw new ReplyTypeException(
                            "expected a number, got '" + printable(text.getBytes(StandardCharsets.UTF_8)) + "'");
                }
            }
        };
    }

    /** The other direction: as Redis writes scores, without a fraction where there is none. */
    static String formatDouble(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value);
        }
        return Double.toString(value);
    }
}
