package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Connections of the server, those of other clients too, and what is published at it. */
abstract class ClientCommands {
    ClientCommands() {}

    /** The number of the connection that the call was made on, which others share. */
    public static Command<Long> clientId() {
        return Words.of("CLIENT", "ID").readsLong();
    }

    /** The name of that connection; null when it has none. */
    public static Command<String> clientGetName() {
        return Words.of("CLIENT", "GETNAME").reads(RespReader::readString);
    }

    /** What the server knows of that connection: {@code id}, {@code addr}, {@code name}, {@code flags}… Servers from 6.2. */
    public static Command<Map<String, String>> clientInfo() {
        return Words.of("CLIENT", "INFO").reads(reader -> connection(reader.readString()));
    }

    /** The same of all connections. */
    public static Command<List<Map<String, String>>> clientList() {
        return Words.of("CLIENT", "LIST").reads(ClientCommands::connections);
    }

    /** The same of connections of a type: {@code normal}, {@code master}, {@code replica}, {@code pubsub}. */
    public static Command<List<Map<String, String>>> clientList(String type) {
        return Words.of("CLIENT", "LIST").add("TYPE").add(type).reads(ClientCommands::connections);
    }

    private static List<Map<String, String>> connections(RespReader reader) {
        return reader.readString().lines().map(ClientCommands::connection).toList();
    }

    /** {@code id=3 addr=127.0.0.1:5001 name= …}: a value may hold anything but a blank. */
    private static Map<String, String> connection(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        Arrays.stream(line.trim().split(" ")).forEach(each -> {
            int equals = each.indexOf('=');
            fields.put(each.substring(0, Math.max(equals, 0)), each.substring(equals + 1));
        });
        return fields;
    }

    /** How many connections were closed: those that fit all of the filters. */
    public static Command<Long> clientKill(ClientFilter... filters) {
        if (filters.length == 0) {
            throw new IllegalArgumentException("at least one filter is needed, or every connection would be closed");
        }
        return Words.of("CLIENT", "KILL").addOptions(filters).readsLong();
    }

    /** For so long the server answers no writes, and nothing that a replica would hear of. Servers from 6.2. */
    public static Command<Void> clientPauseWrites(Duration time) {
        return Words.of("CLIENT", "PAUSE")
                .add(Words.positiveMillis(time))
                .add("WRITE")
                .readsOk();
    }

    /** For so long the server answers nobody but its replicas. */
    public static Command<Void> clientPauseAll(Duration time) {
        return Words.of("CLIENT", "PAUSE").add(Words.positiveMillis(time)).readsOk();
    }

    /** Ends a pause. Servers from 6.2. */
    public static Command<Void> clientUnpause() {
        return Words.of("CLIENT", "UNPAUSE").readsOk();
    }

    /** Whether the connection of this number waited in a blocking command, which ends as if its time were over. */
    public static Command<Boolean> clientUnblock(long id) {
        return Words.of("CLIENT", "UNBLOCK").add(id).readsBoolean();
    }

    /** How many subscribers of the node that was asked got it. */
    public static Command<Long> publish(String channel, Object message) {
        return Words.of("PUBLISH").add(channel).addValue(message).readsLong();
    }

    /** As {@link #publish}, to those who subscribed to a sharded channel. Servers from 7.0. */
    public static Command<Long> spublish(String channel, Object message) {
        return Words.of("SPUBLISH").add(channel).addValue(message).readsLong();
    }

    /** Channels with subscribers at the node that was asked, of those that match a glob pattern. */
    public static Command<List<String>> pubsubChannels(String pattern) {
        return Words.of("PUBSUB", "CHANNELS").add(pattern).reads(Results::strings);
    }

    /** By channel the number of subscribers at the node that was asked; those to patterns do not count. */
    public static Command<Map<String, Long>> pubsubNumSub(String... channels) {
        return Words.of("PUBSUB", "NUMSUB").addSome("channel", channels).reads(Results::longMap);
    }

    /** How many patterns are subscribed to at the node that was asked. */
    public static Command<Long> pubsubNumPat() {
        return Words.of("PUBSUB", "NUMPAT").readsLong();
    }

    /** As {@link #pubsubChannels}, of sharded channels. Servers from 7.0. */
    public static Command<List<String>> pubsubShardChannels(String pattern) {
        return Words.of("PUBSUB", "SHARDCHANNELS").add(pattern).reads(Results::strings);
    }

    /** As {@link #pubsubNumSub}, of sharded channels. Servers from 7.0. */
    public static Command<Map<String, Long>> pubsubShardNumSub(String... channels) {
        return Words.of("PUBSUB", "SHARDNUMSUB").addSome("channel", channels).reads(Results::longMap);
    }
}
