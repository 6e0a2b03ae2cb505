package dev.fairlead.server.internal.command;

import dev.fairlead.command.CommandSpec;
import dev.fairlead.server.internal.command.CommandRegistry.Row;
import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Keyspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in for every command: looks it up, asks whether it may run now ({@link Gates}), queues or runs it, propagates its
 * effects, and serves the blocked clients that it made ready. Confined to the command thread.
 *
 * <p>One command is one unit of propagation: what it changed, expired keys that it removed on the way included, leaves as one
 * command or as one MULTI … EXEC. A served blocked client is a unit of its own, after the one that woke it.
 */
public final class CommandExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(CommandExecutor.class);

    /** Most commands that one MULTI may queue. */
    static final int MAX_QUEUED_COMMANDS = 1 << 20;
    /** Time that one run of active expiry may take: a quarter of the period of {@link #cron}, as Redis grants it. */
    private static final long EXPIRY_NANOS = 25_000_000;
    /** Keys removed between two looks at the clock. */
    private static final int EXPIRY_BATCH = 64;
    /** Buckets moved per database and run of {@link #cron}: about a millisecond of work. */
    private static final int REHASH_STEPS = 2_000;

    private static final byte[][] MULTI = {Call.ascii("MULTI")};
    private static final byte[][] EXEC = {Call.ascii("EXEC")};
    private static final byte[] DEL = Call.ascii("DEL");

    private record Effect(int database, byte[][] argv) {}

    private final Keyspace keyspace;
    private final CommandRegistry registry;
    private final ServerControl control;
    private final Propagation propagation;
    private final ServerClock clock;
    private final Gates gates;
    private final long startedMillis;
    private final ServerStats stats = new ServerStats();
    private final ClientRegistry clients = new ClientRegistry();
    private final InfoSections info = new InfoSections();
    private final WatchedKeys watched = new WatchedKeys();
    private final Blocking blocking = new Blocking();
    private final PubSub pubSub = new PubSub();
    private final SlowLog slowLog = new SlowLog();
    private final Pause pause = new Pause();
    private final HeldCommands held = new HeldCommands(this);
    private final List<Effect> effects = new ArrayList<>();
    private final Call call = new Call(this);
    private final Call served = new Call(this);
    private boolean activeExpiry = true;

    /** @param registry complete, or completed before the first command runs */
    public CommandExecutor(
            Keyspace keyspace,
            CommandRegistry registry,
            ServerControl control,
            Propagation propagation,
            ServerClock clock) {
        this.keyspace = keyspace;
        this.registry = registry;
        this.control = control;
        this.propagation = propagation;
        this.clock = clock;
        this.gates = new Gates(control);
        this.startedMillis = clock.nowMillis();
        InfoCommands.contribute(info, this);
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    public CommandRegistry registry() {
        return registry;
    }

    public ServerControl control() {
        return control;
    }

    public ServerClock clock() {
        return clock;
    }

    public ServerStats stats() {
        return stats;
    }

    public ClientRegistry clients() {
        return clients;
    }

    /** The sections of INFO, for other rooms to add to. */
    public InfoSections info() {
        return info;
    }

    WatchedKeys watched() {
        return watched;
    }

    Blocking blocking() {
        return blocking;
    }

    PubSub pubSub() {
        return pubSub;
    }

    SlowLog slowLog() {
        return slowLog;
    }

    long startedMillis() {
        return startedMillis;
    }

    void activeExpiry(boolean on) {
        activeExpiry = on;
    }

    /** A client has connected. It needs no AUTH when no password is set. */
    public void connected(ClientSession session) {
        if (stats.connectionsReceived++ == 0) {
            slowLog.configure(control.config()); // What the configuration file says.
        }
        clients.add(session);
        if (gates.password().isEmpty()) {
            session.authenticated = true;
        }
    }

    /** A client is gone, whoever closed: forgets its waits, watches and subscriptions. */
    public void disconnected(ClientSession session) {
        session.closing = true;
        clients.remove(session);
        if (session.wait != null) {
            blocking.remove(session.wait);
        }
        watched.unwatchAll(session);
        session.transaction.end();
        pubSub.removeAll(session);
    }

    /**
     * Runs one command of a client, from the look-up to the propagation. Not to be called while the session is blocked
     * ({@link ClientSession#isBlocked}) or closing; check both after each call.
     *
     * @param argv at least the name; belongs to the executor from now on, arrays included
     */
    public void execute(ClientSession session, byte[][] argv) {
        long now = clock.nowMillis();
        session.lastInteractionMillis = now;
        if (session.hold != null && held.holds(session, argv, now)) {
            return;
        }
        CommandSpec spec = registry.table().find(argv);
        Row row = spec == null ? null : registry.row(spec);
        String refusal =
                row == null || !spec.accepts(argv.length) ? lookupError(spec, argv) : gates.refusal(session, row);
        if (refusal != null) {
            refuse(session, row, refusal);
        } else if (pause.holds(session, row, now)) {
            blocking.add(new Blocking.Wait(session, List.of(), (c, k) -> false, Long.MAX_VALUE, out -> {}, argv));
            return;
        } else if (session.transaction.active && row.queued) {
            queue(session, row, argv);
        } else {
            call.inTransaction = false;
            int before = session.wantsOffsets ? session.connection().unsentReplyBytes() : 0;
            run(call, session, row, argv, now);
            flushEffects(session);
            if (session.wantsOffsets && (row.writes || row.isExec)) {
                tellOffset(session, before);
            }
        }
        nextReplyMode(session);
        if (blocking.hasReady()) {
            serveReady();
        }
    }

    /** Puts the offset that covers a write ahead of its reply, for a client that asked for that. */
    private void tellOffset(ClientSession session, int before) {
        String id = propagation.historyId();
        if (id != null && session.protocol >= 3) {
            session.connection().insertOffset(before, id, propagation.offset());
        }
    }

    /** The stream of our master was applied a little further. Not to be called while a command runs. */
    public void streamApplied() {
        held.applied();
    }

    /** Runs a command that was held back, and what its client sent after it. */
    void resume(Blocking.Wait wait, byte[][] argv) {
        blocking.remove(wait);
        execute(wait.session, argv);
        if (!wait.session.isBlocked()) {
            wait.session.connection().resume();
        }
    }

    private static void nextReplyMode(ClientSession session) {
        if (session.replyMode == ClientSession.ReplyMode.SKIP) {
            session.replyMode = ClientSession.ReplyMode.ON;
        }
        if (session.skipNext) {
            session.skipNext = false;
            session.replyMode = ClientSession.ReplyMode.SKIP;
        }
    }

    private String lookupError(CommandSpec spec, byte[][] argv) {
        String name = Args.quoted(argv[0]);
        if (spec == null || !isOfRedis7(spec) && !spec.name().contains("|")) {
            StringBuilder args = new StringBuilder();
            for (int i = 1; i < argv.length && args.length() < Args.MAX_QUOTED; i++) {
                String arg = Args.quoted(argv[i]);
                int room = Args.MAX_QUOTED - args.length();
                args.append('\'').append(arg, 0, Math.min(arg.length(), room)).append("' ");
            }
            return "ERR unknown command '" + name + "', with args beginning with: " + args;
        }
        if (argv.length > 1 && (spec.isContainer() && registry.row(spec) == null || !isOfRedis7(spec))) {
            return "ERR unknown subcommand '" + Args.quoted(argv[1]) + "'. Try " + name.toUpperCase(Locale.ROOT)
                    + " HELP.";
        }
        if (!spec.accepts(argv.length)) {
            return "ERR wrong number of arguments for '" + spec.name() + "' command";
        }
        return "ERR '" + spec.name() + "' is not supported by this server";
    }

    /** What later servers added is unknown here, unless there is a handler for it. */
    private boolean isOfRedis7(CommandSpec spec) {
        return registry.supports(spec)
                || !spec.since().startsWith("valkey") && spec.since().compareTo("7.1") < 0;
    }

    /** Answers without running; spoils the client's transaction, since EXEC must not run the rest of it. */
    private void refuse(ClientSession session, Row row, String error) {
        if (row != null) {
            row.rejected++;
        }
        String reply = error;
        if (row != null && row.isExec) {
            watched.unwatchAll(session);
            session.transaction.end();
            reply = "EXECABORT Transaction discarded because of: "
                    + (error.startsWith("ERR ") ? error.substring("ERR ".length()) : error);
        } else if (session.transaction.active) {
            session.transaction.refused = true;
        }
        call.begin(session, row, clock.nowMillis());
        call.error(reply);
    }

    private void queue(ClientSession session, Row row, byte[][] argv) {
        if (row.refusedInTransaction) {
            refuse(session, row, "ERR Command not allowed inside a transaction");
        } else if (session.transaction.queue.size() >= MAX_QUEUED_COMMANDS) {
            refuse(session, row, "ERR more than " + MAX_QUEUED_COMMANDS + " commands queued in one transaction");
        } else {
            session.transaction.queue.add(new Transaction.Queued(row, argv));
            session.out().simple("QUEUED");
        }
    }

    /** Runs one command; its effects are collected, not propagated yet. */
    void run(Call c, ClientSession session, Row row, byte[][] argv, long nowMillis) {
        c.begin(session, row, nowMillis);
        session.lastCommand = row.spec.name();
        long start = clock.nowNanos();
        try {
            row.handler.run(c, argv);
        } catch (CommandException e) {
            c.error(e.getMessage());
        } catch (RuntimeException e) {
            // A fault of ours must not take the server down; half a reply may be out, so this connection cannot go on.
            LOG.error("The handler of '{}' failed", row.spec.name(), e);
            c.error("ERR internal error in '" + row.spec.name() + "': " + e);
            close(session);
        }
        long nanos = clock.nowNanos() - start;
        row.calls++;
        row.nanos += nanos;
        if (c.failed) {
            row.failed++;
        }
        stats.commands++;
        slowLog.note(session, argv, nanos, nowMillis);
        keyspace.addChanges(c.dirty);
        if (!c.rewritten && (c.dirty > 0 || c.forced)) {
            alsoPropagate(c.dbIndex, argv);
        }
    }

    /** Runs what EXEC found queued, as one unit of propagation. */
    void runQueued(ClientSession session, List<Transaction.Queued> queue, long nowMillis) {
        Call inner = new Call(this);
        inner.inTransaction = true;
        for (Transaction.Queued queued : queue) {
            run(inner, session, queued.row(), queued.argv(), nowMillis);
        }
    }

    /** Closes a client's connection once its replies are out; nothing more of it is executed. */
    void close(ClientSession session) {
        session.closing = true;
        session.connection().closeAfterReplies();
    }

    void alsoPropagate(int database, byte[][] argv) {
        effects.add(new Effect(database, argv));
    }

    private void flushEffects(ClientSession session) {
        if (effects.isEmpty()) {
            return;
        }
        if (effects.size() == 1) {
            Effect only = effects.get(0);
            propagation.propagate(only.database, only.argv);
        } else {
            propagation.propagate(Propagation.NO_DATABASE, MULTI);
            for (Effect effect : effects) {
                propagation.propagate(effect.database, effect.argv);
            }
            propagation.propagate(Propagation.NO_DATABASE, EXEC);
        }
        effects.clear();
        if (session != null) {
            session.lastWriteOffset(propagation.offset());
        }
    }

    /**
     * Whether an expired entry is to be taken as missing. A master removes it and says so in the stream; a replica only looks
     * past it, and its master's commands still see it: the master alone decides when a key goes.
     */
    boolean isMissing(Call c, Database db, int database, Entry expired) {
        if (control.isReplica()) {
            return !c.session.isMasterLink();
        }
        if (!pause.stopsWrites(c.nowMillis)) {
            expire(db, database, expired);
        }
        return true;
    }

    private void expire(Database db, int database, Entry expired) {
        byte[] key = expired.key();
        db.remove(key);
        stats.expiredKeys++;
        watched.touch(database, key);
        alsoPropagate(database, new byte[][] {DEL, key});
    }

    // --- blocked clients ---

    private void serveReady() {
        // Ends: each round serves a waiting client, or wakes nobody.
        while (blocking.hasReady()) {
            for (DatabaseKey key : blocking.takeReady()) {
                for (Blocking.Wait wait : blocking.waitingFor(key)) {
                    if (wait.session.wait == wait) {
                        serve(wait, key);
                    }
                }
            }
        }
    }

    private void serve(Blocking.Wait wait, DatabaseKey key) {
        ClientSession session = wait.session;
        int selected = session.database;
        served.inTransaction = false;
        served.begin(session, null, clock.nowMillis());
        assert key.database() == selected : "a blocked client cannot select another database";
        boolean done;
        int before = session.wantsOffsets ? session.connection().unsentReplyBytes() : 0;
        try {
            done = wait.attempt.serve(served, key.key());
        } catch (CommandException e) {
            // E.g. the target of BLMOVE holds another type: the wait ends with that error.
            served.error(e.getMessage());
            done = true;
        }
        keyspace.addChanges(served.dirty);
        flushEffects(session);
        if (session.wantsOffsets && done) {
            tellOffset(session, before);
        }
        if (done) {
            release(wait);
        }
    }

    private void release(Blocking.Wait wait) {
        blocking.remove(wait);
        nextReplyMode(wait.session);
        wait.session.connection().resume();
    }

    /** Ends a wait that {@link Call#block} began: writes the reply, and resumes the client. No effect if it does not wait. */
    public void unblock(ClientSession session, Consumer<ReplyWriter> reply) {
        Blocking.Wait wait = session.wait;
        if (wait != null && wait.postponed == null) {
            reply.accept(session.out());
            release(wait);
        }
    }

    /** Ends a client's wait with an error. */
    void unblockWithError(ClientSession session, String error) {
        unblock(session, out -> {
            stats.countError(error);
            out.error(error);
        });
    }

    /** Ends a client's wait as its timeout would. */
    void timeOut(ClientSession session) {
        Blocking.Wait wait = session.wait;
        if (wait != null) {
            unblock(session, wait.onTimeout);
        }
    }

    /** Tells everyone who waits for keys {@code UNBLOCKED}: the server becomes a replica. */
    public void unblockAllOnKeys() {
        for (Blocking.Wait wait : blocking.waitingForKeys()) {
            unblockWithError(
                    wait.session,
                    "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)");
        }
    }

    // --- time ---

    /** What is due by the clock: timeouts of blocked clients, the end of a pause. Cheap; to be called at {@link #nextDeadlineMillis} and every 100 ms. */
    public void tick() {
        long now = clock.nowMillis();
        for (Blocking.Wait wait = blocking.nextOverdue(now); wait != null; wait = blocking.nextOverdue(now)) {
            timeOut(wait.session);
        }
        for (PauseReason over = pause.overdue(now); over != null; over = pause.overdue(now)) {
            unpause(over);
        }
    }

    /** When {@link #tick} next has something to do, wall clock; {@link Long#MAX_VALUE} when nothing is due. */
    public long nextDeadlineMillis() {
        return Math.min(blocking.nextDeadlineMillis(), pause.endMillis());
    }

    /** Active expiry (on a master) and background rehash, bounded to some milliseconds; to be called every 100 ms. */
    public void cron() {
        long now = clock.nowMillis();
        long start = clock.nowNanos();
        for (int i = 0; i < keyspace.databases(); i++) {
            Database db = keyspace.database(i);
            db.rehash(REHASH_STEPS);
            if (activeExpiry && !control.isReplica() && !pause.stopsWrites(now)) {
                expireOverdue(db, i, now, start);
            }
        }
    }

    private void expireOverdue(Database db, int database, long now, long start) {
        int untilLook = EXPIRY_BATCH;
        for (Entry e = db.nextExpired(now); e != null; e = db.nextExpired(now)) {
            expire(db, database, e);
            flushEffects(null); // Each on its own: no need for one big transaction.
            if (--untilLook == 0) {
                if (clock.nowNanos() - start > EXPIRY_NANOS) {
                    return;
                }
                untilLook = EXPIRY_BATCH;
            }
        }
    }

    /** The content was exchanged (a full resync, a load): spoils all transactions that watch keys, and wakes who waits for keys. */
    public void contentReplaced() {
        for (ClientSession session : clients.all()) {
            if (!session.transaction.watched.isEmpty()) {
                session.transaction.spoiled = true;
            }
        }
        for (int i = 0; i < keyspace.databases(); i++) {
            blocking.signalAll(i);
        }
        serveReady();
    }

    /** Stops all commands, or all writes, until {@code untilMillis}. A pause in force is neither shortened nor weakened. */
    public void pause(PauseReason reason, long untilMillis, boolean allCommands) {
        pause.begin(reason, untilMillis, allCommands);
    }

    /** Ends a pause and runs what it held back and no other pause does. */
    public void unpause(PauseReason reason) {
        pause.end(reason);
        for (Blocking.Wait wait : blocking.paused()) {
            resume(wait, wait.postponed);
        }
    }

    /** Whether writes are paused now: no expiry, no PING to replicas meanwhile. */
    public boolean areWritesPaused() {
        return pause.stopsWrites(clock.nowMillis());
    }
}
