package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.Entry;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who watches which key: a change of it spoils their transactions. Confined to the command thread. */
final class WatchedKeys {
    private final Map<DatabaseKey, Set<ClientSession>> watchers = new HashMap<>();

    void watch(ClientSession session, byte[] key, boolean expired) {
        DatabaseKey dk = new DatabaseKey(session.database, key);
        if (watchers.computeIfAbsent(dk, k -> new LinkedHashSet<>()).add(session)) {
            session.transaction.watched.add(new Transaction.Watched(dk, expired));
        }
    }

    void unwatchAll(ClientSession session) {
        for (Transaction.Watched watched : session.transaction.watched) {
            Set<ClientSession> sessions = watchers.get(watched.key());
            sessions.remove(session);
            if (sessions.isEmpty()) {
                watchers.remove(watched.key());
            }
        }
        session.transaction.watched.clear();
    }

    /** A key changed. Costs nothing while nobody watches anything. */
    void touch(int database, byte[] key) {
        if (watchers.isEmpty()) {
            return;
        }
        Set<ClientSession> sessions = watchers.get(new DatabaseKey(database, key));
        if (sessions != null) {
            sessions.forEach(s -> s.transaction.spoiled = true);
        }
    }

    /**
     * A database is about to lose all its keys, or to be exchanged for another one: spoils whoever watches a key that is
     * there now or comes with the other.
     */
    void touchAll(int database, Database now, Database replacement) {
        watchers.forEach((dk, sessions) -> {
            if (dk.database() == database
                    && (now.find(dk.key()) != null || replacement != null && replacement.find(dk.key()) != null)) {
                sessions.forEach(s -> s.transaction.spoiled = true);
            }
        });
    }

    /** Whether a key that this client watches was alive at WATCH and has expired since. */
    boolean anyExpired(ClientSession session, CommandExecutor executor, long nowMillis) {
        for (Transaction.Watched watched : session.transaction.watched) {
            Entry entry = executor.keyspace()
                    .database(watched.key().database())
                    .find(watched.key().key());
            if (!watched.expired() && entry != null && entry.isExpired(nowMillis)) {
                return true;
            }
        }
        return false;
    }
}
