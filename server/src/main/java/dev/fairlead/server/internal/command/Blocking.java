package dev.fairlead.server.internal.command;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The clients that wait: for keys, for replicas (WAIT), for the end of a pause. Those who wait for one key are served in
 * the order they came. Confined to the command thread.
 */
final class Blocking {
    /** Tries to serve a client from a key that has got something; whoever was served is not blocked any more. */
    @FunctionalInterface
    interface Attempt {
        /** @return whether a reply was written */
        boolean serve(Call call, byte[] key);
    }

    /** One blocked client. */
    static final class Wait {
        final ClientSession session;
        final List<DatabaseKey> keys;
        final Attempt attempt;
        /** Wall clock; {@link Long#MAX_VALUE} for ever. */
        final long deadlineMillis;
        /** What it is told when the time is over, or CLIENT UNBLOCK says so. */
        final Consumer<ReplyWriter> onTimeout;
        /** The call of a paused client, to be run at the end of the pause; else null. */
        final byte[][] postponed;

        Wait(
                ClientSession session,
                List<DatabaseKey> keys,
                Attempt attempt,
                long deadlineMillis,
                Consumer<ReplyWriter> onTimeout,
                byte[][] postponed) {
            this.session = session;
            this.keys = keys;
            this.attempt = attempt;
            this.deadlineMillis = deadlineMillis;
            this.onTimeout = onTimeout;
            this.postponed = postponed;
        }
    }

    private final Map<DatabaseKey, Set<Wait>> byKey = new HashMap<>();
    private final PriorityQueue<Wait> byDeadline =
            new PriorityQueue<>((a, b) -> Long.compare(a.deadlineMillis, b.deadlineMillis));
    private final Set<Wait> paused = new LinkedHashSet<>();
    private final Set<DatabaseKey> ready = new LinkedHashSet<>();
    private int blocked;

    /** Blocked clients, paused ones included. */
    int count() {
        return blocked;
    }

    void add(Wait wait) {
        assert wait.session.wait == null;
        wait.session.wait = wait;
        blocked++;
        wait.keys.forEach(
                k -> byKey.computeIfAbsent(k, x -> new LinkedHashSet<>()).add(wait));
        if (wait.deadlineMillis != Long.MAX_VALUE) {
            byDeadline.add(wait);
        }
        if (wait.postponed != null) {
            paused.add(wait);
        }
    }

    void remove(Wait wait) {
        if (wait.session.wait != wait) {
            return;
        }
        wait.session.wait = null;
        blocked--;
        for (DatabaseKey key : wait.keys) {
            Set<Wait> waits = byKey.get(key);
            if (waits != null && waits.remove(wait) && waits.isEmpty()) {
                byKey.remove(key);
            }
        }
        if (wait.deadlineMillis != Long.MAX_VALUE) {
            byDeadline.remove(wait);
        }
        paused.remove(wait);
    }

    /** A key has got something to give, perhaps. */
    void signal(int database, byte[] key) {
        if (!byKey.isEmpty()) {
            DatabaseKey dk = new DatabaseKey(database, key);
            if (byKey.containsKey(dk)) {
                ready.add(dk);
            }
        }
    }

    /** Every key that somebody waits for in this database may have got something: its content was exchanged. */
    void signalAll(int database) {
        for (DatabaseKey key : byKey.keySet()) {
            if (key.database() == database) {
                ready.add(key);
            }
        }
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** The keys signalled since the last call, in that order. */
    List<DatabaseKey> takeReady() {
        List<DatabaseKey> keys = new ArrayList<>(ready);
        ready.clear();
        return keys;
    }

    /** Who waits for this key, the longest first. */
    ArrayDeque<Wait> waitingFor(DatabaseKey key) {
        return new ArrayDeque<>(byKey.getOrDefault(key, Set.of()));
    }

    /** Who waits for keys, and so is told UNBLOCKED when the server becomes a replica. */
    List<Wait> waitingForKeys() {
        Set<Wait> waits = new LinkedHashSet<>();
        byKey.values().forEach(waits::addAll);
        return new ArrayList<>(waits);
    }

    List<Wait> paused() {
        return new ArrayList<>(paused);
    }

    /** The next wait whose time is over, or null. */
    Wait nextOverdue(long nowMillis) {
        Wait first = byDeadline.peek();
        return first != null && first.deadlineMillis <= nowMillis ? first : null;
    }

    /** When the next wait ends, wall clock; {@link Long#MAX_VALUE} when none will. */
    long nextDeadlineMillis() {
        Wait first = byDeadline.peek();
        return first == null ? Long.MAX_VALUE : first.deadlineMillis;
    }
}
