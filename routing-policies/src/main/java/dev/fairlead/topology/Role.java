package dev.fairlead.topology;

/** What a server last said it is. */
public enum Role {
    MASTER,
    REPLICA,
    /** Known by address only: it has not answered yet, or said something else. */
    UNKNOWN
}
