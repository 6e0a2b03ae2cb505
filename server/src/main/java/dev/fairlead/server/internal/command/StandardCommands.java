package dev.fairlead.server.internal.command;

/** Every handler of this room, in one place. */
public final class StandardCommands {
    private StandardCommands() {}

    /** Registers the data, connection and server commands; replication's and persistence's are registered by the composition root. */
    public static void registerAll(CommandRegistry registry) {
        StringCommands.register(registry);
        BitCommands.register(registry);
        KeyCommands.register(registry);
        ExpiryCommands.register(registry);
        SortCommands.register(registry);
        ListCommands.register(registry);
        BlockingListCommands.register(registry);
        HashCommands.register(registry);
        SetCommands.register(registry);
        SortedSetCommands.register(registry);
        SortedSetRangeCommands.register(registry);
        SortedSetAlgebraCommands.register(registry);
        SortedSetPopCommands.register(registry);
        TransactionCommands.register(registry);
        PubSubCommands.register(registry);
        ConnectionCommands.register(registry);
        ClientCommands.register(registry);
        ServerCommands.register(registry);
        DebugCommands.register(registry);
        CommandCommands.register(registry);
        HelpCommands.register(registry);
    }
}
