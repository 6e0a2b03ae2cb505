package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;

/** Commands to the server itself, and publishing. */
abstract class ServerCommands {
    ServerCommands() {}

    /** {@code PONG}. */
    public static Command<String> ping() {
        return Words.of("PING").reads(RespReader::readString);
    }

    public static Command<String> echo(String message) {
        return Words.of("ECHO").add(message).reads(RespReader::readString);
    }

    /** Number of keys in the database. */
    public static Command<Long> dbSize() {
        return Words.of("DBSIZE").reads(RespReader::readLong);
    }

    /** Deletes every key of every database. */
    public static Command<Void> flushAll() {
        return Words.of("FLUSHALL").reads(Results::done);
    }

    /** Deletes every key of the database. */
    public static Command<Void> flushDb() {
        return Words.of("FLUSHDB").reads(Results::done);
    }

    /** The server's own report; of these sections, or of its default ones. */
    public static Command<String> info(String... sections) {
        Words words = Words.of("INFO");
        for (String section : sections) {
            words.add(section);
        }
        return words.reads(RespReader::readString);
    }

    /** How many subscribers of the node that was asked got it. */
    public static Command<Long> publish(String channel, String message) {
        return Words.of("PUBLISH").add(channel).add(message).reads(RespReader::readLong);
    }
}
