package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.util.List;

/**
 * What one step of XAUTOCLAIM gave to its consumer.
 *
 * @param nextId where the next step begins; {@code 0-0} when everything was looked at
 * @param entries that now belong to the consumer
 * @param deletedIds entries that were pending though they had been deleted, and are no more; empty from servers before 7.0
 */
public record ClaimedEntries(String nextId, List<StreamEntry> entries, List<String> deletedIds) {
    static ClaimedEntries read(RespReader reader) {
        int parts = reader.readAggregate();
        return new ClaimedEntries(
                reader.readString(), StreamEntry.readAll(reader), parts > 2 ? Results.strings(reader) : List.of());
    }
}
