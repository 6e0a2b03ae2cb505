package dev.fairlead.server.internal.keyspace;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A sorted set: a hash table by member and a skip list by (score, member bytes), whose links know how many elements they
 * pass, so that a rank costs O(log n) both ways. Nodes are handed out as {@link Scored}; a node stays valid until its
 * element is removed or its score changes.
 */
public final class SortedSetValue implements Value {
    /** One element, and its links in the order of scores. */
    public static final class Scored extends ByteTable.Node {
        double score;
        Scored backward;
        final Scored[] forward;
        final int[] span;

        Scored(byte[] member, double score, int levels) {
            super(member);
            this.score = score;
            forward = new Scored[levels];
            span = new int[levels];
        }

        public double score() {
            return score;
        }

        /** The next element upwards, or null. */
        public Scored next() {
            return forward[0];
        }

        /** The next element downwards, or null. */
        public Scored previous() {
            return backward;
        }
    }

    /** 32 levels at one in 4 are enough for 2^64 elements. */
    private static final int MAX_LEVELS = 32;

    private static final byte[] NONE = {};

    private final EncodingLimits limits;
    private final ByteTable<Scored> table = new ByteTable<>();
    private final Scored head = new Scored(NONE, 0, MAX_LEVELS);
    private Scored tail;
    private int levels = 1;
    private boolean flat = true;
    private long bytes;
    /** Decides the levels of new nodes. Shape only: no reply depends on it. */
    private long levelBits = 0x9E3779B97F4A7C15L;

    private final Scored[] update = new Scored[MAX_LEVELS];
    private final int[] rank = new int[MAX_LEVELS];

    public SortedSetValue(EncodingLimits limits) {
        this.limits = limits;
    }

    /** An empty one in the large form, whatever it will hold: as a real server computes unions and the like in. */
    public static SortedSetValue large(EncodingLimits limits) {
        SortedSetValue set = new SortedSetValue(limits);
        set.enlarge();
        return set;
    }

    /** Goes over to the large form for good, as a real server does when it sorts. */
    public void enlarge() {
        flat = false;
    }

    /** This set, in the small form if it fits. */
    public SortedSetValue shrunk() {
        if (size() > limits.sortedSetEntries) {
            return this;
        }
        SortedSetValue small = new SortedSetValue(limits);
        forEach(small::put);
        return small.flat ? small : this;
    }

    public int size() {
        return table.size();
    }

    /** The element with this member, or null. */
    public Scored find(byte[] member) {
        return table.find(member);
    }

    /**
     * Adds the member or moves it to this score.
     *
     * @param given the score, any number but NaN
     * @return whether the member is new
     */
    public boolean put(byte[] member, double given) {
        Scored present = table.find(member);
        flat &= present != null
                || table.size() < limits.sortedSetEntries && member.length <= limits.sortedSetValueBytes;
        // The small form of a real server keeps whole numbers as integers, which have no -0.
        double score = flat && given == 0 ? 0 : given;
        if (present != null) {
            if (present.score != score) {
                move(present, score);
            }
            return false;
        }
        Scored node = new Scored(member, score, randomLevels());
        table.add(node);
        link(node);
        bytes += member.length;
        return true;
    }

    /** Gives the element another score; it keeps its node, and its place where the neighbours allow it. */
    private void move(Scored node, double score) {
        boolean staysAbove = node.backward == null || before(node.backward, score, node.key);
        boolean staysBelow = node.forward[0] == null || !before(node.forward[0], score, node.key);
        if (staysAbove && staysBelow) {
            node.score = score;
        } else {
            unlink(node);
            node.score = score;
            link(node);
        }
    }

    /** @return whether the member was there */
    public boolean remove(byte[] member) {
        Scored node = table.remove(member);
        if (node == null) {
            return false;
        }
        unlink(node);
        bytes -= member.length;
        return true;
    }

    private int randomLevels() {
        levelBits ^= levelBits << 13;
        levelBits ^= levelBits >>> 7;
        levelBits ^= levelBits << 17;
        // Two bits a level: one in 4 goes one higher.
        return Math.min(MAX_LEVELS, 1 + Long.numberOfTrailingZeros(levelBits | 1L << 62) / 2);
    }

    private static boolean before(Scored node, double score, byte[] member) {
        return node.score < score || node.score == score && Arrays.compareUnsigned(node.key, member) < 0;
    }

    private void link(Scored node) {
        Scored x = head;
        for (int i = levels - 1; i >= 0; i--) {
            rank[i] = i == levels - 1 ? 0 : rank[i + 1];
            while (x.forward[i] != null && before(x.forward[i], node.score, node.key)) {
                rank[i] += x.span[i];
                x = x.forward[i];
            }
            update[i] = x;
        }
        int height = node.forward.length;
        for (; levels < height; levels++) {
            rank[levels] = 0;
            update[levels] = head;
            head.span[levels] = table.size() - 1;
        }
        for (int i = 0; i < height; i++) {
            node.forward[i] = update[i].forward[i];
            update[i].forward[i] = node;
            node.span[i] = update[i].span[i] - (rank[0] - rank[i]);
            update[i].span[i] = rank[0] - rank[i] + 1;
        }
        for (int i = height; i < levels; i++) {
            update[i].span[i]++;
        }
        node.backward = update[0] == head ? null : update[0];
        if (node.forward[0] != null) {
            node.forward[0].backward = node;
        } else {
            tail = node;
        }
    }

    private void unlink(Scored node) {
        Scored x = head;
        for (int i = levels - 1; i >= 0; i--) {
            while (x.forward[i] != null && before(x.forward[i], node.score, node.key)) {
                x = x.forward[i];
            }
            if (x.forward.length > i && x.forward[i] == node) {
                x.span[i] += node.span[i] - 1;
                x.forward[i] = node.forward[i];
            } else {
                x.span[i]--;
            }
        }
        if (node.forward[0] != null) {
            node.forward[0].backward = node.backward;
        } else {
            tail = node.backward;
        }
        while (levels > 1 && head.forward[levels - 1] == null) {
            levels--;
        }
    }

    /** The element of the least (score, member), or null when empty. */
    public Scored first() {
        return head.forward[0];
    }

    /** The element of the greatest (score, member), or null when empty. */
    public Scored last() {
        return tail;
    }

    /** The element with {@code rank} elements below it; null when there are not as many. */
    public Scored atRank(int rank) {
        if (rank < 0 || rank >= size()) {
            return null;
        }
        int left = rank + 1;
        Scored x = head;
        for (int i = levels - 1; i >= 0; i--) {
            while (x.forward[i] != null && x.span[i] <= left) {
                left -= x.span[i];
                x = x.forward[i];
            }
            if (left == 0) {
                return x;
            }
        }
        return null;
    }

    /** How many elements are below this one. */
    public int rankOf(Scored node) {
        int passed = 0;
        Scored x = head;
        for (int i = levels - 1; i >= 0; i--) {
            while (x.forward[i] != null && before(x.forward[i], node.score, node.key)) {
                passed += x.span[i];
                x = x.forward[i];
            }
        }
        return passed;
    }

    /** The first element with a score of at least {@code min}, or above it when {@code exclusive}; null when none. */
    public Scored firstFromScore(double min, boolean exclusive) {
        Scored x = head;
        for (int i = levels - 1; i >= 0; i--) {
            while (x.forward[i] != null && (exclusive ? x.forward[i].score <= min : x.forward[i].score < min)) {
                x = x.forward[i];
            }
        }
        return x.forward[0];
    }

    /** The last element with a score of at most {@code max}, or below it when {@code exclusive}; null when none. */
    public Scored lastToScore(double max, boolean exclusive) {
        Scored x = head;
        for (int i = levels - 1; i >= 0; i--) {
            while (x.forward[i] != null && (exclusive ? x.forward[i].score < max : x.forward[i].score <= max)) {
                x = x.forward[i];
            }
        }
        return x == head ? null : x;
    }

    /** As {@link #firstFromScore}, by member; meaningful when all scores are equal. */
    public Scored firstFromMember(byte[] min, boolean exclusive) {
        Scored x = head;
        for (int i = levels - 1; i >= 0; i--) {
            while (x.forward[i] != null && Arrays.compareUnsigned(x.forward[i].key, min) < (exclusive ? 1 : 0)) {
                x = x.forward[i];
            }
        }
        return x.forward[0];
    }

    /** As {@link #lastToScore}, by member; meaningful when all scores are equal. */
    public Scored lastToMember(byte[] max, boolean exclusive) {
        Scored x = head;
        for (int i = levels - 1; i >= 0; i--) {
            while (x.forward[i] != null && Arrays.compareUnsigned(x.forward[i].key, max) < (exclusive ? 0 : 1)) {
                x = x.forward[i];
            }
        }
        return x == head ? null : x;
    }

    /** Takes {@code (member, score)} pairs. */
    @FunctionalInterface
    public interface Sink {
        void accept(byte[] member, double score);
    }

    /** Visits every element, from the least. */
    public void forEach(Sink sink) {
        for (Scored x = first(); x != null; x = x.next()) {
            sink.accept(x.key, x.score);
        }
    }

    /** As {@link #forEach}, in parts. */
    public Visit visit(Sink sink) {
        return new Visit() {
            private Scored next = first();

            @Override
            public boolean step(int elements) {
                for (int left = elements; left > 0 && next != null; left--) {
                    sink.accept(next.key, next.score);
                    next = next.next();
                }
                return next == null;
            }
        };
    }

    /** An element at random; the set must not be empty. */
    public Scored random(RandomGenerator random) {
        return atRank(random.nextInt(size()));
    }

    /** One SCAN step; a small set is handed out whole and in order. @return the next cursor, 0 at the end */
    public long scan(long cursor, Sink sink) {
        if (flat) {
            forEach(sink);
            return 0;
        }
        return table.scan(cursor, x -> sink.accept(x.key, x.score));
    }

    @Override
    public String typeName() {
        return "zset";
    }

    @Override
    public String encoding() {
        return flat ? "listpack" : "skiplist";
    }

    @Override
    public int elements() {
        return size();
    }

    @Override
    public Value copy() {
        SortedSetValue copy = new SortedSetValue(limits);
        copy.flat = flat;
        forEach(copy::put);
        copy.flat = flat; // whatever the limits are by now
        return copy;
    }

    @Override
    public long memoryBytes() {
        if (flat) {
            return 16 + 7 + bytes + 13L * size();
        }
        return 16 + Memory.buckets(table.buckets()) + 72L * size() + bytes;
    }
}
