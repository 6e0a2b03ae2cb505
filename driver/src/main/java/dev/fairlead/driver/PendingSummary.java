package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is pending in a group of a stream.
 *
 * @param count number of entries
 * @param minId the lowest id among them; null when there are none
 * @param maxId the highest; null when there are none
 * @param byConsumer how many each consumer has, by its name; without consumers that have none
 */
public record PendingSummary(long count, String minId, String maxId, Map<String, Long> byConsumer) {
    static PendingSummary read(RespReader reader) {
        List<Reply> parts = reader.readReply().asList();
        Map<String, Long> byConsumer = new LinkedHashMap<>();
        if (!parts.get(3).isNull()) {
            for (Reply each : parts.get(3).asList()) {
                byConsumer.put(
                        each.asList().get(0).asString(), each.asList().get(1).asLong());
            }
        }
        return new PendingSummary(
                parts.get(0).asLong(), parts.get(1).asString(), parts.get(2).asString(), byConsumer);
    }
}
