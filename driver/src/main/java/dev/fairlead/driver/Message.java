package dev.fairlead.driver;

import java.nio.charset.StandardCharsets;

/**
 * A published message.
 *
 * @param channel where it was published
 * @param pattern the pattern of the subscription that it matched; null where channels were subscribed to by name
 * @param payload its bytes; not a copy: leave them as they are
 */
public record Message(String channel, String pattern, byte[] payload) {
    /** The payload as UTF-8. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** The channel and the number of bytes: a payload may be secret. */
    @Override
    public String toString() {
        return "Message[" + channel + ", " + payload.length + " bytes]";
    }
}
