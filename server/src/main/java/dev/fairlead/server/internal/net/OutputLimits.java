package dev.fairlead.server.internal.net;

import dev.fairlead.server.ServerConfig;
import dev.fairlead.server.internal.command.ClientSession.Kind;
import java.util.List;
import java.util.Locale;

/** {@code client-output-buffer-limit}: how much may wait to be sent to one client of a kind. 0 is no bound. Immutable. */
record OutputLimits(Limit normal, Limit replica, Limit pubsub) {
    /** Past {@code hardBytes} at once, or past {@code softBytes} for {@code softSeconds} on end, a client is closed. */
    record Limit(long hardBytes, long softBytes, long softSeconds) {}

    static OutputLimits of(ServerConfig config) {
        List<String> words = config.words("client-output-buffer-limit");
        Limit replica = limit(words, "slave");
        // A replica must be able to lag by the whole backlog, or it could never use it.
        long hard = replica.hardBytes == 0 ? 0 : Math.max(replica.hardBytes, config.number("repl-backlog-size"));
        return new OutputLimits(
                limit(words, "normal"),
                new Limit(hard, replica.softBytes, replica.softSeconds),
                limit(words, "pubsub"));
    }

    private static Limit limit(List<String> words, String kind) {
        int at = words.indexOf(kind.toLowerCase(Locale.ROOT));
        return new Limit(
                Long.parseLong(words.get(at + 1)),
                Long.parseLong(words.get(at + 2)),
                Long.parseLong(words.get(at + 3)));
    }

    Limit of(Kind kind) {
        return switch (kind) {
            case REPLICA -> replica;
            case PUBSUB -> pubsub;
            default -> normal;
        };
    }
}
