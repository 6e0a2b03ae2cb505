package dev.fairlead.command;

/**
 * How harmful it would be to run a call twice, from harmless to harmful; a constant that compares lower is safer to
 * send again.
 *
 * <p>The question is what the data looks like after two runs one behind the other, with the server's state as it then
 * is. What others wrote in between is not asked: a last-wins write wipes it out, as its first run would have, had it
 * come that late. For the same reason a time to live given as a duration counts from the later run, and
 * {@code EXPIRE} wins as {@code EXPIREAT} does. The <em>reply</em> of the second run may differ in every category but
 * {@link #READ}: {@code DEL} then counts 0, {@code SET … NX} says that the key is there. Where the reply is the
 * point, because it hands out what the call takes away or replaces ({@code GETDEL}, {@code GETSET},
 * {@code SET … GET}, {@code SPOP}), the call counts as accumulating. So does {@code RENAME}, whose second run would
 * carry off a key that was made anew.
 */
public enum RetryCategory {
    /** Changes nothing. */
    READ,
    /**
     * Applies only where a check holds that its own first run breaks: {@code SET … NX}, {@code MSETNX}, {@code COPY}
     * without {@code REPLACE}. {@code EXEC} belongs here: without its {@code MULTI} in front a second one is an
     * error, and under {@code WATCH} the whole transaction is checked.
     */
    CHECKED_WRITE,
    /**
     * Leaves the same value however often it runs: {@code SET}, {@code HSET}, {@code SADD}, {@code DEL},
     * {@code EXPIREAT}.
     */
    LAST_WINS_WRITE,
    /**
     * Adds to what is there or takes from it, or may: {@code INCR}, {@code LPUSH}, {@code LTRIM}, {@code LPOP},
     * {@code XADD}, scripts.
     */
    ACCUMULATING_WRITE
}
