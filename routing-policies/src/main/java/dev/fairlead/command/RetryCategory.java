package dev.fairlead.command;

/**
 * How harmful it would be to run a command twice, from harmless to harmful. Judged from the command and its arguments;
 * an enum constant that compares lower is safer to send again.
 */
public enum RetryCategory {
    /** Changes nothing. */
    READ,
    /** Applies only where a check holds, so that a second run changes nothing more ({@code SET … NX}, {@code EXEC} under {@code WATCH}). */
    CHECKED_WRITE,
    /** Leaves the same value however often it runs ({@code SET}, {@code HSET}, {@code DEL}, {@code EXPIREAT}). */
    LAST_WINS_WRITE,
    /** Adds to what is there: a second run is seen ({@code INCR}, {@code LPUSH}, {@code APPEND}). */
    ACCUMULATING_WRITE
}
