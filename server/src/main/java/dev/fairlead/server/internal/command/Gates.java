package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.command.CommandRegistry.Row;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Whether a command may run now, in the order in which Redis asks. What the master's link sends is never refused: a replica
 * that refused a part of the stream would not be a copy any more.
 */
final class Gates {
    private final ServerControl control;

    Gates(ServerControl control) {
        this.control = control;
    }

    /** The default user's password; empty when none is needed. */
    String password() {
        String password = control.config().get("requirepass");
        return password == null ? "" : password;
    }

    /** The error to answer, or null when the command may run. */
    String refusal(ClientSession session, Row row) {
        if (!session.authenticated && !row.needsNoAuth && !password().isEmpty()) {
            return "NOAUTH Authentication required.";
        }
        if (session.isMasterLink()) {
            return null;
        }
        boolean replica = control.isReplica();
        if (anyOf(session, row, r -> r.writes) || row.isPing) {
            if (!replica && control.stopsWritesForFailedSave()) {
                return "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk."
                        + " Commands that may modify the data set are disabled, because this instance is configured to"
                        + " report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option)."
                        + " Please check the Redis logs for details about the RDB error.";
            }
        }
        if (anyOf(session, row, r -> r.writes)) {
            if (!replica && !control.hasEnoughReplicas()) {
                return "NOREPLICAS Not enough good replicas to write.";
            }
            if (replica && control.isReplicaReadOnly()) {
                return "READONLY You can't write against a read only replica.";
            }
        }
        if (session.protocol == 2 && !row.forSubscribers && session.subscriptions.count() > 0) {
            return "ERR Can't execute '" + row.spec.name().toLowerCase(Locale.ROOT)
                    + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
        }
        if (replica
                && !control.isMasterLinkUp()
                && !control.servesStaleData()
                && anyOf(session, row, r -> !r.runsOnStaleData)) {
            return "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
        }
        if (replica && anyOf(session, row, r -> r.reads) && control.isTooStale()) {
            return "STALE The data of this replica may be older than replica-max-staleness-ms allows; ask another replica, or the"
                    + " master.";
        }
        if (control.isLoading() && anyOf(session, row, r -> !r.runsWhileLoading)) {
            return "LOADING Redis is loading the dataset in memory";
        }
        return null;
    }

    /** EXEC is judged by what it would run. */
    private static boolean anyOf(ClientSession session, Row row, Predicate<Row> property) {
        return property.test(row)
                || row.isExec && session.transaction.queue.stream().anyMatch(q -> property.test(q.row()));
    }
}
