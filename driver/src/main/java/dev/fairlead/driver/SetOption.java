package dev.fairlead.driver;

import java.time.Duration;
import java.time.Instant;

/** A condition or an expiry for {@code SET}. Immutable. */
public final class SetOption extends Option {
    private SetOption(String... words) {
        super(words);
    }

    /** Only where the key does not exist. */
    public static SetOption ifAbsent() {
        return new SetOption("NX");
    }

    /** Only where the key exists. */
    public static SetOption ifPresent() {
        return new SetOption("XX");
    }

    /** Expires this long after the server took it; milliseconds count, at least one. */
    public static SetOption expireIn(Duration time) {
        return new SetOption("PX", Long.toString(Words.positiveMillis(time)));
    }

    /** Expires at this instant of the server's clock; milliseconds count. */
    public static SetOption expireAt(Instant instant) {
        return new SetOption("PXAT", Long.toString(instant.toEpochMilli()));
    }

    /** Leaves the key's present expiry as it is; a plain SET takes it away. */
    public static SetOption keepTtl() {
        return new SetOption("KEEPTTL");
    }
}
