package dev.fairlead.driver;

/** What BITOP does to the bits of its sources. */
public enum BitOperation {
    AND,
    OR,
    XOR,
    /** Turns the bits of its one source. */
    NOT
}
