package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;
import java.util.Optional;

/**
 * What Sentinels tell each other on {@link #CHANNEL}: who and where I am, and which address I hold for a master.
 *
 * @param currentEpoch the sender's epoch
 * @param configEpoch the epoch of the failover that made {@code master} the master; never above {@code currentEpoch}
 */
public record HelloMessage(
        Endpoint sentinel, String runId, long currentEpoch, String masterName, Endpoint master, long configEpoch) {
    public static final String CHANNEL = "__sentinel__:hello";

    private static final int FIELDS = 8;

    /** Reads a payload; empty when it is none, or says what no Sentinel can say. */
    public static Optional<HelloMessage> parse(String payload) {
        String[] field = payload.split(",", -1);
        if (field.length != FIELDS || field[2].isEmpty()) {
            return Optional.empty();
        }
        try {
            HelloMessage hello = new HelloMessage(
                    new Endpoint(field[0], Integer.parseInt(field[1])),
                    field[2],
                    Long.parseLong(field[3]),
                    field[4],
                    new Endpoint(field[5], Integer.parseInt(field[6])),
                    Long.parseLong(field[7]));
            // A configuration comes out of a failover, and that out of an epoch which its leader had already reached.
            boolean possible = hello.configEpoch >= 0 && hello.configEpoch <= hello.currentEpoch;
            return possible ? Optional.of(hello) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** As it goes over the channel. */
    public String payload() {
        return sentinel.host() + "," + sentinel.port() + "," + runId + "," + currentEpoch + "," + masterName + ","
                + master.host() + "," + master.port() + "," + configEpoch;
    }
}
