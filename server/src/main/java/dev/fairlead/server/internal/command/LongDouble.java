package dev.fairlead.server.internal.command;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * Sums as INCRBYFLOAT makes them: numbers with a 64-bit significand, as the long double of x86, shown with up to 17 decimals.
 * So the result is the same text that a real server would store and replicate.
 */
final class LongDouble {
    private static final int SIGNIFICAND_BITS = 64;
    private static final int DECIMALS = 17;
    /** Longest number in text that is taken: past it a server's own buffer ends. */
    private static final int MAX_CHARS = 256;

    /** Far below what 17 decimals show, and in no sum felt by the digits that they do. */
    private static final BigDecimal NEGLIGIBLE = BigDecimal.ONE.scaleByPowerOfTen(-60);

    private LongDouble() {}

    /**
     * The sum of a stored number, null for 0, and an increment.
     *
     * @throws CommandException with one of the errors when a text is no number, or the sum is not finite
     */
    static byte[] add(byte[] stored, byte[] increment, String storedError, String incrementError) {
        BigDecimal a = stored == null ? BigDecimal.ZERO : parse(stored, storedError);
        BigDecimal b = parse(increment, incrementError);
        if (a == null || b == null) {
            throw new CommandException("ERR increment would produce NaN or Infinity");
        }
        BigDecimal sum =
                round(a.add(b)).setScale(DECIMALS, RoundingMode.HALF_EVEN).stripTrailingZeros();
        String text = sum.signum() == 0 ? "0" : sum.toPlainString();
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Null for an infinity. */
    private static BigDecimal parse(byte[] text, String error) {
        double approximate = text.length > MAX_CHARS ? Double.NaN : Args.parseDouble(text);
        if (Double.isNaN(approximate)) {
            throw new CommandException(error);
        }
        if (Double.isInfinite(approximate)) {
            return null;
        }
        String s = new String(text, StandardCharsets.US_ASCII);
        boolean hex = s.indexOf('x') >= 0 || s.indexOf('X') >= 0;
        return hex ? new BigDecimal(approximate) : round(new BigDecimal(s.endsWith(".") ? s + "0" : s));
    }

    /** The nearest number with a 64-bit significand. */
    private static BigDecimal round(BigDecimal value) {
        if (value.abs().compareTo(NEGLIGIBLE) < 0) {
            return BigDecimal.ZERO;
        }
        // Scale by a power of two so that the integer part has the significand's bits, round there, scale back.
        BigDecimal magnitude = value.abs();
        int exponent = (int) Math.floor((magnitude.precision() - magnitude.scale() - 1) * Math.log(10) / Math.log(2));
        int shift = SIGNIFICAND_BITS - 1 - exponent;
        BigInteger scaled = scale(magnitude, shift);
        if (scaled.bitLength() > SIGNIFICAND_BITS) {
            shift -= scaled.bitLength() - SIGNIFICAND_BITS;
            scaled = scale(magnitude, shift);
        } else if (scaled.bitLength() < SIGNIFICAND_BITS) {
            shift += SIGNIFICAND_BITS - scaled.bitLength();
            scaled = scale(magnitude, shift);
        }
        BigDecimal rounded = shift >= 0
                ? new BigDecimal(scaled).divide(new BigDecimal(BigInteger.ONE.shiftLeft(shift)))
                : new BigDecimal(scaled.shiftLeft(-shift));
        return value.signum() < 0 ? rounded.negate() : rounded;
    }

    private static BigInteger scale(BigDecimal magnitude, int shift) {
        BigDecimal scaled = shift >= 0
                ? magnitude.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(shift)))
                : magnitude.divide(new BigDecimal(BigInteger.ONE.shiftLeft(-shift)));
        return scaled.setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
    }
}
