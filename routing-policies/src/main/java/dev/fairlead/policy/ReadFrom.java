package dev.fairlead.policy;

/** Which nodes a read prefers, and which it may use at all. */
public enum ReadFrom {
    MASTER,
    MASTER_PREFERRED,
    /** Replicas only: the master is no fallback. */
    REPLICA,
    REPLICA_PREFERRED,
    ANY
}
