package dev.fairlead.server.internal.command;

/** Every handler of this room, in one place. */
public final class StandardCommands {
    private StandardCommands() {}

    /** Registers the data, connection and server commands; replication's and persistence's are registered by the composition root. */
    public static void registerAll(CommandRegistry registry) {
        throw new UnsupportedOperationException("TODO(data)");
    }
}
