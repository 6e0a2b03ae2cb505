package dev.fairlead.command;

/**
 * One row of the command table: everything the driver, the server and the policies need to know of one command or
 * subcommand without running it. Immutable.
 */
public interface CommandSpec {
    /** The full name as servers give it: lower case, a subcommand behind a bar ({@code get}, {@code config|get}). */
    String name();

    /** Number of arguments, the name included; negative: at least that many. As in {@code COMMAND INFO}. */
    int arity();

    /** Access judged from the name alone: the most that any arguments could make of it. */
    Access access();

    /** Access judged from the arguments too ({@code SORT … STORE} writes, {@code BITFIELD} with only GET reads). */
    Access access(byte[][] argv);

    /** How harmful a second run would be. */
    RetryCategory retryCategory(byte[][] argv);

    /** Whether the call may hold its connection until data arrives ({@code BLPOP}, {@code XREAD BLOCK}, {@code WAIT}). */
    boolean blocks(byte[][] argv);

    /** Indexes into {@code argv} of the keys, in order; empty when it has none. {@link #hasUnknownKeys} tells when that cannot be known. */
    int[] keyPositions(byte[][] argv);

    /** Whether keys are touched that the arguments do not show (a script's, {@code SORT … GET}, {@code FLUSHALL}, {@code SWAPDB}). */
    boolean hasUnknownKeys(byte[][] argv);
}
