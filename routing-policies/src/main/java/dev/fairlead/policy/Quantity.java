package dev.fairlead.policy;

import java.time.Duration;
import java.util.Locale;

/** Spans and sizes as the YAML form spells them. Errors are {@link IllegalArgumentException}s that show the form expected. */
final class Quantity {
    /** Longer bounds mean none. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private Quantity() {}

    /** {@code 250ms}, {@code 5s}, {@code 2m}, {@code 1h}. */
    static Duration span(String text, Duration least) {
        int digits = digits(text);
        String unit = text.substring(digits).strip();
        long count = count(text, digits, "a duration", "250ms, 5s, 2m or 1h");
        Duration span =
                switch (unit) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(Math.min(count, LONGEST.toSeconds() + 1));
                    case "m" -> Duration.ofMinutes(Math.min(count, LONGEST.toMinutes() + 1));
                    case "h" -> Duration.ofHours(Math.min(count, LONGEST.toHours() + 1));
                    default ->
                        throw new IllegalArgumentException(
                                "'" + text + "' is not a duration; expected a number and a unit: 250ms, 5s, 2m or 1h");
                };
        if (span.compareTo(least) < 0 || span.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is out of bounds; from " + least.toMillis() + "ms to 24h");
        }
        return span;
    }

    /** {@code 65536}, {@code 64kb}, {@code 1mb}, {@code 1gb}; as in redis.conf a kb is 1024 bytes. */
    static long bytes(String text) {
        int digits = digits(text);
        long count = count(text, digits, "a number of bytes", "65536, 64kb, 1mb or 1gb");
        int shift =
                switch (text.substring(digits).strip().toLowerCase(Locale.ROOT)) {
                    case "", "b" -> 0;
                    case "kb" -> 10;
                    case "mb" -> 20;
                    case "gb" -> 30;
                    default ->
                        throw new IllegalArgumentException(
                                "'" + text + "' is not a number of bytes; expected 65536, 64kb, 1mb or 1gb");
                };
        if (count > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("'" + text + "' is out of bounds; the most is 2^63 - 1 bytes");
        }
        return count << shift;
    }

    private static int digits(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        return digits;
    }

    private static long count(String text, int digits, String what, String examples) {
        // 18 digits fit in a long, and no bound needs more.
        if (digits == 0 || digits > 18) {
            throw new IllegalArgumentException("'" + text + "' is not " + what + "; expected " + examples);
        }
        return Long.parseLong(text.substring(0, digits));
    }
}
