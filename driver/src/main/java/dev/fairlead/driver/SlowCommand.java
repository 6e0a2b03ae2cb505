package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A command that took long at the server.
 *
 * @param id of the server's, never given twice
 * @param at when it ran
 * @param time how long it ran, without waiting or sending
 * @param words the command; long ones are cut by the server
 * @param client its address
 * @param clientName empty when it has none
 */
public record SlowCommand(long id, Instant at, Duration time, List<String> words, String client, String clientName) {
    static SlowCommand read(RespReader reader) {
        reader.readAggregate();
        return new SlowCommand(
                reader.readLong(),
                Instant.ofEpochSecond(reader.readLong()),
                Duration.ofNanos(reader.readLong() * 1000),
                Results.strings(reader),
                reader.readString(),
                reader.readString());
    }

    /** Without the command's words, which may be secret. */
    @Override
    public String toString() {
        return "SlowCommand[id=" + id + ", at=" + at + ", time=" + time + ", client=" + client + "]";
    }
}
