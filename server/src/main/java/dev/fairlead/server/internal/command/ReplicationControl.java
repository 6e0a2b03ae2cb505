package dev.fairlead.server.internal.command;

/** What the replication commands ask for. Implemented by the net room; called on the command thread. */
public interface ReplicationControl {
    /** Whether this server follows a master. */
    boolean isReplica();

    /**
     * Follows this master from now on.
     *
     * @return false when it does so already
     */
    boolean follow(String host, int port, ClientSession by);

    /** Is a master from now on; no effect on a master. */
    void lead(ClientSession by);

    /**
     * Begins to exchange roles with a replica.
     *
     * @param host the replica's; null for whichever is level first
     * @param force whether it goes on when the time is over
     * @param timeoutMillis how long to wait for the replica; 0 for ever
     * @throws CommandException when that cannot be done now
     */
    void failOver(String host, int port, boolean force, long timeoutMillis);

    /** Gives the failover up that is under way, and runs what it held back. */
    void abortFailover();

    /** Whether a failover is under way. */
    boolean isFailingOver();

    /**
     * The master asks this replica to take its place.
     *
     * @param id the history that both must be in
     */
    void takeOver(ClientSession master, String id);

    /** Which option a replica told about itself in its handshake, name in lower case; unknown capabilities are passed over. */
    void describe(ClientSession replica, String option, String value);

    /**
     * Makes this client a replica. Writes all replies itself.
     *
     * @param id history that the replica was in; null for a bare SYNC
     * @param offset first byte that it lacks
     */
    void attach(ClientSession replica, String id, long offset);

    /** A replica has applied the stream up to here. */
    void acknowledged(ClientSession replica, long offset);

    /** A replica asks for a sign of life in the stream that holds this. */
    void askedForBeat(String token);

    /** The master asks for an acknowledgement: sent at once. */
    void acknowledgeToMaster();

    /** Replicas that have acknowledged at least this offset. */
    int replicasAt(long offset);

    /** Blocks a client, after {@link Call#block}, until so many replicas are at this offset. */
    void await(ClientSession client, long offset, int replicas);

    /** Writes the answer of ROLE. */
    void role(ReplyWriter out);
}
