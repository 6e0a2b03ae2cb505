package dev.fairlead.server.internal.keyspace;

/** All databases of one server. Confined to the command thread. */
public final class Keyspace {
    /** As many as Redis has by default. */
    public static final int DEFAULT_DATABASES = 16;

    private final Database[] databases;
    private final EncodingLimits limits;
    SnapshotWalk walk;
    int walkEpoch;
    private long changes;

    public Keyspace() {
        this(DEFAULT_DATABASES, new EncodingLimits());
    }

    /** @param databases how many, at least 1 */
    public Keyspace(int databases, EncodingLimits limits) {
        if (databases < 1) {
            throw new IllegalArgumentException("A server has at least 1 database, not " + databases);
        }
        this.limits = limits;
        this.databases = new Database[databases];
        for (int i = 0; i < databases; i++) {
            this.databases[i] = new Database(this);
        }
    }

    public int databases() {
        return databases.length;
    }

    /** What collections that will live here are made with. */
    public EncodingLimits limits() {
        return limits;
    }

    /** @param index 0 to {@link #databases()} - 1 */
    public Database database(int index) {
        return databases[index];
    }

    /** Exchanges the content of two databases. */
    public void swap(int a, int b) {
        databases[a].swap(databases[b]);
    }

    /** Removes everything. @return how many keys there were */
    public long clear() {
        long removed = 0;
        for (Database database : databases) {
            removed += database.clear();
        }
        return removed;
    }

    /**
     * Takes over the content of a keyspace that was loaded beside this one, which is empty afterwards. Both must have the
     * same number of databases.
     */
    public void takeOver(Keyspace loaded) {
        if (loaded.databases.length != databases.length) {
            throw new IllegalArgumentException(
                    "Loaded " + loaded.databases.length + " databases, this server has " + databases.length);
        }
        for (int i = 0; i < databases.length; i++) {
            databases[i].clear();
            databases[i].swap(loaded.databases[i]);
            // What a walk may meet here came after it began.
            int epoch = walkEpoch;
            databases[i].forEach(entry -> entry.walkMark = epoch);
        }
    }

    /** Keys in all databases. */
    public long size() {
        long size = 0;
        for (Database database : databases) {
            size += database.size();
        }
        return size;
    }

    /** Changes since the last {@link #changesSaved}: what INFO calls rdb_changes_since_last_save. */
    public long changes() {
        return changes;
    }

    /** Counts changes; called by the command room once per command. */
    public void addChanges(long n) {
        changes += n;
    }

    /** Takes off the changes that a finished save covers: those counted when it began. */
    public void changesSaved(long covered) {
        changes = Math.max(0, changes - covered);
    }

    /**
     * Begins a walk over everything that is here now.
     *
     * @param sink gets each entry once, as it is at this moment
     * @throws IllegalStateException if a walk is in progress: one at a time, as Redis has one child at a time
     */
    public SnapshotWalk startWalk(SnapshotWalk.Sink sink) {
        if (walk != null) {
            throw new IllegalStateException("A snapshot walk is in progress");
        }
        walkEpoch++;
        walk = new SnapshotWalk(this, sink);
        return walk;
    }

    /** Whether a walk is in progress. */
    public boolean isWalking() {
        return walk != null;
    }
}
