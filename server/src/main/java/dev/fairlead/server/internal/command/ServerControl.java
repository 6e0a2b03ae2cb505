package dev.fairlead.server.internal.command;

/** What the commands ask of the server around them. Implemented by the composition root; called on the command thread. */
public interface ServerControl {
    /** Whether this server follows a master. */
    boolean isReplica();

    /** Whether a replica refuses writes of clients: {@code replica-read-only}. */
    boolean isReplicaReadOnly();

    /** Whether the link to the master is up; meaningful on a replica. */
    boolean isMasterLinkUp();

    /** Whether a replica without its master goes on answering: {@code replica-serve-stale-data}. */
    boolean servesStaleData();

    /** Whether a replica's data may be older than {@code replica-max-staleness-ms}; false when that is not set. */
    boolean isTooStale();

    /** Whether all of this history up to this offset is part of the data. */
    boolean hasApplied(String historyId, long offset);

    /** A client asked to be told how far this server has applied its master's stream. */
    void wantsOffsets(ClientSession session);

    /** Whether data is being loaded in the foreground, so that commands which need it are refused. */
    boolean isLoading();

    /** Whether {@code min-replicas-to-write} holds; true when it is not set. */
    boolean hasEnoughReplicas();

    /** Whether the last save of the data failed and writes are refused for it: {@code stop-writes-on-bgsave-error}. */
    boolean stopsWritesForFailedSave();

    /** The settings behind CONFIG. */
    ConfigStore config();
}
