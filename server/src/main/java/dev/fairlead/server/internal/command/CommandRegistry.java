package dev.fairlead.server.internal.command;

import dev.fairlead.command.Access;
import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Rows of the command table with what this server does for them, and what it has counted. Filled when a server is composed;
 * after that only the counters change.
 */
public final class CommandRegistry {
    /** Commands that a subscriber may send with RESP2, where replies and messages cannot be told apart otherwise. */
    private static final Set<String> FOR_SUBSCRIBERS = Set.of(
            "ping",
            "subscribe",
            "ssubscribe",
            "sunsubscribe",
            "psubscribe",
            "unsubscribe",
            "punsubscribe",
            "quit",
            "reset");

    /** Commands that act at once inside MULTI instead of being queued. */
    private static final Set<String> NOT_QUEUED = Set.of("exec", "discard", "multi", "watch", "quit", "reset");

    /** One command that this server knows. */
    public static final class Row {
        final CommandSpec spec;
        final CommandHandler handler;
        final boolean reads;
        final boolean writes;
        final boolean replicates;
        final boolean needsNoAuth;
        final boolean runsOnStaleData;
        final boolean runsWhileLoading;
        final boolean refusedInTransaction;
        final boolean forSubscribers;
        final boolean queued;
        final boolean isExec;
        final boolean isPing;
        long calls;
        long nanos;
        long rejected;
        long failed;

        Row(CommandSpec spec, CommandHandler handler) {
            this.spec = spec;
            this.handler = handler;
            Set<String> flags = spec.flags();
            reads = spec.access() == Access.READ;
            writes = spec.access() == Access.WRITE && flags.contains("write");
            replicates = writes || flags.contains("may_replicate");
            needsNoAuth = flags.contains("no_auth");
            runsOnStaleData = flags.contains("stale");
            runsWhileLoading = flags.contains("loading");
            refusedInTransaction = flags.contains("no_multi");
            forSubscribers = FOR_SUBSCRIBERS.contains(spec.name());
            isPing = spec.name().equals("ping");
            queued = !NOT_QUEUED.contains(spec.name());
            isExec = spec.name().equals("exec");
        }

        public CommandSpec spec() {
            return spec;
        }
    }

    private final CommandTable table;
    private final Map<CommandSpec, Row> rows = new IdentityHashMap<>();

    public CommandRegistry(CommandTable table) {
        this.table = table;
    }

    /** The table that the rows come from. */
    public CommandTable table() {
        return table;
    }

    /**
     * Gives a command its handler.
     *
     * @param name as the table has it: {@code get}, {@code config|get}
     * @throws IllegalArgumentException if the table has no such row, or it has a handler already
     */
    public CommandRegistry register(String name, CommandHandler handler) {
        CommandSpec spec = table.get(name);
        if (spec == null) {
            throw new IllegalArgumentException("The command table has no row '" + name + "'");
        }
        if (rows.putIfAbsent(spec, new Row(spec, handler)) != null) {
            throw new IllegalArgumentException("'" + name + "' has a handler already");
        }
        return this;
    }

    /** The row of a spec; null when this server has no handler for it. */
    public Row row(CommandSpec spec) {
        return rows.get(spec);
    }

    /** Every row with a handler. */
    public Collection<Row> rows() {
        return rows.values();
    }

    /** Whether this server can run this command or one of its subcommands. */
    boolean supports(CommandSpec spec) {
        return rows.containsKey(spec) || spec.subcommands().stream().anyMatch(rows::containsKey);
    }

    /** For CONFIG RESETSTAT. */
    void resetStatistics() {
        for (Row row : rows.values()) {
            row.calls = 0;
            row.nanos = 0;
            row.rejected = 0;
            row.failed = 0;
        }
    }
}
