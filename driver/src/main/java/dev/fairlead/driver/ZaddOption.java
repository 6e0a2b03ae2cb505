package dev.fairlead.driver;

/** What {@code ZADD} may change, and what it counts. */
public enum ZaddOption {
    /** Only add members. */
    NX,
    /** Only change members that are there. */
    XX,
    /** Change a score only to a greater one; still adds members. */
    GT,
    /** Change a score only to a smaller one; still adds members. */
    LT,
    /** Count changed members too, not only added ones. */
    CH
}
