package dev.fairlead.command;

import java.util.Collection;

/** Every command and subcommand of Redis 7.0, and the reads of later servers worth knowing. Immutable. */
public final class CommandTable {
    private CommandTable() {}

    /** The one table. */
    public static CommandTable standard() {
        throw new UnsupportedOperationException("TODO(command)");
    }

    /** The row for a call, its subcommand's where it has one; null for a command that the table does not know. */
    public CommandSpec find(byte[][] argv) {
        throw new UnsupportedOperationException("TODO(command)");
    }

    /** The row of a full name ({@code get}, {@code config|get}), in any case; null when there is none. */
    public CommandSpec get(String name) {
        throw new UnsupportedOperationException("TODO(command)");
    }

    /** What a command that the table does not know is taken for: it may write, anywhere. */
    public CommandSpec unknown(String name) {
        throw new UnsupportedOperationException("TODO(command)");
    }

    /** All rows, containers before their subcommands. */
    public Collection<CommandSpec> all() {
        throw new UnsupportedOperationException("TODO(command)");
    }
}
