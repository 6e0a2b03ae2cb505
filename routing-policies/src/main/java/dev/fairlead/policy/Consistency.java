package dev.fairlead.policy;

/** What a read must at least see, beside its lag bounds. */
public enum Consistency {
    /** Any state the node has. */
    EVENTUAL,
    /** Every write that this session had acknowledged before. */
    READ_YOUR_WRITES,
    /** Nothing older than what this session has read before, whatever the keys. */
    MONOTONIC_READS,
    /** Both {@link #READ_YOUR_WRITES} and {@link #MONOTONIC_READS}. */
    SESSION,
    /** The master's own answer. */
    MASTER;

    public boolean seesOwnWrites() {
        return this == READ_YOUR_WRITES || this == SESSION;
    }

    public boolean neverGoesBack() {
        return this == MONOTONIC_READS || this == SESSION;
    }
}
