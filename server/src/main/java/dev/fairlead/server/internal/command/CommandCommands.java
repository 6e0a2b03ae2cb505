package dev.fairlead.server.internal.command;

import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.KeySpec;
import dev.fairlead.command.RetryCategory;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** COMMAND: the table of commands, as far as this server has handlers for it. */
final class CommandCommands {
    /** Flags that say something about a run of keys, not about one key. */
    private static final Set<String> OF_THE_RUN = Set.of("variable_flags", "incomplete");

    private CommandCommands() {}

    static void register(CommandRegistry r) {
        r.register("command", (c, a) -> infoOf(c, top(c)))
                .register("command|count", (c, a) -> c.out().integer(top(c).size()))
                .register("command|list", CommandCommands::list)
                .register("command|info", CommandCommands::info)
                .register("command|docs", CommandCommands::docs)
                .register("command|getkeys", (c, a) -> getkeys(c, a, false))
                .register("command|getkeysandflags", (c, a) -> getkeys(c, a, true));
    }

    /** Commands of this server, without subcommands. */
    private static List<CommandSpec> top(Call call) {
        CommandRegistry registry = call.executor().registry();
        return registry.table().all().stream()
                .filter(spec -> spec.name().indexOf('|') < 0 && registry.supports(spec))
                .toList();
    }

    private static void list(Call call, byte[][] argv) {
        Collection<CommandSpec> specs = top(call);
        if (argv.length == 5 && Args.is(argv[2], "filterby")) {
            specs = switch (Args.lower(argv[3])) {
                case "pattern" ->
                    specs.stream()
                            .filter(s -> Glob.matches(argv[4], Call.ascii(s.name()), true))
                            .toList();
                case "aclcat" ->
                    specs.stream()
                            .filter(s -> s.categories().contains(Args.lower(argv[4])))
                            .toList();
                case "module" -> List.of();
                default -> throw Args.SYNTAX;
            };
        } else if (argv.length != 2) {
            throw Args.SYNTAX;
        }
        call.out().array(specs.size());
        specs.forEach(spec -> call.out().bulk(spec.name()));
    }

    private static void info(Call call, byte[][] argv) {
        if (argv.length == 2) {
            infoOf(call, top(call));
            return;
        }
        CommandRegistry registry = call.executor().registry();
        call.out().array(argv.length - 2);
        for (int i = 2; i < argv.length; i++) {
            CommandSpec spec = registry.table().get(Args.lower(argv[i]));
            if (spec == null || !registry.supports(spec)) {
                call.out().nullArray();
            } else {
                describe(call, spec);
            }
        }
    }

    private static void infoOf(Call call, List<CommandSpec> specs) {
        call.out().array(specs.size());
        specs.forEach(spec -> describe(call, spec));
    }

    /** Tips are left empty. */
    private static void describe(Call call, CommandSpec spec) {
        ReplyWriter out = call.out();
        out.array(10);
        out.bulk(spec.name());
        out.integer(spec.arity());
        out.set(spec.flags().size());
        spec.flags().forEach(out::simple);
        out.integer(spec.firstKey());
        out.integer(spec.lastKey());
        out.integer(spec.keyStep());
        out.set(spec.categories().size());
        spec.categories().forEach(category -> out.simple("@" + category));
        out.array(0);
        out.array(spec.keySpecs().size());
        spec.keySpecs().forEach(keys -> describe(out, keys));
        List<CommandSpec> subcommands = spec.subcommands().stream()
                .filter(call.executor().registry()::supports)
                .toList();
        out.array(subcommands.size());
        subcommands.forEach(sub -> describe(call, sub));
    }

    private static void describe(ReplyWriter out, KeySpec keys) {
        out.map(3);
        out.bulk("flags");
        out.set(keys.flags().size());
        keys.flags().forEach(out::simple);
        out.bulk("begin_search");
        if (keys.begin() instanceof KeySpec.Index fixed) {
            part(out, "index", "index", fixed.index());
        } else if (keys.begin() instanceof KeySpec.Keyword word) {
            part(out, "keyword", "keyword", word.keyword(), "startfrom", word.startFrom());
        } else {
            part(out, "unknown");
        }
        out.bulk("find_keys");
        if (keys.find() instanceof KeySpec.Range range) {
            part(out, "range", "lastkey", range.last(), "keystep", range.step(), "limit", range.limit());
        } else if (keys.find() instanceof KeySpec.KeyCount) {
            part(out, "keynum", "keynumidx", 0, "firstkey", 1, "keystep", 1);
        } else {
            part(out, "unknown");
        }
    }

    /** A type and its numbers, by name. */
    private static void part(ReplyWriter out, String type, Object... namesAndValues) {
        out.map(2);
        out.bulk("type");
        out.bulk(type);
        out.bulk("spec");
        out.map(namesAndValues.length / 2);
        for (Object each : namesAndValues) {
            if (each instanceof Integer number) {
                out.integer(number);
            } else {
                out.bulk(each.toString());
            }
        }
    }

    private static void docs(Call call, byte[][] argv) {
        CommandRegistry registry = call.executor().registry();
        List<CommandSpec> specs = argv.length == 2
                ? top(call)
                : Arrays.stream(argv)
                        .skip(2)
                        .map(name -> registry.table().get(Args.lower(name)))
                        .filter(spec -> spec != null && registry.supports(spec))
                        .toList();
        call.out().map(specs.size());
        for (CommandSpec spec : specs) {
            call.out().bulk(spec.name());
            call.out().map(2);
            call.out().bulk("since");
            call.out().bulk(spec.since());
            call.out().bulk("group");
            call.out().bulk(spec.group());
        }
    }

    private static void getkeys(Call call, byte[][] argv, boolean withFlags) {
        byte[][] asked = Arrays.copyOfRange(argv, 2, argv.length);
        CommandSpec spec = call.executor().registry().table().find(asked);
        boolean unknown = spec == null
                || spec.isContainer()
                        && asked.length > 1
                        && call.executor().registry().row(spec) == null;
        if (unknown) {
            throw new CommandException("ERR Invalid command specified");
        }
        if (!spec.accepts(asked.length)) {
            throw new CommandException("ERR Invalid number of arguments specified for command");
        }
        int[] positions = spec.keyPositions(asked);
        if (positions.length == 0) {
            throw new CommandException(
                    spec.keySpecs().stream().allMatch(run -> run.flags().contains("not_key"))
                            ? "ERR The command has no key arguments"
                            : "ERR Invalid arguments specified for command");
        }
        call.out().array(positions.length);
        for (int position : positions) {
            if (withFlags) {
                call.out().array(2);
            }
            call.out().bulk(asked[position]);
            if (withFlags) {
                Set<String> flags = new LinkedHashSet<>(flags(spec, asked, position));
                flags.removeAll(OF_THE_RUN);
                call.out().set(flags.size());
                flags.forEach(call.out()::simple);
            }
        }
    }

    /** What is done to the key at this position, as far as the arguments decide it. */
    private static Set<String> flags(CommandSpec spec, byte[][] argv, int position) {
        Set<String> most = spec.runOf(argv, position).flags();
        if (spec.name().equals("set") && Arrays.stream(argv).skip(3).noneMatch(argument -> Args.is(argument, "get"))) {
            return Set.of("OW", "update");
        }
        if (spec.name().equals("bitfield") && spec.retryCategory(argv) == RetryCategory.READ) {
            return Set.of("RO", "access");
        }
        return most;
    }
}
