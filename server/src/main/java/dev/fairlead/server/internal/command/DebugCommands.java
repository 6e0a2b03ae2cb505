package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Entry;

/** DEBUG: what tests and people who look for a fault ask for, if {@code enable-debug-command} allows it. */
final class DebugCommands {
    private DebugCommands() {}

    static void register(CommandRegistry r) {
        r.register("debug", DebugCommands::run);
    }

    /** Longest time that DEBUG SLEEP may hold the server, in seconds. */
    private static final double MAX_SLEEP_SECONDS = 3600;

    private static void run(Call call, byte[][] argv) {
        if ("no".equals(call.executor().control().config().get("enable-debug-command"))) {
            throw new CommandException(
                    "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", "
                            + "you can run it from a local connection, otherwise you need to set this option in the configuration "
                            + "file, and then restart the server.");
        }
        switch (Args.lower(argv[1])) {
            case "sleep" -> {
                requireArgs(argv, 3);
                sleep(Args.doubleValue(argv[2], Args.NOT_A_FLOAT));
                call.out().ok();
            }
            case "set-active-expire" -> {
                requireArgs(argv, 3);
                call.executor().activeExpiry(Args.longValue(argv[2]) != 0);
                call.out().ok();
            }
            case "object" -> object(call, argv);
            case "digest" -> {
                requireArgs(argv, 2);
                call.out().simple(Digest.ofAll(call.keyspace()));
            }
            case "digest-value" -> digestValues(call, argv);
            case "error" -> {
                requireArgs(argv, 3);
                call.error(Args.text(argv[2]));
            }
            case "help" -> {
                requireArgs(argv, 2);
                HelpCommands.help(call, "debug");
            }
            default -> throw syntax(argv);
        }
    }

    private static void requireArgs(byte[][] argv, int n) {
        if (argv.length != n) {
            throw syntax(argv);
        }
    }

    private static CommandException syntax(byte[][] argv) {
        return new CommandException("ERR unknown subcommand or wrong number of arguments for '" + Args.quoted(argv[1])
                + "'. Try DEBUG HELP.");
    }

    /** Holds the command thread on purpose: that is what is asked for. */
    private static void sleep(double seconds) {
        try {
            Thread.sleep((long) (Math.max(0, Math.min(MAX_SLEEP_SECONDS, seconds)) * 1000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void digestValues(Call call, byte[][] argv) {
        call.out().array(argv.length - 2);
        for (int i = 2; i < argv.length; i++) {
            Entry entry = call.db().find(argv[i]); // one whose time has passed and that nobody has removed counts too
            call.out().simple(entry == null ? Digest.NOTHING : Digest.of(entry));
        }
    }

    private static void object(Call call, byte[][] argv) {
        requireArgs(argv, 3);
        Entry entry = call.peek(argv[2]);
        if (entry == null) {
            throw new CommandException("ERR no such key");
        }
        call.out()
                .simple("Value at:0x" + Integer.toHexString(System.identityHashCode(entry.value()))
                        + " refcount:1 encoding:"
                        + entry.value().encoding() + " serializedlength:"
                        + entry.value().memoryBytes() + " lru:0 lru_seconds_idle:"
                        + entry.idleSeconds(call.nowMillis()));
    }
}
