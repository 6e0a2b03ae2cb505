package dev.fairlead.server.internal.command;

/** Why commands are held back. Each reason begins and ends by itself. */
public enum PauseReason {
    /** CLIENT PAUSE. */
    CLIENT,
    /** A shutdown that waits for the replicas. */
    SHUTDOWN,
    /** A coordinated failover. */
    FAILOVER
}
