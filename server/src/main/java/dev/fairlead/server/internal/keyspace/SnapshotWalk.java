package dev.fairlead.server.internal.keyspace;

import java.util.ArrayList;
import java.util.List;

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

    /**
     * Entries that are looked up at a time. Each lies somewhere else in memory, and so do its key and its value: looked up in one
     * loop the processor waits for all of them at once, not for one after the other, which is half of what a walk costs.
     */
    private static final int AHEAD = 32;
    /** Table positions visited per entry asked for: bounds a slice over a sparse table. */
    private static final int POSITIONS_PER_ENTRY = 10;

    private final Keyspace keyspace;
    private final Sink sink;
    private final int epoch;
    private final ByteTable<Entry>[] tables;
    private final int[] sizes;
    private final int[] expiring;
    /** Looked up and not handed out yet, from {@link #next} on; all of the table {@link #current}. */
    private final List<Entry> ahead = new ArrayList<>(AHEAD);

    private int next;
    private int current;
    private long cursor;
    /** Whether the cursor has come around. */
    private boolean tableEnds;

    private int handed;
    /** What was looked up, so that the lookups are for something. */
    private long warmed;

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
     * Goes on by this many entries, or fewer where the table is sparse.
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
            if (next < ahead.size()) {
                if (handed >= maxEntries) {
                    return false;
                }
                hand(current, ahead.get(next++)); // unless it was handed out meanwhile, since it changed
            } else if (tableEnds) {
                tableEnds = false;
                tables[current++] = null;
            } else if (positions > 0) {
                positions -= lookAhead();
            } else {
                return false;
            }
        }
        if (handed > 0) {
            return false;
        }
        keyspace.walk = null;
        return true;
    }

    /** @return how many positions of the table that took */
    private int lookAhead() {
        ahead.clear();
        next = 0;
        int positions = 0;
        while (ahead.size() < AHEAD && positions < AHEAD && !tableEnds) {
            cursor = tables[current].scan(cursor, ahead::add);
            tableEnds = cursor == 0;
            positions++;
        }
        for (int i = 0; i < ahead.size(); i++) {
            Entry entry = ahead.get(i);
            warmed += entry.key.length + entry.value.elements();
        }
        for (int i = 0; i < ahead.size(); i++) {
            warmed += ahead.get(i).value.warm();
        }
        return positions;
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
