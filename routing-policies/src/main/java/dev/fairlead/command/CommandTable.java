package dev.fairlead.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Every command and subcommand of Redis 7.0, and what later servers added that is worth knowing. Immutable; for any
 * thread. The rows stand in {@code commands.txt} beside this class.
 */
public final class CommandTable {
    private static final CommandTable STANDARD = new CommandTable(Rows.parse(text()));

    private final List<CommandSpec> all;
    private final NameIndex commands;

    private CommandTable(Map<String, List<Rows.Row>> families) {
        List<CommandSpec> ordered = new ArrayList<>();
        List<CommandSpec> top = new ArrayList<>();
        for (List<Rows.Row> family : families.values()) {
            List<CommandSpec> subcommands = new ArrayList<>();
            family.stream().skip(1).forEach(row -> subcommands.add(new CommandSpec(row, List.of())));
            CommandSpec command = new CommandSpec(family.get(0), subcommands);
            top.add(command);
            ordered.add(command);
            ordered.addAll(subcommands);
        }
        all = List.copyOf(ordered);
        commands = new NameIndex(top, CommandSpec::name);
    }

    /** The one table. */
    public static CommandTable standard() {
        return STANDARD;
    }

    /**
     * The row for a call, its subcommand's where it has one, the container's where the table does not know the
     * subcommand; null for a command that the table does not know, and for no arguments at all. Does not allocate: it
     * stands on the path of every command.
     */
    public CommandSpec find(byte[][] argv) {
        CommandSpec command = argv.length == 0 ? null : commands.find(argv[0]);
        if (command == null || argv.length == 1 || !command.isContainer()) {
            return command;
        }
        CommandSpec subcommand = command.subcommand(argv[1]);
        return subcommand == null ? command : subcommand;
    }

    /** The row of a full name ({@code get}, {@code config|get}), in any case; null when there is none. */
    public CommandSpec get(String name) {
        int bar = name.indexOf('|');
        CommandSpec command = commands.find(bytes(bar < 0 ? name : name.substring(0, bar)));
        return bar < 0 || command == null ? command : command.subcommand(bytes(name.substring(bar + 1)));
    }

    /** What a command that the table does not know is taken for: it may write, anywhere, and a second run is seen. */
    public CommandSpec unknown(String name) {
        Rows.Row row = new Rows.Row(
                name.toLowerCase(Locale.ROOT),
                -1,
                "",
                "unknown",
                Access.WRITE,
                RetryCategory.ACCUMULATING_WRITE,
                ArgumentRule.NONE,
                List.of(),
                true,
                Set.of(),
                Set.of());
        return new CommandSpec(row, List.of());
    }

    /** All rows, containers before their subcommands. */
    public Collection<CommandSpec> all() {
        return all;
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private static String text() {
        try (InputStream in = CommandTable.class.getResourceAsStream("commands.txt")) {
            if (in == null) {
                throw new IllegalStateException("commands.txt is missing beside " + CommandTable.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("commands.txt cannot be read", e);
        }
    }
}
