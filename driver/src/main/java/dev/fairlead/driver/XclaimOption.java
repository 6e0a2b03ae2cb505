package dev.fairlead.driver;

import java.time.Duration;
import java.time.Instant;

/** What {@code XCLAIM} notes of the entries that it gives to another consumer. Immutable. */
public final class XclaimOption extends Option {
    private XclaimOption(String... words) {
        super(words);
    }

    /** As if it had been given so long ago; otherwise now. */
    public static XclaimOption idle(Duration time) {
        return new XclaimOption("IDLE", Long.toString(time.toMillis()));
    }

    /** As if it had been given at this instant of the server's clock. */
    public static XclaimOption givenAt(Instant instant) {
        return new XclaimOption("TIME", Long.toString(instant.toEpochMilli()));
    }

    /** As if it had been given so often; otherwise once more. */
    public static XclaimOption deliveries(long count) {
        return new XclaimOption("RETRYCOUNT", Long.toString(count));
    }

    /** Also entries that are pending with nobody, as long as they exist. */
    public static XclaimOption force() {
        return new XclaimOption("FORCE");
    }
}
