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

    /** Whether data is being loaded in the foreground, so that commands which need it are refused. */
    boolean isLoading();

    /** Whether {@code min-replicas-to-write} holds; true when it is not set. */
    boolean hasEnoughReplicas();

    /** The settings behind CONFIG. */
    ConfigStore config();
}
