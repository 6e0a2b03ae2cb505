package dev.fairlead.server.internal.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every connected client, by id, in the order they came. Confined to the command thread. */
public final class ClientRegistry {
    private final Map<Long, ClientSession> sessions = new LinkedHashMap<>();

    public ClientRegistry() {}

    void add(ClientSession session) {
        sessions.put(session.id(), session);
    }

    void remove(ClientSession session) {
        sessions.remove(session.id());
    }

    /** The client with this id, or null. */
    public ClientSession get(long id) {
        return sessions.get(id);
    }

    public int size() {
        return sessions.size();
    }

    public Collection<ClientSession> all() {
        return Collections.unmodifiableCollection(sessions.values());
    }

    /** A copy, for loops that may end connections. */
    List<ClientSession> snapshot() {
        return new ArrayList<>(sessions.values());
    }
}
