package dev.fairlead.server.internal.keyspace;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * A hash. While it is small it is a flat array of fields and values in the order they came, which is the order a reader
 * sees (as in Redis); past the limits it is a hash table.
 */
public final class HashValue implements Value {
    private static final class Field extends ByteTable.Node {
        byte[] value;

        Field(byte[] key, byte[] value) {
            super(key);
            this.value = value;
        }
    }

    private final EncodingLimits limits;
    private byte[][] flat = new byte[8][];
    private int flatCount;
    private ByteTable<Field> table;
    private long bytes;

    public HashValue(EncodingLimits limits) {
        this.limits = limits;
    }

    public int size() {
        return table != null ? table.size() : flatCount;
    }

    /** The field's value itself, or null. */
    public byte[] get(byte[] field) {
        if (table != null) {
            Field f = table.find(field);
            return f == null ? null : f.value;
        }
        int at = search(field);
        return at < 0 ? null : flat[2 * at + 1];
    }

    private int search(byte[] field) {
        for (int i = 0; i < flatCount; i++) {
            if (Arrays.equals(flat[2 * i], field)) {
                return i;
            }
        }
        return -1;
    }

    /** @return whether the field is new */
    public boolean put(byte[] field, byte[] value) {
        if (table == null && (field.length > limits.hashValueBytes || value.length > limits.hashValueBytes)) {
            convert();
        }
        if (table != null) {
            Field f = table.find(field);
            if (f != null) {
                bytes += value.length - f.value.length;
                f.value = value;
                return false;
            }
            table.add(new Field(field, value));
            bytes += field.length + value.length;
            return true;
        }
        int at = search(field);
        if (at >= 0) {
            bytes += value.length - flat[2 * at + 1].length;
            flat[2 * at + 1] = value;
            convertIfLarge();
            return false;
        }
        if (2 * flatCount == flat.length) {
            flat = Arrays.copyOf(flat, flat.length << 1);
        }
        flat[2 * flatCount] = field;
        flat[2 * flatCount + 1] = value;
        flatCount++;
        bytes += field.length + value.length;
        convertIfLarge();
        return true;
    }

    private void convertIfLarge() {
        if (flatCount > limits.hashEntries) {
            convert();
        }
    }

    private void convert() {
        table = new ByteTable<>();
        for (int i = 0; i < flatCount; i++) {
            table.add(new Field(flat[2 * i], flat[2 * i + 1]));
        }
        flat = null;
        flatCount = 0;
    }

    /** @return whether the field was there */
    public boolean remove(byte[] field) {
        if (table != null) {
            Field f = table.remove(field);
            if (f != null) {
                bytes -= f.key.length + f.value.length;
            }
            return f != null;
        }
        int at = search(field);
        if (at < 0) {
            return false;
        }
        bytes -= flat[2 * at].length + flat[2 * at + 1].length;
        System.arraycopy(flat, 2 * at + 2, flat, 2 * at, 2 * (--flatCount - at));
        flat[2 * flatCount] = null;
        flat[2 * flatCount + 1] = null;
        return true;
    }

    public void forEach(BiConsumer<byte[], byte[]> sink) {
        if (table != null) {
            table.forEach(f -> sink.accept(f.key, f.value));
        } else {
            for (int i = 0; i < flatCount; i++) {
                sink.accept(flat[2 * i], flat[2 * i + 1]);
            }
        }
    }

    /** As {@link #forEach}, in parts. */
    public Visit visit(BiConsumer<byte[], byte[]> sink) {
        return table != null ? table.visit(f -> sink.accept(f.key, f.value)) : Visit.whole(() -> forEach(sink));
    }

    /** A field at random; null when empty. */
    public byte[] randomField(RandomGenerator random) {
        if (table != null) {
            Field f = table.random(random);
            return f == null ? null : f.key;
        }
        return flatCount == 0 ? null : flat[2 * random.nextInt(flatCount)];
    }

    /** One SCAN step; the flat form is handed out whole. @return the next cursor, 0 at the end */
    public long scan(long cursor, BiConsumer<byte[], byte[]> sink) {
        if (table == null) {
            forEach(sink);
            return 0;
        }
        return table.scan(cursor, f -> sink.accept(f.key, f.value));
    }

    @Override
    public String typeName() {
        return "hash";
    }

    @Override
    public String encoding() {
        return table != null ? "hashtable" : "listpack";
    }

    @Override
    public int elements() {
        return size();
    }

    @Override
    public Value copy() {
        HashValue copy = new HashValue(limits);
        if (table != null) {
            copy.convert();
            forEach(copy::put);
        } else {
            copy.flat = flat.clone();
            copy.flatCount = flatCount;
            copy.bytes = bytes;
        }
        return copy;
    }

    @Override
    public long memoryBytes() {
        if (table == null) {
            return 16 + 7 + bytes + 4L * flatCount;
        }
        return 16 + Memory.buckets(table.buckets()) + 24L * size() + bytes + 4L * size();
    }
}
