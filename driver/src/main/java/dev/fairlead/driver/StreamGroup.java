package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.Map;

/**
 * A group of a stream.
 *
 * @param pending entries that were given to its consumers and are not acknowledged
 * @param lastDeliveredId the highest id that it was given
 * @param lag entries that it was not given yet; -1 where the server cannot tell, as servers before 7.0
 */
public record StreamGroup(String name, long consumers, long pending, String lastDeliveredId, long lag) {
    static StreamGroup read(RespReader reader) {
        Map<String, Reply> fields = Results.replyMap(reader);
        Reply lag = fields.getOrDefault("lag", Reply.NULL);
        return new StreamGroup(
                fields.get("name").asString(),
                fields.get("consumers").asLong(),
                fields.get("pending").asLong(),
                fields.get("last-delivered-id").asString(),
                lag.isNull() ? -1 : lag.asLong());
    }
}
