package dev.fairlead.server.internal.persistence;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The packed forms in which Redis keeps small collections and sends them as they are: listpack (7.0), ziplist and zipmap (before),
 * intset. Each becomes the list of its elements; integers become their decimal text. Damage is an {@link RdbException}, whatever
 * the bytes are.
 */
final class Packed {
    private static final int END = 0xFF;

    private final byte[] bytes;
    private int at;

    private Packed(byte[] bytes, int start) {
        this.bytes = bytes;
        this.at = start;
    }

    /** Reads the elements that follow the head. */
    @FunctionalInterface
    private interface Body {
        void read(Packed in, List<byte[]> out) throws RdbException;
    }

    private static List<byte[]> read(String form, byte[] bytes, int head, Body body) throws RdbException {
        List<byte[]> out = new ArrayList<>();
        try {
            body.read(new Packed(bytes, head), out);
        } catch (IndexOutOfBoundsException e) {
            throw new RdbException("a damaged " + form, e);
        }
        if (out.isEmpty()) {
            throw new RdbException("an empty " + form);
        }
        return out;
    }

    static List<byte[]> listpack(byte[] bytes) throws RdbException {
        return read("listpack", bytes, 6, (in, out) -> {
            while (in.peek() != END) {
                out.add(in.listpackEntry());
            }
        });
    }

    private byte[] listpackEntry() throws RdbException {
        int start = at;
        int first = octet();
        byte[] element;
        if (first < 0x80) {
            element = decimal(first);
        } else if (first < 0xC0) {
            element = raw(first & 63);
        } else if (first < 0xE0) {
            int thirteen = (first & 31) << 8 | octet();
            element = decimal(thirteen >= 1 << 12 ? thirteen - (1 << 13) : thirteen);
        } else if (first < 0xF0) {
            element = raw((first & 15) << 8 | octet());
        } else {
            element = switch (first) {
                case 0xF0 -> raw((int) signed(4));
                case 0xF1 -> decimal(signed(2));
                case 0xF2 -> decimal(signed(3));
                case 0xF3 -> decimal(signed(4));
                case 0xF4 -> decimal(signed(8));
                default -> throw new RdbException("a listpack holds an entry of the unknown form " + first);
            };
        }
        int length = at - start;
        at += length < 128 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : length < 1 << 28 ? 4 : 5;
        return element;
    }

    static List<byte[]> ziplist(byte[] bytes) throws RdbException {
        return read("ziplist", bytes, 10, (in, out) -> {
            while (in.peek() != END) {
                out.add(in.ziplistEntry());
            }
        });
    }

    private byte[] ziplistEntry() throws RdbException {
        at += peek() < 254 ? 1 : 5; // the length of the entry before, for walks backwards
        int first = octet();
        switch (first >> 6) {
            case 0:
                return raw(first);
            case 1:
                return raw((first & 63) << 8 | octet());
            case 2:
                return raw(octet() << 24 | octet() << 16 | octet() << 8 | octet());
            default:
        }
        if (first >= 0xF1 && first <= 0xFD) {
            return decimal((first & 15) - 1L);
        }
        return switch (first) {
            case 0xC0 -> decimal(signed(2));
            case 0xD0 -> decimal(signed(4));
            case 0xE0 -> decimal(signed(8));
            case 0xF0 -> decimal(signed(3));
            case 0xFE -> decimal(signed(1));
            default -> throw new RdbException("a ziplist holds an entry of the unknown form " + first);
        };
    }

    static List<byte[]> zipmap(byte[] bytes) throws RdbException {
        return read("zipmap", bytes, 1, (in, out) -> {
            while (in.peek() != END) {
                out.add(in.raw(in.zipmapLength()));
                int length = in.zipmapLength();
                int free = in.octet();
                out.add(in.raw(length));
                in.at += free;
            }
        });
    }

    private int zipmapLength() {
        int first = octet();
        return first < 254 ? first : (int) signed(4);
    }

    static List<byte[]> intset(byte[] bytes) throws RdbException {
        return read("intset", bytes, 0, (in, out) -> {
            int width = (int) in.signed(4);
            long count = in.signed(4);
            if (width != 2 && width != 4 && width != 8) {
                throw new RdbException("an intset of " + width + " bytes an element");
            }
            if (count != (bytes.length - 8L) / width) {
                throw new RdbException("a damaged intset");
            }
            for (long i = 0; i < count; i++) {
                out.add(decimal(in.signed(width)));
            }
        });
    }

    private int peek() {
        return bytes[at] & 255;
    }

    private int octet() {
        return bytes[at++] & 255;
    }

    private byte[] raw(int length) {
        if (length < 0 || length > bytes.length - at) {
            throw new IndexOutOfBoundsException(length);
        }
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** A little-endian number with a sign. */
    private long signed(int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (bytes[at++] & 255L) << (8 * i);
        }
        int unused = 64 - 8 * width;
        return value << unused >> unused;
    }

    private static byte[] decimal(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }
}
