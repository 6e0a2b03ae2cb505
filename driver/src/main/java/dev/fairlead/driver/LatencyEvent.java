package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.time.Instant;

/**
 * What a server measured of one kind of event: {@code command}, {@code fork}, {@code expire-cycle}…
 *
 * @param at when it was last late
 * @param latest by how much it was late then
 * @param highest by how much it ever was
 */
public record LatencyEvent(String event, Instant at, Duration latest, Duration highest) {
    static LatencyEvent read(RespReader reader) {
        reader.readAggregate();
        return new LatencyEvent(
                reader.readString(),
                Instant.ofEpochSecond(reader.readLong()),
                Duration.ofMillis(reader.readLong()),
                Duration.ofMillis(reader.readLong()));
    }
}
