package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Keyspace;
import dev.fairlead.server.internal.keyspace.ListValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a handler works with while its command runs: the client, the database, the time, the reply, and the effects. One
 * object is used again and again by the executor; handlers do not keep it. Confined to the command thread.
 *
 * <p>A handler that changes data looks keys up by {@link #write} or {@link #remove}, changes them, and says {@link #changed} for each
 * key. The call is then propagated as it came, unless it named its effects itself ({@link #propagateInstead}).
 */
public final class Call {
    private static final CommandException WRONG_TYPE =
            new CommandException("WRONGTYPE Operation against a key holding the wrong kind of value");

    private final CommandExecutor executor;
    ClientSession session;
    ReplyWriter out;
    Database db;
    int dbIndex;
    long nowMillis;
    CommandRegistry.Row row;
    boolean inTransaction;
    boolean failed;

    /** Changes made so far; a handler whose effects are not a count of keys may add to it. */
    long dirty;

    boolean rewritten;
    boolean forced;

    Call(CommandExecutor executor) {
        this.executor = executor;
    }

    void begin(ClientSession client, CommandRegistry.Row commandRow, long now) {
        session = client;
        out = client.out();
        dbIndex = client.database;
        db = executor.keyspace().database(dbIndex);
        nowMillis = now;
        row = commandRow;
        dirty = 0;
        rewritten = false;
        forced = false;
        failed = false;
    }

    public ClientSession session() {
        return session;
    }

    public ReplyWriter out() {
        return out;
    }

    /** The client's database. */
    public Database db() {
        return db;
    }

    public int dbIndex() {
        return dbIndex;
    }

    public Keyspace keyspace() {
        return executor.keyspace();
    }

    /** The executor that runs this call, for the services around it. */
    public CommandExecutor executor() {
        return executor;
    }

    /** Wall clock; the same for the whole command, and for a whole transaction. */
    public long nowMillis() {
        return nowMillis;
    }

    /** Whether EXEC runs it: blocking commands must not block then. */
    public boolean inTransaction() {
        return inTransaction;
    }

    /** Replies with an error and counts it. */
    public void error(String codeAndText) {
        failed = true;
        executor.stats().countError(codeAndText);
        // What a client sent may be quoted in it; a line break would end the reply early.
        out.error(codeAndText.replace('\r', ' ').replace('\n', ' '));
    }

    // --- keys ---

    /** The entry of a key for reading, or null. A key whose time has passed is missing, and a master removes it. */
    public Entry read(byte[] key) {
        Entry entry = peek(key);
        if (entry == null) {
            executor.stats().keyspaceMisses++;
        } else {
            executor.stats().keyspaceHits++;
            entry.touch(nowMillis);
        }
        return entry;
    }

    /** As {@link #read}, without leaving a trace in counters or idle times. */
    public Entry peek(byte[] key) {
        Entry entry = db.find(key);
        return entry != null && entry.isExpired(nowMillis) && executor.isMissing(this, db, dbIndex, entry)
                ? null
                : entry;
    }

    /** As {@link #peek} in another database. */
    public Entry peek(int database, byte[] key) {
        Database other = keyspace().database(database);
        Entry entry = other.find(key);
        return entry != null && entry.isExpired(nowMillis) && executor.isMissing(this, other, database, entry)
                ? null
                : entry;
    }

    /** The entry of a key whose value is about to be changed in place, or null. */
    public Entry write(byte[] key) {
        Entry entry = peek(key);
        if (entry != null) {
            db.beforeChange(entry);
            entry.touch(nowMillis);
        }
        return entry;
    }

    /** The value of a key for reading; null when missing. @throws CommandException WRONGTYPE */
    public <V extends Value> V read(byte[] key, Class<V> type) {
        return typed(read(key), type);
    }

    /** The value of a key about to be changed in place; null when missing. @throws CommandException WRONGTYPE */
    public <V extends Value> V write(byte[] key, Class<V> type) {
        return typed(write(key), type);
    }

    /** The entry's value as this type; null for a null entry. @throws CommandException WRONGTYPE */
    public static <V extends Value> V typed(Entry entry, Class<V> type) {
        if (entry == null) {
            return null;
        }
        if (!type.isInstance(entry.value())) {
            throw WRONG_TYPE;
        }
        return type.cast(entry.value());
    }

    /** Stores a value under a key, without an expiry, and wakes who waits for it. Does not count as a change yet. */
    public Entry put(byte[] key, Value value) {
        Entry entry = db.put(key, value);
        entry.touch(nowMillis);
        if (value instanceof ListValue || value instanceof SortedSetValue) {
            executor.blocking().signal(dbIndex, key);
        }
        return entry;
    }

    /** Removes a key; whether it was there. Does not count as a change yet. */
    public boolean remove(byte[] key) {
        return db.remove(key) != null;
    }

    /** Removes a key whose collection has become empty. */
    public void removeIfEmpty(byte[] key, Value value) {
        if (value.elements() == 0) {
            db.remove(key);
        }
    }

    /**
     * Ends a command that took elements out of a collection: the effects of it, one change for each, and the count as its reply.
     *
     * @param value the collection; may be null where nothing was removed
     */
    public void answerRemoved(byte[] key, Value value, long removed) {
        if (removed > 0) {
            removeIfEmpty(key, value);
            changed(key);
            addChanges(removed - 1);
        }
        out().integer(removed);
    }

    // --- effects ---

    /** A key of this database was changed: counts one change and spoils the transactions that watch it. */
    public void changed(byte[] key) {
        dirty++;
        executor.watched().touch(dbIndex, key);
    }

    /** Counts changes beyond those that {@link #changed} counted; propagates the call also without a changed key. */
    public void addChanges(long n) {
        dirty += n;
    }

    /** Propagates this in place of the call. May be called several times; all of it is applied as one. */
    public void propagateInstead(byte[]... argv) {
        rewritten = true;
        executor.alsoPropagate(dbIndex, argv);
    }

    /** As {@link #propagateInstead(byte[]...)}, for another database. */
    public void propagateInstead(int database, byte[]... argv) {
        rewritten = true;
        executor.alsoPropagate(database, argv);
    }

    /** Leaves this call out of the stream, whatever it changed. */
    public void propagateNothing() {
        rewritten = true;
    }

    /** Propagates the call as it came even if it changed nothing (PUBLISH, FLUSHALL). */
    public void forcePropagation() {
        forced = true;
    }

    // --- waiting ---

    /**
     * Blocks the client until one of the keys can serve it.
     *
     * @param timeoutMillis from now; 0 for ever
     * @param onTimeout writes the reply when the time is over
     */
    void blockOnKeys(List<byte[]> keys, long timeoutMillis, Blocking.Attempt attempt, Consumer<ReplyWriter> onTimeout) {
        List<DatabaseKey> waited = new ArrayList<>(keys.size());
        keys.forEach(key -> waited.add(new DatabaseKey(dbIndex, key)));
        executor.blocking().add(new Blocking.Wait(session, waited, attempt, deadline(timeoutMillis), onTimeout, null));
    }

    /**
     * Blocks the client until {@link CommandExecutor#unblock} or the timeout; for WAIT and its like.
     *
     * @param timeoutMillis from now; 0 for ever
     * @param onTimeout writes the reply when the time is over
     */
    public void block(long timeoutMillis, Consumer<ReplyWriter> onTimeout) {
        executor.blocking()
                .add(new Blocking.Wait(session, List.of(), (c, k) -> false, deadline(timeoutMillis), onTimeout, null));
    }

    private long deadline(long timeoutMillis) {
        return timeoutMillis == 0 ? Long.MAX_VALUE : nowMillis + timeoutMillis;
    }

    /** ASCII text as bytes, for propagated calls. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
