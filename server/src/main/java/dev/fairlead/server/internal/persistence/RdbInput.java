package dev.fairlead.server.internal.persistence;

import java.util.Arrays;

/** Bytes that come in pieces, read with the primitives of RDB; what does not suffice is tried again from the last mark. */
final class RdbInput {
    /** Longest single string, as Redis's own {@code proto-max-bulk-len}. */
    private static final long LONGEST_STRING = 512L << 20;

    /** Not an error: the bytes end inside of what was to be read. Without a stack trace, as it is thrown once a piece. */
    static final class MoreNeeded extends Exception {
        private static final long serialVersionUID = 1L;

        MoreNeeded() {
            super("more bytes needed", null, false, false);
        }
    }

    private static final MoreNeeded MORE = new MoreNeeded();

    private byte[] buffer = new byte[8192];
    private int at;
    private int end;
    private int marked;
    /** From {@link #marked}: as many bytes as the last failed attempt would have taken at least. */
    private int needed = 1;

    private long crc;

    void append(byte[] bytes, int from, int count) {
        if (buffer.length - end < count) {
            int unread = end - marked;
            byte[] target =
                    buffer.length - unread >= count ? buffer : new byte[Math.addExact(unread, Math.max(count, unread))];
            System.arraycopy(buffer, marked, target, 0, unread);
            at -= marked;
            end = unread;
            marked = 0;
            buffer = target;
        }
        System.arraycopy(bytes, from, buffer, end, count);
        end += count;
    }

    int readable() {
        return end - at;
    }

    /** No attempt makes sense before this many bytes are there. */
    int needed() {
        return needed;
    }

    /** What was read so far stays read. */
    void mark() {
        crc = Crc64.update(crc, buffer, marked, at - marked);
        marked = at;
        needed = 1;
    }

    /** Back to the mark. */
    void rewind() {
        at = marked;
    }

    /** Over everything up to here. */
    long checksum() {
        return Crc64.update(crc, buffer, marked, at - marked);
    }

    byte[] rest() {
        return Arrays.copyOfRange(buffer, at, end);
    }

    private void need(long count) throws MoreNeeded {
        if (end - at < count) {
            needed = (int) Math.min(Integer.MAX_VALUE, at - marked + count);
            throw MORE;
        }
    }

    int octet() throws MoreNeeded {
        need(1);
        return buffer[at++] & 255;
    }

    byte[] raw(int count) throws MoreNeeded {
        need(count);
        at += count;
        return Arrays.copyOfRange(buffer, at - count, at);
    }

    long littleEndian(int bytes) throws MoreNeeded {
        need(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (buffer[at++] & 255L) << (8 * i);
        }
        return value;
    }

    private long bigEndian(int bytes) throws MoreNeeded {
        need(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | buffer[at++] & 255;
        }
        return value;
    }

    /** A length or a number of elements. */
    int count() throws RdbException, MoreNeeded {
        int first = octet();
        if (first >= 0xC0) {
            throw new RdbException("a string stands where a length should be");
        }
        return length(first);
    }

    private int length(int first) throws RdbException, MoreNeeded {
        long length =
                switch (first >> 6) {
                    case 0 -> first;
                    case 1 -> (first & 63) << 8 | octet();
                    default -> bigEndian(first == 0x81 ? 8 : 4);
                };
        if (first >> 6 == 2 && first > 0x81 || length < 0 || length > Integer.MAX_VALUE) {
            throw new RdbException("a length of " + Long.toUnsignedString(length) + " is beyond what can be");
        }
        return (int) length;
    }

    byte[] string() throws RdbException, MoreNeeded {
        int first = octet();
        if (first < 0xC0) {
            return raw(stringLength(first));
        }
        return switch (first & 63) {
            case 0 -> decimal((byte) littleEndian(1));
            case 1 -> decimal((short) littleEndian(2));
            case 2 -> decimal((int) littleEndian(4));
            case 3 -> {
                int packed = stringLength(octet());
                int plain = stringLength(octet());
                yield Lzf.expand(raw(packed), plain);
            }
            default -> throw new RdbException("a string has the unknown form " + (first & 63));
        };
    }

    private int stringLength(int first) throws RdbException, MoreNeeded {
        int length = length(first);
        if (length > LONGEST_STRING) {
            throw new RdbException("a string of " + length + " bytes is longer than " + LONGEST_STRING);
        }
        return length;
    }

    private static byte[] decimal(long value) {
        return Long.toString(value).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
