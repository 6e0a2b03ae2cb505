package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.time.Instant;

/** How late an event was at some time. */
public record LatencySample(Instant at, Duration latency) {
    static LatencySample read(RespReader reader) {
        reader.readAggregate();
        return new LatencySample(Instant.ofEpochSecond(reader.readLong()), Duration.ofMillis(reader.readLong()));
    }
}
