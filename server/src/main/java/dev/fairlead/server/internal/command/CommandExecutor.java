package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Keyspace;
import java.util.function.Consumer;

/**
 * The way in for every command: looks it up, asks whether it may run now, queues or runs it, propagates its effects, and
 * serves the blocked clients that it made ready. Confined to the command thread.
 */
public final class CommandExecutor {
    private final Keyspace keyspace;
    private final ServerStats stats = new ServerStats();
    private final ClientRegistry clients = new ClientRegistry();
    private final InfoSections info = new InfoSections();
    private final WatchedKeys watched = new WatchedKeys();
    private final Blocking blocking = new Blocking();

    /** @param registry complete, or completed before the first command runs */
    public CommandExecutor(
            Keyspace keyspace,
            CommandRegistry registry,
            ServerControl control,
            Propagation propagation,
            ServerClock clock) {
        this.keyspace = keyspace;
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    public ServerStats stats() {
        return stats;
    }

    public ClientRegistry clients() {
        return clients;
    }

    public InfoSections info() {
        return info;
    }

    WatchedKeys watched() {
        return watched;
    }

    Blocking blocking() {
        return blocking;
    }

    /** A client has connected. */
    public void connected(ClientSession session) {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /** A client is gone, whoever closed: forgets its waits, watches and subscriptions. */
    public void disconnected(ClientSession session) {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /**
     * Runs one command of a client, from the look-up to the propagation. Not to be called while the session is blocked
     * ({@link ClientSession#isBlocked}) or closing; check both after each call.
     *
     * @param argv at least the name; belongs to the executor from now on, arrays included
     */
    public void execute(ClientSession session, byte[][] argv) {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /** Ends a wait that {@link Call#block} began: writes the reply, and resumes the client. No effect if it does not wait. */
    public void unblock(ClientSession session, Consumer<ReplyWriter> reply) {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /** Tells everyone who waits for keys {@code UNBLOCKED}: the server becomes a replica. */
    public void unblockAllOnKeys() {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /** What is due by the clock: timeouts of blocked clients, the end of a pause. Cheap; to be called at {@link #nextDeadlineMillis} and every 100 ms. */
    public void tick() {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /** Active expiry (on a master) and background rehash, bounded to about a millisecond; every 100 ms. */
    public void cron() {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /** When {@link #tick} next has something to do, wall clock; {@link Long#MAX_VALUE} when nothing is due. */
    public long nextDeadlineMillis() {
        return blocking.nextDeadlineMillis();
    }

    /** The content was exchanged (a full resync, a load): spoils transactions, and wakes who waits for keys that came. */
    public void contentReplaced() {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /**
     * Stops all commands, or all writes, until {@code untilMillis}; for FAILOVER. A pause in force is not shortened nor
     * weakened, as in CLIENT PAUSE.
     */
    public void pause(long untilMillis, boolean allCommands) {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /** Ends a pause. */
    public void unpause() {
        throw new UnsupportedOperationException("TODO(data)");
    }

    /** Whether writes are paused now: no expiry, no PING to replicas meanwhile. */
    public boolean areWritesPaused() {
        throw new UnsupportedOperationException("TODO(data)");
    }

    void alsoPropagate(int database, byte[][] argv) {
        throw new UnsupportedOperationException("TODO(data)");
    }

    boolean isMissing(Call call, Database db, int database, Entry expired) {
        throw new UnsupportedOperationException("TODO(data)");
    }
}
