package dev.fairlead.driver;

/** What FUNCTION RESTORE does with the libraries that are there. */
public enum FunctionRestore {
    /** Leaves them; a name that is taken is an error. */
    APPEND,
    /** Removes them all first. */
    FLUSH,
    /** Leaves them; a name that is taken is overwritten. */
    REPLACE
}
