package dev.fairlead.driver.internal.dedicated;

import dev.fairlead.driver.Command;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** How long a server may sit on a blocking command, by the command's own words. */
final class ServerTimeout {
    /** A day: past this the number of milliseconds was meant for something else. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private ServerTimeout() {}

    /**
     * Zero for a command that does not block.
     *
     * @throws IllegalArgumentException when it would block for ever, longer than a day, or for a time that cannot be told
     */
    static Duration of(Command<?> command) {
        byte[][] argv = command.argv();
        if (!command.spec().blocks(argv)) {
            return Duration.ZERO;
        }
        Duration timeout =
                switch (command.spec().name()) {
                    case "blpop", "brpop", "blmove", "brpoplpush", "bzpopmin", "bzpopmax" ->
                        seconds(command, argv.length - 1);
                    case "blmpop", "bzmpop" -> seconds(command, 1);
                    case "wait", "waitaof" -> millis(command, argv.length - 1);
                    case "xread", "xreadgroup" -> millis(command, behindBlock(argv));
                    default ->
                        throw new IllegalArgumentException(
                                command.name()
                                        + " blocks, and for how long is not known here: it cannot be given a deadline that outlives it");
                };
        if (timeout.isZero()) {
            throw new IllegalArgumentException(command.name()
                    + " with the timeout 0 blocks for ever, and every wait of a client ends; give it a timeout and call it again"
                    + " when nothing came");
        }
        if (timeout.isNegative() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    command.name() + " would block for " + timeout + "; a timeout is positive and a day at most");
        }
        return timeout;
    }

    private static int behindBlock(byte[][] argv) {
        int i = 1;
        while (i < argv.length - 1 && !text(argv[i]).equalsIgnoreCase("BLOCK")) {
            i++;
        }
        return i + 1;
    }

    private static Duration seconds(Command<?> command, int index) {
        double seconds = number(command, index);
        // Rounded up: 0.0001 is a wait, 0 is none. Double.MAX_VALUE becomes Long.MAX_VALUE, which is past the bound.
        return Duration.ofMillis((long) Math.ceil(seconds * 1000));
    }

    private static Duration millis(Command<?> command, int index) {
        return Duration.ofMillis((long) number(command, index));
    }

    private static double number(Command<?> command, int index) {
        byte[][] argv = command.argv();
        try {
            double number = Double.parseDouble(text(argv[index]));
            if (!Double.isNaN(number)) {
                return number;
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(command.name() + " needs a timeout as its argument " + index, e);
        }
        throw new IllegalArgumentException(command.name() + " needs a timeout as its argument " + index);
    }

    private static String text(byte[] word) {
        return new String(word, StandardCharsets.US_ASCII);
    }
}
