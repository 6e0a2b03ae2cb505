package dev.fairlead.server.internal.persistence;

import java.util.Arrays;

/**
 * The compression of long strings in RDB files. A control byte below 32 announces that many literal bytes plus one; any other a
 * back reference: its upper three bits the length less two (7: add the next byte), the rest and one more byte the distance less one.
 *
 * <p>Confined to one thread.
 */
final class Lzf {
    private static final int HASH_BITS = 14;
    private static final int MAX_DISTANCE = 1 << 13;
    private static final int MAX_LENGTH = 264;
    private static final int MAX_LITERALS = 32;

    /** Where three bytes were seen last, counted over all strings so far: the table is not cleared between strings. */
    private final int[] lastSeen = new int[1 << HASH_BITS];

    /** What {@link #lastSeen} counts the first byte of the present string as. */
    private int base = 1;

    /** The compressed form; null when it would not be smaller. */
    byte[] compress(byte[] in) {
        if (in.length <= 4) {
            return null;
        }
        if (base > Integer.MAX_VALUE - in.length) {
            Arrays.fill(lastSeen, 0);
            base = 1;
        }
        byte[] out = compressed(in);
        base += in.length;
        return out;
    }

    private byte[] compressed(byte[] in) {
        byte[] out = new byte[in.length - 4];
        int written = 0;
        int literals = 0;
        int at = 0;
        while (at < in.length) {
            int match = at + 2 < in.length ? find(in, at) : -1;
            if (match < 0) {
                literals++;
                at++;
                if (literals == MAX_LITERALS || at == in.length) {
                    written = literals(in, at, literals, out, written);
                    literals = 0;
                }
            } else {
                written = literals(in, at, literals, out, written);
                literals = 0;
                int length = 3;
                int most = Math.min(MAX_LENGTH, in.length - at);
                while (length < most && in[match + length] == in[at + length]) {
                    length++;
                }
                written = reference(at - match - 1, length - 2, out, written);
                at += length;
            }
            if (written < 0) {
                return null;
            }
        }
        return Arrays.copyOf(out, written);
    }

    /** Where the three bytes at {@code at} stood last, if within reach; remembers this place. */
    private int find(byte[] in, int at) {
        int three = (in[at] & 255) << 16 | (in[at + 1] & 255) << 8 | in[at + 2] & 255;
        int slot = three * 0x9E3779B1 >>> 32 - HASH_BITS;
        int candidate = lastSeen[slot] - base;
        lastSeen[slot] = base + at;
        boolean same = candidate >= 0
                && at - candidate <= MAX_DISTANCE
                && in[candidate] == in[at]
                && in[candidate + 1] == in[at + 1]
                && in[candidate + 2] == in[at + 2];
        return same ? candidate : -1;
    }

    private static int literals(byte[] in, int end, int count, byte[] out, int written) {
        if (count == 0 || written < 0) {
            return written;
        }
        if (written + 1 + count > out.length) {
            return -1;
        }
        out[written] = (byte) (count - 1);
        System.arraycopy(in, end - count, out, written + 1, count);
        return written + 1 + count;
    }

    private static int reference(int distance, int length, byte[] out, int written) {
        if (written < 0 || written + 3 > out.length) {
            return -1;
        }
        int at = written;
        if (length < 7) {
            out[at++] = (byte) (length << 5 | distance >> 8);
        } else {
            out[at++] = (byte) (7 << 5 | distance >> 8);
            out[at++] = (byte) (length - 7);
        }
        out[at++] = (byte) distance;
        return at;
    }

    /**
     * The {@code length} bytes that {@code in} stands for.
     *
     * @throws RdbException when it stands for anything else
     */
    static byte[] expand(byte[] in, int length) throws RdbException {
        byte[] out = new byte[length];
        int written = 0;
        int at = 0;
        try {
            while (at < in.length) {
                int control = in[at++] & 255;
                if (control < MAX_LITERALS) {
                    System.arraycopy(in, at, out, written, control + 1);
                    at += control + 1;
                    written += control + 1;
                    continue;
                }
                int count = control >> 5;
                if (count == 7) {
                    count += in[at++] & 255;
                }
                int from = written - ((control & 31) << 8 | in[at++] & 255) - 1;
                for (int i = 0; i < count + 2; i++) { // one by one: a reference may reach into what it writes
                    out[written++] = out[from++];
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw new RdbException("a compressed string is damaged", e);
        }
        if (written != length) {
            throw new RdbException("a compressed string has " + written + " bytes where it says " + length);
        }
        return out;
    }
}
