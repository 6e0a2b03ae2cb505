package dev.fairlead.server.internal.keyspace;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One numbered database: keys, values, expiry times. It does not look at the clock: an expired entry stays until somebody
 * removes it, since who may remove it (the master) and who may only look past it (a replica) is not decided here.
 * Confined to the command thread.
 *
 * <p>Whoever changes a value in place calls {@link #beforeChange} first; the methods here do it themselves. That is what
 * lets a {@link SnapshotWalk} write an entry out before it changes.
 */
public final class Database {
    private final Keyspace keyspace;
    ByteTable<Entry> table = new ByteTable<>();
    private ExpiryHeap expiring = new ExpiryHeap();

    Database(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    public int size() {
        return table.size();
    }

    /** How many keys have an expiry. */
    public int expiringKeys() {
        return expiring.size();
    }

    /** Mean remaining time of the keys that expire, in milliseconds. */
    public long meanTtlMillis(long nowMillis) {
        return expiring.meanTtl(nowMillis);
    }

    /** The entry, expired or not; null when there is none. */
    public Entry find(byte[] key) {
        return table.find(key);
    }

    /** To be called before the value of this entry is changed in place. */
    public void beforeChange(Entry entry) {
        SnapshotWalk walk = keyspace.walk;
        if (walk != null) {
            walk.beforeChange(entry, this);
        }
    }

    /** The entry gets another value or expiry, or goes; its present value stays as it is. */
    private void beforeReplacing(Entry entry) {
        SnapshotWalk walk = keyspace.walk;
        if (walk != null) {
            walk.beforeReplacing(entry, this);
        }
    }

    /** Stores a value under a key, new or not, without an expiry. {@code key} belongs to the database if it is new. */
    public Entry put(byte[] key, Value value) {
        Entry entry = table.find(key);
        if (entry == null) {
            entry = new Entry(key);
            entry.walkMark = keyspace.walkEpoch; // Came after the walk began, if there is one: not part of it.
            table.add(entry);
        } else {
            beforeReplacing(entry);
            dropExpiry(entry);
        }
        entry.value = value;
        return entry;
    }

    /** Replaces the value and leaves the expiry as it is. */
    public void replace(Entry entry, Value value) {
        beforeReplacing(entry);
        entry.value = value;
    }

    /** Removes a key. @return its entry, or null when there was none */
    public Entry remove(byte[] key) {
        if (keyspace.walk != null) {
            Entry entry = table.find(key);
            if (entry == null) {
                return null;
            }
            beforeReplacing(entry);
        }
        Entry entry = table.remove(key);
        if (entry != null && entry.hasExpiry()) {
            expiring.remove(entry);
        }
        return entry;
    }

    /** Sets the expiry. @param millis wall-clock milliseconds since 1970, not negative */
    public void expireAt(Entry entry, long millis) {
        beforeReplacing(entry);
        dropExpiry(entry);
        entry.expireAtMillis = millis;
        expiring.add(entry);
    }

    /** Takes the expiry away. @return whether there was one */
    public boolean persist(Entry entry) {
        if (!entry.hasExpiry()) {
            return false;
        }
        beforeReplacing(entry);
        dropExpiry(entry);
        return true;
    }

    private void dropExpiry(Entry entry) {
        if (entry.hasExpiry()) {
            expiring.remove(entry);
            entry.expireAtMillis = Entry.NO_EXPIRY;
        }
    }

    /** The entry that expires first, if its time has passed; else null. */
    public Entry nextExpired(long nowMillis) {
        Entry first = expiring.first();
        return first != null && first.isExpired(nowMillis) ? first : null;
    }

    /** A key at random, expired or not; null when empty. */
    public Entry random(RandomGenerator random) {
        return table.random(random);
    }

    /** One SCAN step, as {@link ByteTable#scan}. */
    public long scan(long cursor, Consumer<? super Entry> sink) {
        return table.scan(cursor, sink);
    }

    /** Visits every entry, expired ones too. The visitor must not change the database. */
    public void forEach(Consumer<? super Entry> sink) {
        table.forEach(sink);
    }

    /** Removes everything at once; a walk in progress keeps what it has not visited yet. @return how many keys there were */
    public int clear() {
        int size = table.size();
        table = new ByteTable<>();
        expiring = new ExpiryHeap();
        return size;
    }

    /** Makes room for so many keys that are about to be put into an empty database. No effect on one that is not empty. */
    public void reserve(int keys) {
        table.reserve(keys);
    }

    /** Moves a rehash on by up to this many buckets. */
    public void rehash(int steps) {
        table.rehash(steps);
    }

    void swap(Database other) {
        ByteTable<Entry> t = table;
        table = other.table;
        other.table = t;
        ExpiryHeap e = expiring;
        expiring = other.expiring;
        other.expiring = e;
    }
}
