package dev.fairlead.server.internal.command;

/**
 * Where a handler puts its reply. Whether it leaves as RESP2 or RESP3 is this writer's business: a map is a flat array
 * in RESP2, a double and a verbatim string are bulks, a boolean is 1 or 0, both nulls are {@code _} in RESP3, a push is an array.
 *
 * <p>Confined to the command thread. Arrays handed in belong to the keyspace and may change right after the call: they are
 * copied (into the output buffer) before it returns. What is written is sent before the event loop goes to sleep, also
 * when another connection's command wrote it (PUBLISH, the end of a blocking pop).
 */
public interface ReplyWriter {
    /** A status, without CR or LF. */
    void simple(String status);

    /** The status OK; apart, since it is the most frequent one. */
    default void ok() {
        simple("OK");
    }

    /** An error: its code, a space, its text; no leading dash. */
    void error(String codeAndText);

    void integer(long value);

    /** A binary-safe string. */
    void bulk(byte[] bytes);

    /** A part of an array as a binary-safe string. */
    void bulk(byte[] bytes, int offset, int length);

    /** Text, sent as UTF-8. */
    void bulk(String text);

    /** The missing string: {@code $-1} in RESP2. */
    void nullBulk();

    /** The missing array: {@code *-1} in RESP2. */
    void nullArray();

    /** Begins an array; its elements follow. */
    void array(int elements);

    /** Begins a map; key, value, key, value… follow. */
    void map(int pairs);

    /** Begins a set. */
    void set(int elements);

    /** Begins an out-of-band message. */
    void push(int elements);

    /** A number, as the text that stands on the wire ({@code inf}, {@code -inf} included); see {@link Doubles}. */
    void doubleValue(String text);

    void bool(boolean value);

    /** An integer of any size, in decimal; a bulk in RESP2. */
    void bigNumber(String decimal);

    /** Text with a three-letter format, {@code txt} or {@code mkd}; a bulk in RESP2. */
    void verbatim(String format, String text);
}
