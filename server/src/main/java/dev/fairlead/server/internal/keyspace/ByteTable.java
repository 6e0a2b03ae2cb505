package dev.fairlead.server.internal.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A hash table over byte strings whose entries are its nodes, so that a key costs one object. It grows and shrinks a few
 * buckets at a time, never all at once, and its {@link #scan} gives the guarantee of SCAN: an element that is there from
 * the first call to the last is seen, however the table grows or shrinks in between. Confined to the command thread.
 *
 * @param <N> the node type
 */
public final class ByteTable<N extends ByteTable.Node> {
    /** What an element of the table extends: its key, the key's hash, and the next node of the bucket. */
    public static class Node {
        final byte[] key;
        final int hash;
        Node next;

        /** @param key belongs to the node from now on and is never changed */
        protected Node(byte[] key) {
            this.key = key;
            this.hash = hash(key);
        }

        /** The key itself, not a copy: readers must not change it. */
        public final byte[] key() {
            return key;
        }
    }

    private static final int MIN_BUCKETS = 4;
    private static final int MAX_BUCKETS = 1 << 30;
    /** Most that {@link #reserve} takes on the word of its caller: 64 MB of references. */
    private static final int MOST_RESERVED = 1 << 24;
    /** Shrinks below one element in 10 buckets, as Redis does: far enough from 1 that a table does not swing. */
    private static final int SHRINK_RATIO = 10;
    /** Empty buckets that one step may pass: bounds the work that a lookup does for the rehash. */
    private static final int EMPTY_BUCKETS_PER_STEP = 10;
    /** Random buckets tried before a linear walk: at a tenth full, 0.9^64 is about 0.1% that none hits. */
    private static final int RANDOM_TRIES = 64;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Differs from process to process, so that nobody can prepare keys that collide. */
    private static final long SEED = System.nanoTime() * 0x9E3779B97F4A7C15L ^ new Object().hashCode();

    private Node[] table = new Node[MIN_BUCKETS];
    /** The table that is being emptied into {@link #table}; null when no rehash is under way. */
    private Node[] old;

    private int moved;
    private int size;
    private int pauses;

    public ByteTable() {}

    static int hash(byte[] key) {
        long h = SEED ^ key.length * 0xC2B2AE3D27D4EB4FL;
        int i = 0;
        for (; i + 8 <= key.length; i += 8) {
            h = (h ^ (long) LONGS.get(key, i)) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 29;
        }
        long tail = 0;
        for (; i < key.length; i++) {
            tail = tail << 8 | key[i] & 0xff;
        }
        h = (h ^ tail) * 0xBF58476D1CE4E5B9L;
        h ^= h >>> 32;
        h *= 0x94D049BB133111EBL;
        return (int) (h >>> 32);
    }

    public int size() {
        return size;
    }

    /** Buckets in use now, both tables of a rehash counted; for the memory estimate. */
    public int buckets() {
        return table.length + (old == null ? 0 : old.length);
    }

    /** The node of this key, or null. */
    public N find(byte[] key) {
        if (old != null) {
            rehashStep();
        }
        int hash = hash(key);
        Node node = findIn(table, hash, key);
        if (node == null && old != null) {
            node = findIn(old, hash, key);
        }
        return cast(node);
    }

    private static Node findIn(Node[] buckets, int hash, byte[] key) {
        for (Node n = buckets[hash & buckets.length - 1]; n != null; n = n.next) {
            if (n.hash == hash && Arrays.equals(n.key, key)) {
                return n;
            }
        }
        return null;
    }

    /** Adds a node whose key is not in the table yet. */
    public void add(N node) {
        assert find(node.key) == null : "the key is in the table already";
        if (old != null) {
            rehashStep();
        } else if (size >= table.length && table.length < MAX_BUCKETS) {
            startRehash(table.length << 1);
        }
        Node[] t = table;
        int slot = node.hash & t.length - 1;
        ((Node) node).next = t[slot];
        t[slot] = node;
        size++;
    }

    /** Takes the node of this key out; null when there is none. */
    public N remove(byte[] key) {
        if (old != null) {
            rehashStep();
        }
        int hash = hash(key);
        Node node = removeFrom(table, hash, key);
        if (node == null && old != null) {
            node = removeFrom(old, hash, key);
        }
        if (node != null) {
            size--;
            if (old == null && table.length > MIN_BUCKETS && (long) size * SHRINK_RATIO < table.length) {
                startRehash(Math.max(MIN_BUCKETS, Integer.highestOneBit(Math.max(1, size)) << 1));
            }
        }
        return cast(node);
    }

    private static Node removeFrom(Node[] buckets, int hash, byte[] key) {
        int slot = hash & buckets.length - 1;
        Node before = null;
        for (Node n = buckets[slot]; n != null; before = n, n = n.next) {
            if (n.hash == hash && Arrays.equals(n.key, key)) {
                if (before == null) {
                    buckets[slot] = n.next;
                } else {
                    before.next = n.next;
                }
                n.next = null;
                return n;
            }
        }
        return null;
    }

    /** Sizes an empty table for so many elements, within {@link #MOST_RESERVED}. No effect on one that is not empty. */
    void reserve(int elements) {
        if (size == 0 && old == null && pauses == 0 && elements > table.length) {
            table = new Node[Integer.highestOneBit(Math.min(elements, MOST_RESERVED) - 1) << 1];
        }
    }

    private void startRehash(int buckets) {
        if (pauses > 0 || buckets == table.length) {
            return;
        }
        old = table;
        table = new Node[buckets];
        moved = 0;
    }

    private void rehashStep() {
        if (pauses > 0) {
            return;
        }
        int empty = EMPTY_BUCKETS_PER_STEP;
        while (moved < old.length && old[moved] == null && empty-- > 0) {
            moved++;
        }
        if (moved < old.length && old[moved] != null) {
            Node n = old[moved];
            old[moved++] = null;
            while (n != null) {
                Node next = n.next;
                int slot = n.hash & table.length - 1;
                n.next = table[slot];
                table[slot] = n;
                n = next;
            }
        }
        if (moved == old.length) {
            old = null;
        }
    }

    /** Moves a rehash on by up to this many buckets; called when there is nothing better to do. */
    public void rehash(int steps) {
        for (int i = 0; i < steps && old != null; i++) {
            rehashStep();
        }
    }

    /**
     * Hands out the elements of one position and returns the next cursor, 0 at the end.
     *
     * <p>The cursor counts with its bits reversed, so that the high bits of the bucket number move first: when the
     * table doubles, the two buckets that one bucket became are both behind or both ahead of the cursor. While two
     * tables exist a position covers one bucket of the smaller and all that it expands to in the larger.
     */
    public long scan(long cursor, Consumer<? super N> sink) {
        if (size == 0) {
            return 0;
        }
        pauses++;
        try {
            long v = cursor;
            if (old == null) {
                emit(table, v, sink);
                return advance(v, table.length - 1);
            }
            Node[] small = table.length <= old.length ? table : old;
            Node[] large = table.length <= old.length ? old : table;
            int smallMask = small.length - 1;
            int largeMask = large.length - 1;
            emit(small, v, sink);
            do {
                emit(large, v, sink);
                v = advance(v, largeMask);
            } while ((v & (smallMask ^ largeMask)) != 0);
            return v;
        } finally {
            pauses--;
        }
    }

    private static long advance(long cursor, int mask) {
        return Long.reverse(Long.reverse(cursor | ~(long) mask) + 1);
    }

    private void emit(Node[] buckets, long cursor, Consumer<? super N> sink) {
        Node n = buckets[(int) (cursor & buckets.length - 1)];
        while (n != null) {
            Node next = n.next;
            sink.accept(cast(n));
            n = next;
        }
    }

    /** Visits every element once. The visitor may remove the element it was given, and nothing else. */
    public void forEach(Consumer<? super N> sink) {
        pauses++;
        try {
            for (int i = 0; i < table.length; i++) {
                emit(table, i, sink);
            }
            if (old != null) {
                for (int i = moved; i < old.length; i++) {
                    emit(old, i, sink);
                }
            }
        } finally {
            pauses--;
        }
    }

    /** As {@link #forEach}, in parts. The table does not grow or shrink until the visit is over, and must not be changed. */
    Visit visit(Consumer<? super N> sink) {
        return new Parts(sink);
    }

    private final class Parts extends Visit {
        private final Consumer<? super N> sink;
        private int bucket;
        private Node next;
        private boolean open = true;

        Parts(Consumer<? super N> sink) {
            this.sink = sink;
            pauses++;
        }

        @Override
        public boolean step(int elements) {
            for (int left = elements;
                    open && left > 0;
                    left--) { // an empty bucket counts too: a sparse table takes time
                Node visited = next;
                if (visited != null) {
                    next = visited.next;
                    sink.accept(cast(visited));
                } else if (bucket < buckets()) {
                    next = bucket(bucket++);
                } else {
                    close();
                }
            }
            return !open;
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                pauses--;
            }
        }
    }

    /** An element at random, nearly evenly (a bucket, then one of its chain), or null when empty. */
    public N random(RandomGenerator random) {
        if (size == 0) {
            return null;
        }
        if (old != null) {
            rehashStep();
        }
        int buckets = buckets();
        for (int i = 0; i < RANDOM_TRIES; i++) {
            Node n = bucket(random.nextInt(buckets));
            if (n != null) {
                return pick(n, random);
            }
        }
        int from = random.nextInt(buckets);
        while (bucket(from) == null) {
            from = from + 1 == buckets ? 0 : from + 1;
        }
        return pick(bucket(from), random);
    }

    private Node bucket(int i) {
        return i < table.length ? table[i] : old[i - table.length];
    }

    private N pick(Node chain, RandomGenerator random) {
        Node chosen = chain;
        int seen = 1;
        for (Node n = chain.next; n != null; n = n.next) {
            if (random.nextInt(++seen) == 0) {
                chosen = n;
            }
        }
        return cast(chosen);
    }

    @SuppressWarnings("unchecked") // Only add() puts nodes in, and it takes N.
    private N cast(Node node) {
        return (N) node;
    }
}
