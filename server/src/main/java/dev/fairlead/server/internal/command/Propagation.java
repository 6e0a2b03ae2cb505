package dev.fairlead.server.internal.command;

/**
 * Takes the effects of commands, in order, for replicas (and one day the append-only file). Effects, not calls: what
 * arrives here gives the same result whenever and wherever it is run. Implemented by the replication side, which ignores
 * everything while the server is a replica, since a replica's stream is its master's. Called on the command thread.
 */
public interface Propagation {
    /** The database of a command that belongs to none (MULTI, EXEC): no SELECT is due for it. */
    int NO_DATABASE = -1;

    /**
     * One command. A group that must be applied as one comes as MULTI, its commands, EXEC.
     *
     * @param database where it applies; the stream says SELECT when this differs from the last
     * @param argv to be encoded before this returns: the arrays may have become values that change
     */
    void propagate(int database, byte[][] argv);

    /** The history that {@link #offset} belongs to; null where offsets mean nothing: no replica has come yet, or we are one. */
    String historyId();

    /** The offset that covers everything propagated so far; noted as the client's last write, for WAIT. */
    long offset();
}
