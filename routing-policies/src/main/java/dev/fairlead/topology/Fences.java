package dev.fairlead.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * The replication ids that were superseded: no node that writes one of them is followed again, whatever its address. Immutable;
 * the newest {@value #CAPACITY}, oldest first.
 */
record Fences(List<ReplicationId> ids) {
    /** Promotions every second for four minutes; a master asleep for longer wakes up to Sentinels that have long settled. */
    static final int CAPACITY = 256;

    static final Fences NONE = new Fences(List.of());

    Fences {
        ids = List.copyOf(ids);
    }

    boolean contains(ReplicationId id) {
        return ids.contains(id);
    }

    Fences with(ReplicationId id) {
        List<ReplicationId> next = new ArrayList<>(ids);
        next.remove(id);
        next.add(id);
        return new Fences(next.size() > CAPACITY ? next.subList(1, next.size()) : next);
    }

    Fences without(ReplicationId id) {
        List<ReplicationId> next = new ArrayList<>(ids);
        next.remove(id);
        return new Fences(next);
    }
}
