package dev.fairlead.server.internal.replication;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes commands as the bytes of the replication stream, each as an array of bulk strings, with {@code SELECT} before a command
 * of another database than the last one.
 *
 * <p>Confined to the command thread.
 */
public final class StreamEncoder {
    /** A buffer that grew past this for one large value is given back afterwards. */
    private static final int KEPT_BYTES = 1 << 20;

    private byte[] buffer = new byte[1024];
    private int length;
    private int selected = -1;

    /** Adds a command; {@code database} -1 for one that has none (PING, REPLCONF, MULTI). */
    public void add(int database, byte[]... argv) {
        if (database >= 0 && database != selected) {
            selected = database;
            array(
                    "SELECT".getBytes(StandardCharsets.US_ASCII),
                    Integer.toString(database).getBytes(StandardCharsets.US_ASCII));
        }
        array(argv);
    }

    private void array(byte[]... argv) {
        head('*', argv.length);
        for (byte[] argument : argv) {
            head('$', argument.length);
            room(argument.length + 2);
            System.arraycopy(argument, 0, buffer, length, argument.length);
            length += argument.length;
            buffer[length++] = '\r';
            buffer[length++] = '\n';
        }
    }

    private void head(char kind, int count) {
        room(14);
        buffer[length++] = (byte) kind;
        int start = length;
        int left = count;
        do {
            buffer[length++] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
        for (int i = start, j = length - 1; i < j; i++, j--) {
            byte swapped = buffer[i];
            buffer[i] = buffer[j];
            buffer[j] = swapped;
        }
        buffer[length++] = '\r';
        buffer[length++] = '\n';
    }

    private void room(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(
                    buffer, Math.max(Math.addExact(length, more), (int) Math.min(buffer.length * 2L, 1 << 30)));
        }
    }

    /** The bytes since {@link #clear}, in {@link #buffer}, {@link #length} of them. */
    public byte[] buffer() {
        return buffer;
    }

    public int length() {
        return length;
    }

    /** Starts anew after the bytes were taken. */
    public void clear() {
        length = 0;
        if (buffer.length > KEPT_BYTES) {
            buffer = new byte[1024];
        }
    }

    /** The database that the stream is in; -1 when the next command must say so. */
    public int selected() {
        return selected;
    }

    /** The stream is in this database; -1: the next command must say which, as after a full resync and a promotion. */
    public void select(int database) {
        selected = database;
    }
}
