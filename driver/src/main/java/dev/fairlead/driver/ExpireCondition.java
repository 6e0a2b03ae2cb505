package dev.fairlead.driver;

/** When an expiry is to be set (servers from 7.0). */
public enum ExpireCondition {
    /** The key has none yet. */
    NX,
    /** The key has one already. */
    XX,
    /** The new one is later; a key without one counts as living for ever. */
    GT,
    /** The new one is earlier. */
    LT
}
