package dev.fairlead.server.internal.sentinel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an operator sets for one monitored master.
 *
 * @param name the name clients ask for
 * @param quorum Sentinels that must see the master down before a failover is tried; at least 1
 * @param downAfter silence in milliseconds after which a node counts as down. Default 30,000
 * @param failoverTimeout milliseconds for each step of a failover; twice this between two attempts. Default 180,000
 * @param parallelSyncs replicas that may follow the new master at the same time. Default 1
 * @param credentials for the master and its replicas
 */
public record MasterSettings(
        String name, int quorum, long downAfter, long failoverTimeout, int parallelSyncs, Credentials credentials) {
    public static final long DEFAULT_DOWN_AFTER = 30_000;
    public static final long DEFAULT_FAILOVER_TIMEOUT = 180_000;

    public MasterSettings {
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "'" + name + "' cannot name a master; letters, digits, '.', '-' and '_' can");
        }
        requirePositive("quorum", quorum);
        requirePositive("down-after-milliseconds", downAfter);
        requirePositive("failover-timeout", failoverTimeout);
        requirePositive("parallel-syncs", parallelSyncs);
    }

    public static MasterSettings of(String name, int quorum) {
        return new MasterSettings(name, quorum, DEFAULT_DOWN_AFTER, DEFAULT_FAILOVER_TIMEOUT, 1, Credentials.NONE);
    }

    /**
     * These settings with one changed, under the names of {@code sentinel.conf} and {@code SENTINEL SET}.
     *
     * @throws IllegalArgumentException for an unknown option or a value it does not take
     */
    public MasterSettings with(String option, String value) {
        return switch (option) {
            case "quorum" -> withQuorum((int) Math.min(Integer.MAX_VALUE, number(option, value)));
            case "down-after-milliseconds" -> withDownAfter(number(option, value));
            case "failover-timeout" -> withFailoverTimeout(number(option, value));
            case "parallel-syncs" -> withParallelSyncs((int) Math.min(Integer.MAX_VALUE, number(option, value)));
            case "auth-user" -> withCredentials(new Credentials(emptyToNull(value), credentials.password()));
            case "auth-pass" -> withCredentials(new Credentials(credentials.user(), emptyToNull(value)));
            default -> throw new IllegalArgumentException("Unrecognized sentinel configuration statement.");
        };
    }

    /** Whether {@link #with} knows the option. */
    public static boolean knows(String option) {
        return List.of(
                        "quorum",
                        "down-after-milliseconds",
                        "failover-timeout",
                        "parallel-syncs",
                        "auth-user",
                        "auth-pass")
                .contains(option);
    }

    private static long number(String option, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " must be a number, not '" + value + "'", e);
        }
    }

    private static String emptyToNull(String value) {
        return value.isEmpty() ? null : value;
    }

    /** The options as {@link #with} takes them, without the quorum, which belongs to the line that introduces the master. */
    Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("down-after-milliseconds", Long.toString(downAfter));
        options.put("failover-timeout", Long.toString(failoverTimeout));
        options.put("parallel-syncs", Integer.toString(parallelSyncs));
        if (credentials.user() != null) {
            options.put("auth-user", credentials.user());
        }
        if (credentials.password() != null) {
            options.put("auth-pass", credentials.password());
        }
        return options;
    }

    public MasterSettings withQuorum(int value) {
        return new MasterSettings(name, value, downAfter, failoverTimeout, parallelSyncs, credentials);
    }

    public MasterSettings withDownAfter(long millis) {
        return new MasterSettings(name, quorum, millis, failoverTimeout, parallelSyncs, credentials);
    }

    public MasterSettings withFailoverTimeout(long millis) {
        return new MasterSettings(name, quorum, downAfter, millis, parallelSyncs, credentials);
    }

    public MasterSettings withParallelSyncs(int value) {
        return new MasterSettings(name, quorum, downAfter, failoverTimeout, value, credentials);
    }

    public MasterSettings withCredentials(Credentials value) {
        return new MasterSettings(name, quorum, downAfter, failoverTimeout, parallelSyncs, value);
    }

    private static void requirePositive(String what, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(what + " must be 1 or greater, not " + value);
        }
    }
}
