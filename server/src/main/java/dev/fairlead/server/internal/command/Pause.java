package dev.fairlead.server.internal.command;

import java.util.EnumMap;
import java.util.Map;

/** What CLIENT PAUSE, a shutdown and FAILOVER hold back, and until when. */
final class Pause {
    private static final long NONE = Long.MAX_VALUE;

    /** When each pause ends, wall clock. */
    private final Map<PauseReason, Long> ends = new EnumMap<>(PauseReason.class);

    private boolean allCommands;

    void begin(PauseReason reason, long untilMillis, boolean all) {
        ends.merge(reason, untilMillis, Math::max);
        allCommands |= all;
    }

    void end(PauseReason reason) {
        ends.remove(reason);
        allCommands &= reason != PauseReason.CLIENT; // no other stops more than writes
    }

    /** When the next one ends, wall clock; {@link Long#MAX_VALUE} when there is none. */
    long endMillis() {
        long first = NONE;
        for (long end : ends.values()) {
            first = Math.min(first, end);
        }
        return first;
    }

    /** A pause whose time is over; null when there is none. */
    PauseReason overdue(long nowMillis) {
        for (Map.Entry<PauseReason, Long> entry : ends.entrySet()) {
            if (nowMillis >= entry.getValue()) {
                return entry.getKey();
            }
        }
        return null;
    }

    boolean stopsWrites(long nowMillis) {
        for (long end : ends.values()) {
            if (nowMillis < end) {
                return true;
            }
        }
        return false;
    }

    /** Whether this client's command has to wait. The links of replication go on. */
    boolean holds(ClientSession session, CommandRegistry.Row row, long nowMillis) {
        if (ends.isEmpty() || !stopsWrites(nowMillis)) {
            return false;
        }
        ClientSession.Kind kind = session.kind();
        if (kind == ClientSession.Kind.MASTER || kind == ClientSession.Kind.REPLICA) {
            return false;
        }
        if (session.transaction.active && row.queued) {
            return allCommands;
        }
        return allCommands
                || row.replicates
                || row.isExec && session.transaction.queue.stream().anyMatch(q -> q.row().replicates);
    }
}
