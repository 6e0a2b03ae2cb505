package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Value;

/** What the persistence commands ask for. Implemented by the net room; called on the command thread. */
public interface PersistenceControl {
    /** How SHUTDOWN is to end the server. */
    enum Saving {
        /** If save points are set. */
        AS_CONFIGURED,
        ALWAYS,
        NEVER
    }

    /** Saves now, in the foreground. @throws CommandException when it cannot */
    void save();

    /**
     * Begins to save in the background.
     *
     * @param schedule wait for the end of another snapshot instead of failing
     * @return the status to answer
     * @throws CommandException when another snapshot is under way
     */
    String saveInBackground(boolean schedule);

    /** When the last save succeeded, Unix time in seconds. */
    long lastSaveSeconds();

    /**
     * Begins to end the server. The client that asked gets no reply, its connection ends.
     *
     * @param now do not wait for replicas that lag
     * @param force end even when saving fails
     * @throws CommandException when saving failed and force was not given
     */
    void shutdown(Saving saving, boolean now, boolean force);

    /** Takes a shutdown back that still waits for replicas. @return false when there is none */
    boolean abortShutdown();

    /** The payload of DUMP. */
    byte[] dump(Value value);

    /**
     * The value of a payload.
     *
     * @throws CommandException with RESTORE's text when it is damaged or unknown
     */
    Value restore(byte[] payload);
}
