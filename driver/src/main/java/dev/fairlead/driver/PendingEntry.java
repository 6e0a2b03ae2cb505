package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;

/**
 * An entry that was given to a consumer and is not acknowledged.
 *
 * @param idle since it was last given to a consumer
 * @param deliveries how often it was
 */
public record PendingEntry(String id, String consumer, Duration idle, long deliveries) {
    static PendingEntry read(RespReader reader) {
        reader.readAggregate();
        return new PendingEntry(
                reader.readString(), reader.readString(), Duration.ofMillis(reader.readLong()), reader.readLong());
    }
}
