package dev.fairlead.server.internal.command;

/** What CLIENT PAUSE and FAILOVER hold back, and until when. */
final class Pause {
    private static final long NONE = Long.MAX_VALUE;

    private long untilMillis = NONE;
    private boolean allCommands;

    void begin(long until, boolean all) {
        untilMillis = untilMillis == NONE ? until : Math.max(untilMillis, until);
        allCommands |= all;
    }

    void end() {
        untilMillis = NONE;
        allCommands = false;
    }

    private boolean active(long nowMillis) {
        return untilMillis != NONE && nowMillis < untilMillis;
    }

    /** When it ends, wall clock; {@link Long#MAX_VALUE} when there is none. */
    long endMillis() {
        return untilMillis;
    }

    boolean isOver(long nowMillis) {
        return untilMillis != NONE && nowMillis >= untilMillis;
    }

    boolean stopsWrites(long nowMillis) {
        return active(nowMillis);
    }

    /** Whether this client's command has to wait. The links of replication go on. */
    boolean holds(ClientSession session, CommandRegistry.Row row, long nowMillis) {
        if (untilMillis == NONE || !active(nowMillis)) {
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
