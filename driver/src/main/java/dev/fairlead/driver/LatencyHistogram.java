package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long the calls of one command took.
 *
 * @param calls how many there were
 * @param callsWithinMicros by a number of microseconds how many took at most as long
 */
public record LatencyHistogram(long calls, SortedMap<Long, Long> callsWithinMicros) {
    static LatencyHistogram read(RespReader reader) {
        Map<String, Reply> fields = Results.replyMap(reader);
        SortedMap<Long, Long> within = new TreeMap<>();
        fields.get("histogram_usec")
                .asMap()
                .forEach((micros, count) -> within.put(Long.valueOf(micros), count.asLong()));
        return new LatencyHistogram(fields.get("calls").asLong(), within);
    }
}
