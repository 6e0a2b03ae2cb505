package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.util.Map;

/**
 * A consumer of a group.
 *
 * @param pending entries that it was given and has not acknowledged
 * @param idle since it last asked for something
 */
public record StreamConsumer(String name, long pending, Duration idle) {
    static StreamConsumer read(RespReader reader) {
        Map<String, Reply> fields = Results.replyMap(reader);
        return new StreamConsumer(
                fields.get("name").asString(),
                fields.get("pending").asLong(),
                Duration.ofMillis(fields.get("idle").asLong()));
    }
}
