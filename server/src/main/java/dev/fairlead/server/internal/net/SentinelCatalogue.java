package dev.fairlead.server.internal.net;

import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a Sentinel says of its own commands: COMMAND, and SENTINEL HELP. */
final class SentinelCatalogue {
    /** Those that are in the command table, and the subcommands of theirs that a Sentinel has. */
    private static final List<String> SHARED = List.of(
            "acl|deluser",
            "acl|list",
            "acl|load",
            "acl|save",
            "acl|setuser",
            "acl|users",
            "acl|whoami",
            "auth",
            "client|getname",
            "client|id",
            "client|info",
            "client|kill",
            "client|list",
            "client|reply",
            "client|setname",
            "command|count",
            "command|info",
            "command|list",
            "hello",
            "info",
            "ping",
            "psubscribe",
            "publish",
            "punsubscribe",
            "role",
            "shutdown",
            "subscribe",
            "unsubscribe");

    /** The subcommands of SENTINEL with their arity, negative for at least so many words. */
    private static final Map<String, Integer> SENTINEL = new LinkedHashMap<>();

    static {
        for (String entry : ("ckquorum:3 config:-3 debug:-2 failover:-3 flushconfig:2 get-master-addr-by-name:3 help:2"
                        + " info-cache:-3 is-master-down-by-addr:6 master:3 masters:2 monitor:6 myid:2 pending-scripts:2 remove:3"
                        + " replicas:3 reset:3 sentinels:3 set:-5 simulate-failure:-3 slaves:3")
                .split(" ")) {
            SENTINEL.put("sentinel|" + entry.split(":")[0], Integer.parseInt(entry.split(":")[1]));
        }
    }

    static final List<String> HELP = List.of("""
        SENTINEL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
        CKQUORUM <master-name>
            Whether enough Sentinels can be reached for the quorum of this master
            and for the majority that a failover needs.
        CONFIG GET <pattern>
        CONFIG SET <param> <value>
            What is set for this Sentinel as a whole.
        DEBUG [<param> <value> ...]
            The paces of this Sentinel in milliseconds; with arguments, change them.
        FAILOVER <master-name> [COORDINATED]
            Fail over without asking the other Sentinels; COORDINATED has the master
            hand over itself, so that no acknowledged write is lost.
        FLUSHCONFIG
            Write the configuration file, with the present state in it.
        GET-MASTER-ADDR-BY-NAME <master-name>
            Address and port of the master of that name.
        HELP
            This help.
        INFO-CACHE <master-name> [<master-name> ...]
            The newest INFO of each master and of its replicas, with its age.
        IS-MASTER-DOWN-BY-ADDR <ip> <port> <current-epoch> <runid>
            Whether this Sentinel sees that master down; asks for its vote too.
        MASTER <master-name>
        MASTERS
            What this Sentinel knows of one master, or of all of them.
        MONITOR <name> <ip> <port> <quorum>
        REMOVE <master-name>
            Begin and end to watch a master.
        MYID
            The id of this Sentinel.
        PENDING-SCRIPTS
            Scripts that run, or wait to be run.
        REPLICAS <master-name>
        SENTINELS <master-name>
            The replicas of a master, and the other Sentinels that watch it.
        RESET <pattern>
            Forget replicas, Sentinels and failovers of the masters so named.
        SET <master-name> <option> <value> [<option> <value> ...]
            Change what is set for a master.
        SIMULATE-FAILURE [CRASH-AFTER-ELECTION] [CRASH-AFTER-PROMOTION] [HELP]
            End this process there, in its next failover.\
        """.split("\n"));

    private static final CommandTable TABLE = CommandTable.standard();

    private SentinelCatalogue() {}

    /** One command, or subcommand, as COMMAND INFO tells it. */
    private record Entry(String name, int arity, Set<String> flags, Set<String> categories, List<Entry> subcommands) {}

    private static Map<String, Entry> entries() {
        Map<String, Entry> all = new LinkedHashMap<>();
        for (String name : SHARED) {
            String top = name.replaceFirst("\\|.*", "");
            Entry parent = all.computeIfAbsent(top, SentinelCatalogue::shared);
            if (!top.equals(name)) {
                parent.subcommands.add(shared(name));
            }
        }
        Entry sentinel = sentinel("sentinel", -2);
        SENTINEL.forEach((name, arity) -> sentinel.subcommands.add(sentinel(name, arity)));
        all.put("sentinel", sentinel);
        return all;
    }

    private static Entry shared(String name) {
        CommandSpec spec = TABLE.get(name);
        return new Entry(name, spec.arity(), spec.flags(), spec.categories(), new ArrayList<>());
    }

    private static Entry sentinel(String name, int arity) {
        boolean top = name.equals("sentinel");
        return new Entry(
                name,
                arity,
                top ? Set.of("admin", "only_sentinel") : Set.of("admin", "only_sentinel", "sentinel"),
                Set.of("admin", "slow", "dangerous"),
                new ArrayList<>());
    }

    static void command(SentinelClient client, List<String> args) {
        Map<String, Entry> all = entries();
        String what = args.isEmpty() ? "info" : args.get(0).toLowerCase(Locale.ROOT);
        switch (what) {
            case "count" -> client.out.integer(all.size());
            case "list" -> {
                List<String> names = new ArrayList<>();
                all.values().forEach(entry -> {
                    names.add(entry.name);
                    entry.subcommands.forEach(sub -> names.add(sub.name));
                });
                SentinelCommands.names(client, names);
            }
            case "info" -> {
                List<String> asked = args.size() < 2 ? List.copyOf(all.keySet()) : args.subList(1, args.size());
                client.out.array(asked.size());
                for (String name : asked) {
                    Entry entry = find(all, name.toLowerCase(Locale.ROOT));
                    if (entry == null) {
                        client.out.nullBulk();
                    } else {
                        describe(client, entry);
                    }
                }
            }
            default -> SentinelCommands.unknownSubcommand(client, "COMMAND", args);
        }
    }

    private static Entry find(Map<String, Entry> all, String name) {
        Entry top = all.get(name.replaceFirst("\\|.*", ""));
        if (top == null || top.name.equals(name)) {
            return top;
        }
        return top.subcommands.stream()
                .filter(sub -> sub.name.equals(name))
                .findFirst()
                .orElse(null);
    }

    private static void describe(SentinelClient client, Entry entry) {
        client.out.array(10);
        client.out.bulk(entry.name);
        client.out.integer(entry.arity);
        client.out.set(entry.flags.size());
        entry.flags.forEach(client.out::simple);
        client.out.integer(0); // No command of a Sentinel has keys.
        client.out.integer(0);
        client.out.integer(0);
        client.out.set(entry.categories.size());
        entry.categories.forEach(category -> client.out.simple("@" + category));
        client.out.array(0);
        client.out.array(0);
        client.out.array(entry.subcommands.size());
        entry.subcommands.forEach(sub -> describe(client, sub));
    }
}
