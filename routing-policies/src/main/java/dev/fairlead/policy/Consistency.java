package dev.fairlead.policy;

/** What a read must at least see, beside its lag bounds. */
public enum Consistency {
    /** Any state the node has. */
    EVENTUAL,
    /** Every write that this session had acknowledged before. */
    READ_YOUR_WRITES,
    /** The master's own answer. */
    MASTER
}
