package dev.fairlead.driver.internal.link;

import dev.fairlead.resp.RespReader;
import dev.fairlead.resp.RespType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Which commands change subscriptions, and which arrays of RESP2 are what RESP3 sends as pushes. */
final class Subscriptions {
    private static final Set<String> COMMANDS =
            Set.of("subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe");
    private static final Set<String> MESSAGES = Set.of("message", "pmessage", "smessage");

    private Subscriptions() {}

    /**
     * How many confirmations a command is answered with: one for each channel; 0 for a command with an ordinary reply.
     *
     * @throws IllegalArgumentException for UNSUBSCRIBE from everything, whose confirmations cannot be counted ahead
     */
    static int confirmations(byte[][] argv) {
        String name = new String(argv[0], StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
        if (!COMMANDS.contains(name)) {
            return 0;
        }
        if (argv.length == 1) {
            throw new IllegalArgumentException(name + " needs the channels by name on this link");
        }
        return argv.length - 1;
    }

    /** Whether a frame's first word confirms a change of subscriptions. */
    static boolean isConfirmation(String word) {
        return word != null && COMMANDS.contains(word);
    }

    /** Whether an array of RESP2, on a subscriber link, is a push by its first word. */
    static boolean isPush(String word) {
        return word != null && (MESSAGES.contains(word) || COMMANDS.contains(word));
    }

    /** The first word of an array or push; null when it does not begin with one. */
    static String firstWord(RespReader cursor, ByteBuf in, int length) {
        cursor.reset(in, length);
        if (cursor.peek() != RespType.ARRAY && cursor.peek() != RespType.PUSH) {
            return null;
        }
        if (cursor.readAggregate() < 1 || cursor.peek() != RespType.BULK) {
            return null;
        }
        return cursor.readString();
    }
}
