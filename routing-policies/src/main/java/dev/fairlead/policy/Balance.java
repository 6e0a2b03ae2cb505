package dev.fairlead.policy;

/** How one of several qualified nodes is chosen. */
public enum Balance {
    ROUND_ROBIN,
    RANDOM,
    WEIGHTED,
    /** The lower of two random nodes by peak EWMA latency times calls in flight. */
    P2C_PEAK_EWMA
}
