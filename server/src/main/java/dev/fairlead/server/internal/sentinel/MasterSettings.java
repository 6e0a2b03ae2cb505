package dev.fairlead.server.internal.sentinel;

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
