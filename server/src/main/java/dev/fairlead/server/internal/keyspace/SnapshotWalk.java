package dev.fairlead.server.internal.keyspace;

/**
 * A walk over all databases in slices that hands out every entry exactly once, as it was when the walk began, while
 * commands go on changing the data between slices. Nothing is copied: an entry that is about to change, or to go, is
 * handed out just before ({@link Database#beforeChange}); one that comes later is marked as seen. Confined to the command
 * thread.
 *
 * <p>So entries of several databases come interleaved; the sink is told the database with each. Databases keep the number
 * that they had when the walk began, whatever SWAPDB does meanwhile, and FLUSHALL leaves the walk what it has to visit.
 */
public final class SnapshotWalk {
    /** Gets the entries. */
    @FunctionalInterface
    public interface Sink {
        /**
         * One entry; to be written out before this returns, or at {@link #changes} at the latest.
         *
         * @param expireAtMillis or {@link Entry#NO_EXPIRY}
         */
        void entry(int database, byte[] key, Value value, long expireAtMillis);

        /** This value is about to change in place: what was handed out of it and not yet written is written now. */
        default void changes(Value value) {}
    }

    /** Table positions visited per entry asked for: bounds a slice over a sparse table. */
    private static final int POSITIONS_PER_ENTRY = 10;

    private final Keyspace keyspace;
    private final Sink sink;
    private final int epoch;
    private final ByteTable<Entry>[] tables;
    private final int[] sizes;
    private final int[] expiring;
    private int current;
    private long cursor;
    private int handed;

    SnapshotWalk(Keyspace keyspace, Sink sink) {
        this.keyspace = keyspace;
        this.sink = sink;
        this.epoch = keyspace.walkEpoch;
        int n = keyspace.databases();
        tables = newTables(n);
        sizes = new int[n];
        expiring = new int[n];
        for (int i = 0; i < n; i++) {
            tables[i] = keyspace.database(i).table;
            sizes[i] = keyspace.database(i).size();
            expiring[i] = keyspace.database(i).expiringKeys();
        }
    }

    @SuppressWarnings("unchecked") // Arrays have no type arguments.
    private static ByteTable<Entry>[] newTables(int n) {
        return (ByteTable<Entry>[]) new ByteTable<?>[n];
    }

    /** Keys that this database had when the walk began. */
    public int size(int database) {
        return sizes[database];
    }

    /** Keys with an expiry that this database had when the walk began. */
    public int expiringKeys(int database) {
        return expiring[database];
    }

    /**
     * Goes on by about this many entries (a bucket is never split).
     *
     * @return whether the walk is complete, which is said by a step that hands out nothing; the keyspace is free for the next one
     *     then
     */
    public boolean step(int maxEntries) {
        if (keyspace.walk != this) {
            throw new IllegalStateException("The walk is over");
        }
        handed = 0;
        long positions = (long) maxEntries * POSITIONS_PER_ENTRY;
        while (current < tables.length) {
            if (handed >= maxEntries || positions-- <= 0) {
                return false;
            }
            int database = current;
            cursor = tables[database].scan(cursor, entry -> hand(database, entry));
            if (cursor == 0) {
                tables[current++] = null;
            }
        }
        if (handed > 0) {
            return false;
        }
        keyspace.walk = null;
        return true;
    }

    /** Gives the walk up. Harmless when it is complete. */
    public void cancel() {
        if (keyspace.walk == this) {
            keyspace.walk = null;
        }
    }

    void beforeChange(Entry entry, Database database) {
        beforeReplacing(entry, database);
        sink.changes(entry.value); // whatever entry holds it by now: RENAME takes a value along
    }

    void beforeReplacing(Entry entry, Database database) {
        if (entry.walkMark == epoch) {
            return;
        }
        for (int i = current; i < tables.length; i++) {
            if (tables[i] == database.table) {
                hand(i, entry);
                return;
            }
        }
    }

    private void hand(int database, Entry entry) {
        if (entry.walkMark != epoch) {
            entry.walkMark = epoch;
            handed++;
            sink.entry(database, entry.key, entry.value, entry.expireAtMillis);
        }
    }
}
