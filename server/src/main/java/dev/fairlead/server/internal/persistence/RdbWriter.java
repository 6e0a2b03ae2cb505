package dev.fairlead.server.internal.persistence;

import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.HashValue;
import dev.fairlead.server.internal.keyspace.ListValue;
import dev.fairlead.server.internal.keyspace.SetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.StringValue;
import dev.fairlead.server.internal.keyspace.Value;
import dev.fairlead.server.internal.keyspace.Visit;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the RDB format, version 10, into a buffer that its owner empties with {@link #take}. Values are written in their plain
 * forms, which every Redis since 2.6 (sorted sets: 4.0) reads.
 *
 * <p>Confined to the command thread.
 */
final class RdbWriter {
    /** Shorter strings are not worth compressing; Redis's own bound. */
    private static final int LEAST_COMPRESSED = 20;

    /** Null when nothing is compressed. */
    private final Lzf lzf;

    private final boolean checksums;
    private byte[] buffer = new byte[4096];
    private int length;
    private long crc;
    private int database = -1;

    RdbWriter(boolean compresses, boolean checksums) {
        this.lzf = compresses ? new Lzf() : null;
        this.checksums = checksums;
    }

    void header() {
        raw(("REDIS" + String.format("%04d", RdbType.VERSION)).getBytes(StandardCharsets.US_ASCII));
    }

    void aux(String name, String value) {
        octet(RdbType.AUX);
        string(name.getBytes(StandardCharsets.UTF_8));
        string(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Announces how many keys a database has, and how many of them expire. */
    void resize(int index, int keys, int expiring) {
        select(index);
        octet(RdbType.RESIZE_DB);
        count(keys);
        count(expiring);
    }

    private void select(int index) {
        if (index != database) {
            database = index;
            octet(RdbType.SELECT_DB);
            count(index);
        }
    }

    void entry(int index, byte[] key, Value value, long expireAtMillis) {
        head(index, key, value, expireAtMillis);
        value(value);
    }

    /** All of an entry but the elements of its value, which the visit writes. */
    Visit begin(int index, byte[] key, Value collection, long expireAtMillis) {
        head(index, key, collection, expireAtMillis);
        return elements(collection);
    }

    /** Takes over the entries that another writer wrote; both name the database of their next one. */
    void entries(RdbWriter other) {
        raw(other.take());
        database = -1;
        other.database = -1;
    }

    private void head(int index, byte[] key, Value value, long expireAtMillis) {
        select(index);
        if (expireAtMillis != Entry.NO_EXPIRY) {
            octet(RdbType.EXPIRE_MILLIS);
            littleEndian(expireAtMillis);
        }
        octet(type(value));
        string(key);
    }

    void end() {
        octet(RdbType.EOF);
        littleEndian(checksums ? Crc64.update(crc, buffer, 0, length) : 0);
    }

    static int type(Value value) {
        if (value instanceof StringValue) {
            return RdbType.STRING;
        } else if (value instanceof ListValue) {
            return RdbType.LIST;
        } else if (value instanceof SetValue) {
            return RdbType.SET;
        } else if (value instanceof HashValue) {
            return RdbType.HASH;
        }
        return RdbType.ZSET;
    }

    /** A value without its type. */
    void value(Value value) {
        if (value instanceof StringValue string) {
            string(string.bytes());
        } else {
            Visit elements = elements(value);
            boolean all = false;
            while (!all) {
                all = elements.step(Integer.MAX_VALUE);
            }
        }
    }

    private Visit elements(Value collection) {
        count(collection.elements());
        if (collection instanceof ListValue list) {
            return list.visit(this::string);
        } else if (collection instanceof SetValue set) {
            return set.visit(this::string);
        } else if (collection instanceof HashValue hash) {
            return hash.visit((field, content) -> {
                string(field);
                string(content);
            });
        }
        return ((SortedSetValue) collection).visit((member, score) -> {
            string(member);
            littleEndian(Double.doubleToRawLongBits(score));
        });
    }

    void octet(int value) {
        room(1);
        buffer[length++] = (byte) value;
    }

    void raw(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    void littleEndian(long value) {
        for (int i = 0; i < 8; i++) {
            octet((int) (value >>> (8 * i)));
        }
    }

    void count(int value) {
        if (value < 1 << 6) {
            octet(value);
        } else if (value < 1 << 14) {
            octet(0x40 | value >> 8);
            octet(value);
        } else {
            octet(0x80);
            octet(value >> 24);
            octet(value >> 16);
            octet(value >> 8);
            octet(value);
        }
    }

    void string(byte[] bytes) {
        if (integer(bytes)) {
            return;
        }
        byte[] packed = lzf != null && bytes.length > LEAST_COMPRESSED ? lzf.compress(bytes) : null;
        if (packed == null) {
            count(bytes.length);
            raw(bytes);
        } else {
            octet(0xC3);
            count(packed.length);
            count(bytes.length);
            raw(packed);
        }
    }

    /** Writes a decimal number of at most 32 bits as such; false when it is none. */
    private boolean integer(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > 11) {
            return false;
        }
        boolean negative = bytes[0] == '-';
        long value = 0;
        for (int i = negative ? 1 : 0; i < bytes.length; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
            value = value * 10 + bytes[i] - '0';
        }
        value = negative ? -value : value;
        boolean canonical = bytes[negative && bytes.length > 1 ? 1 : 0] != '0' || bytes.length == 1;
        if (!canonical || bytes.length == 1 && negative || (int) value != value) {
            return false;
        }
        int bits = value == (byte) value ? 0 : value == (short) value ? 1 : 2;
        octet(0xC0 | bits);
        for (int i = 0; i < 1 << bits; i++) {
            octet((int) (value >> (8 * i)));
        }
        return true;
    }

    private void room(int more) {
        if (buffer.length - length < more) {
            int wanted = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max((long) length + more, buffer.length * 2L));
            buffer = Arrays.copyOf(buffer, wanted);
        }
    }

    int buffered() {
        return length;
    }

    /** Hands out what was written since the last time. */
    byte[] take() {
        byte[] out = Arrays.copyOf(buffer, length);
        if (checksums) {
            crc = Crc64.update(crc, out, 0, length);
        }
        length = 0;
        if (buffer.length > 1 << 20) {
            buffer = new byte[4096];
        }
        return out;
    }
}
