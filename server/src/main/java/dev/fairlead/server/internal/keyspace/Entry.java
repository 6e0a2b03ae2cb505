package dev.fairlead.server.internal.keyspace;

/** One key of a database with its value and, where it has one, the time it expires. Changed through {@link Database} only. */
public final class Entry extends ByteTable.Node {
    /** The expiry of a key that has none. */
    public static final long NO_EXPIRY = -1;

    Value value;
    long expireAtMillis = NO_EXPIRY;
    /** Place in the heap of expiring entries; meaningful only while there is an expiry. */
    int heapIndex;
    /** The last snapshot walk that has this entry behind it. */
    int walkMark;

    int accessedSeconds;

    Entry(byte[] key) {
        super(key);
    }

    public Value value() {
        return value;
    }

    /** Wall-clock milliseconds since 1970 at which the key expires, or {@link #NO_EXPIRY}. */
    public long expireAtMillis() {
        return expireAtMillis;
    }

    public boolean hasExpiry() {
        return expireAtMillis != NO_EXPIRY;
    }

    /** Whether its time has passed: readers take it as missing, whether or not it was removed yet. */
    public boolean isExpired(long nowMillis) {
        return expireAtMillis != NO_EXPIRY && nowMillis > expireAtMillis;
    }

    /** Notes a use, for OBJECT IDLETIME. */
    public void touch(long nowMillis) {
        accessedSeconds = (int) (nowMillis / 1000);
    }

    public long idleSeconds(long nowMillis) {
        return Math.max(0, nowMillis / 1000 - accessedSeconds);
    }

    /** Accounted bytes of key and value, the place in the table included; an estimate. */
    public long memoryBytes() {
        return 24 + 8 + Memory.string(key.length) + value.memoryBytes() + (hasExpiry() ? 24 : 0);
    }
}
