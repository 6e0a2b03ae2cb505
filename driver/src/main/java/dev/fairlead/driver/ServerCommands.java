package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Commands to the server itself, which is the master unless a policy says otherwise. */
abstract class ServerCommands extends DiagnosticCommands {
    ServerCommands() {}

    /** {@code PONG}. */
    public static Command<String> ping() {
        return Words.of("PING").reads(RespReader::readString);
    }

    public static Command.OfValue<String> echo(Object message) {
        return Words.of("ECHO").addValue(message).readsValue();
    }

    /** Number of keys in the database. */
    public static Command<Long> dbSize() {
        return Words.of("DBSIZE").readsLong();
    }

    /** Deletes every key of every database. */
    public static Command<Void> flushAll() {
        return Words.of("FLUSHALL").readsOk();
    }

    /** Deletes every key of the database. */
    public static Command<Void> flushDb() {
        return Words.of("FLUSHDB").readsOk();
    }

    /** The contents of two databases change places. */
    public static Command<Void> swapDb(int database, int other) {
        return Words.of("SWAPDB").add(database).add(other).readsOk();
    }

    /** The server's clock, to the microsecond. */
    public static Command<Instant> time() {
        return Words.of("TIME").reads(reader -> {
            reader.readAggregate();
            return Instant.ofEpochSecond(reader.readLong(), reader.readLong() * 1000);
        });
    }

    /** When the server last saved its data. */
    public static Command<Instant> lastSave() {
        return Words.of("LASTSAVE").reads(reader -> Instant.ofEpochSecond(reader.readLong()));
    }

    /** The server's own report; of these sections, or of its default ones. More than one section: servers from 7.0. */
    public static Command<String> info(String... sections) {
        Words words = Words.of("INFO");
        for (String section : sections) {
            words.add(section);
        }
        return words.reads(RespReader::readString);
    }

    /** Settings by name, of those that match a glob pattern; empty when none does. */
    public static Command<Map<String, String>> configGet(String... patterns) {
        return Words.of("CONFIG", "GET").addSome("pattern", patterns).reads(Results::stringMap);
    }

    /** Changes settings of the master, and of no other server. More than one at once: servers from 7.0. */
    public static Command<Void> configSet(Map<String, ?> settings) {
        return Words.of("CONFIG", "SET")
                .addPairs("setting with its value", settings)
                .readsOk();
    }

    /** Sets the counts of INFO back to 0. */
    public static Command<Void> configResetStat() {
        return Words.of("CONFIG", "RESETSTAT").readsOk();
    }

    /** Writes the settings into the file that the server was started with. The server answers an error when there was none. */
    public static Command<Void> configRewrite() {
        return Words.of("CONFIG", "REWRITE").readsOk();
    }

    /**
     * How many replicas have everything that was written on this connection, once {@code replicas} have or the time is over. Needs
     * {@link Session#dedicated}.
     *
     * @param timeout how long the server waits, at least 1 ms
     */
    public static Command<Long> waitReplicas(int replicas, Duration timeout) {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("WAIT waits for at least 1 ms, not " + timeout);
        }
        return Words.of("WAIT").add(replicas).add(timeout.toMillis()).readsLong();
    }

    /** How many commands the server knows. */
    public static Command<Long> commandCount() {
        return Words.of("COMMAND", "COUNT").readsLong();
    }

    /** Their names. Servers from 7.0. */
    public static Command<List<String>> commandList() {
        return Words.of("COMMAND", "LIST").reads(Results::strings);
    }

    /** The keys of a call, as the server sees them. */
    public static Command<List<String>> commandGetKeys(Command<?> call) {
        return withCall("GETKEYS", call).reads(Results::strings);
    }

    /** What the call does with each of its keys, in the words of the server: {@code RW}, {@code access}… Servers from 7.0. */
    public static Command<Map<String, List<String>>> commandGetKeysAndFlags(Command<?> call) {
        return withCall("GETKEYSANDFLAGS", call).reads(reader -> Results.mapOrPairs(reader, Results::strings));
    }

    private static Words withCall(String subcommand, Command<?> call) {
        Words words = Words.of("COMMAND", subcommand);
        for (byte[] each : call.argv()) {
            words.addValue(each);
        }
        return words;
    }
}
