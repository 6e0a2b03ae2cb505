package dev.fairlead.server.internal.keyspace;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A set. Small sets of integers are a sorted array, iterated in order, as in Redis; others are a hash table. */
public final class SetValue implements Value {
    private static final class Member extends ByteTable.Node {
        Member(byte[] key) {
            super(key);
        }
    }

    private final EncodingLimits limits;
    private long[] integers = new long[4];
    private int integerCount;
    private ByteTable<Member> table;
    private long bytes;

    public SetValue(EncodingLimits limits) {
        this.limits = limits;
    }

    public int size() {
        return table != null ? table.size() : integerCount;
    }

    public boolean contains(byte[] member) {
        if (table != null) {
            return table.find(member) != null;
        }
        return Numbers.isLong(member) && search(Numbers.parse(member)) >= 0;
    }

    private int search(long value) {
        return Arrays.binarySearch(integers, 0, integerCount, value);
    }

    /** @return whether it was not there yet */
    public boolean add(byte[] member) {
        if (table == null) {
            if (Numbers.isLong(member)) {
                long value = Numbers.parse(member);
                int at = search(value);
                if (at >= 0) {
                    return false;
                }
                insert(-at - 1, value);
                if (integerCount > limits.setIntegers) {
                    convert();
                }
                return true;
            }
            convert();
        }
        if (table.find(member) != null) {
            return false;
        }
        table.add(new Member(member));
        bytes += member.length;
        return true;
    }

    private void insert(int at, long value) {
        if (integerCount == integers.length) {
            integers = Arrays.copyOf(integers, integers.length << 1);
        }
        System.arraycopy(integers, at, integers, at + 1, integerCount - at);
        integers[at] = value;
        integerCount++;
    }

    private void convert() {
        table = new ByteTable<>();
        for (int i = 0; i < integerCount; i++) {
            byte[] member = Numbers.toBytes(integers[i]);
            bytes += member.length;
            table.add(new Member(member));
        }
        integers = null;
        integerCount = 0;
    }

    /** @return whether it was there */
    public boolean remove(byte[] member) {
        if (table != null) {
            boolean removed = table.remove(member) != null;
            if (removed) {
                bytes -= member.length;
            }
            return removed;
        }
        int at = Numbers.isLong(member) ? search(Numbers.parse(member)) : -1;
        if (at < 0) {
            return false;
        }
        System.arraycopy(integers, at + 1, integers, at, --integerCount - at);
        return true;
    }

    /** A member at random, or null when empty. */
    public byte[] random(RandomGenerator random) {
        if (table != null) {
            Member member = table.random(random);
            return member == null ? null : member.key;
        }
        return integerCount == 0 ? null : Numbers.toBytes(integers[random.nextInt(integerCount)]);
    }

    /** Visits every member; integers of a small set in ascending order. */
    public void forEach(Consumer<byte[]> sink) {
        if (table != null) {
            table.forEach(member -> sink.accept(member.key));
        } else {
            for (int i = 0; i < integerCount; i++) {
                sink.accept(Numbers.toBytes(integers[i]));
            }
        }
    }

    /** As {@link #forEach}, in parts. */
    public Visit visit(Consumer<byte[]> sink) {
        return table != null ? table.visit(member -> sink.accept(member.key)) : Visit.whole(() -> forEach(sink));
    }

    /** One SCAN step; a sorted array is handed out whole. @return the next cursor, 0 at the end */
    public long scan(long cursor, Consumer<byte[]> sink) {
        if (table == null) {
            forEach(sink);
            return 0;
        }
        return table.scan(cursor, member -> sink.accept(member.key));
    }

    @Override
    public String typeName() {
        return "set";
    }

    @Override
    public String encoding() {
        return table != null ? "hashtable" : "intset";
    }

    @Override
    public int elements() {
        return size();
    }

    @Override
    public Value copy() {
        SetValue copy = new SetValue(limits);
        if (table != null) {
            copy.convert();
            forEach(copy::add);
        } else {
            copy.integers = integers.clone();
            copy.integerCount = integerCount;
        }
        return copy;
    }

    @Override
    public long memoryBytes() {
        if (table == null) {
            return 16 + 8 + 8L * integerCount;
        }
        return 16 + Memory.buckets(table.buckets()) + 24L * size() + bytes + 2L * size();
    }
}
