package dev.fairlead.driver;

import java.time.Duration;
import java.time.Instant;

/**
 * How {@code RESTORE} puts a value back. Immutable.
 *
 * @param replace whether it overwrites what is there
 * @param expiryMillis milliseconds to live, or since 1970 where {@code absolute}; 0 for no expiry
 */
public record RestoreOptions(boolean replace, long expiryMillis, boolean absolute) {
    /** A key that must be free, without an expiry. */
    public static final RestoreOptions DEFAULTS = new RestoreOptions(false, 0, false);

    /** The same, over whatever is there. */
    public RestoreOptions overwriting() {
        return new RestoreOptions(true, expiryMillis, absolute);
    }

    /** The same, to expire this long after the server took it; milliseconds count, at least one. */
    public RestoreOptions expireIn(Duration time) {
        return new RestoreOptions(replace, Words.positiveMillis(time), false);
    }

    /** The same, to expire at this instant of the server's clock. */
    public RestoreOptions expireAt(Instant instant) {
        return new RestoreOptions(replace, instant.toEpochMilli(), true);
    }

    Words addTo(Words words) {
        if (replace) {
            words.add("REPLACE");
        }
        return absolute ? words.add("ABSTTL") : words;
    }
}
