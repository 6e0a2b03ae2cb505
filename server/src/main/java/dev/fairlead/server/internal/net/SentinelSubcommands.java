package dev.fairlead.server.internal.net;

import dev.fairlead.driver.internal.link.Resolver;
import dev.fairlead.server.internal.command.Glob;
import dev.fairlead.server.internal.sentinel.MasterSettings;
import dev.fairlead.server.internal.sentinel.SentinelConfig;
import dev.fairlead.server.internal.sentinel.SentinelState;
import dev.fairlead.server.internal.sentinel.SentinelTimings;
import dev.fairlead.server.internal.sentinel.SentinelTimings.Pace;
import dev.fairlead.server.internal.sentinel.SimulatedFailure;
import dev.fairlead.topology.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** SENTINEL and its subcommands, with the replies and errors of Redis 7.0. Confined to the Sentinel's event loop. */
final class SentinelSubcommands {
    private static final String NO_SUCH_MASTER = "ERR No such master with that name";

    private final SentinelServer server;
    private final SentinelState state;
    private final SentinelScripts scripts;
    private final SentinelConfig config;

    SentinelSubcommands(SentinelServer server, SentinelState state, SentinelScripts scripts, SentinelConfig config) {
        this.server = server;
        this.state = state;
        this.scripts = scripts;
        this.config = config;
    }

    void execute(SentinelClient client, List<String> args) {
        String what = args.isEmpty() ? "" : args.get(0).toLowerCase(Locale.ROOT);
        long now = SentinelLinks.nowMillis();
        switch (what) {
            case "help" -> SentinelCommands.names(client, SentinelCatalogue.HELP);
            case "myid" -> {
                if (alone(client, what, args)) {
                    client.out.bulk(state.myId());
                }
            }
            case "masters" -> {
                if (!alone(client, what, args)) {
                    return;
                }
                client.out.array(state.masterNames().size());
                state.masterNames()
                        .forEach(name ->
                                table(client, state.describeMaster(name, now).orElseThrow()));
            }
            case "pending-scripts" -> {
                if (alone(client, what, args)) {
                    pendingScripts(client, now);
                }
            }
            case "flushconfig" -> {
                if (alone(client, what, args)) {
                    saved(client);
                }
            }
            case "config" -> config(client, args);
            case "debug" -> debug(client, args);
            case "simulate-failure" -> simulateFailure(client, args);
            case "failover" -> failover(client, args, now);
            case "is-master-down-by-addr" -> isMasterDown(client, args, now);
            case "monitor" -> monitor(client, args);
            case "set" -> set(client, args, now);
            case "info-cache" -> infoCache(client, args, now);
            case "reset" -> {
                if (SentinelCommands.checkArity(client, "sentinel|reset", args, 2, 2)) {
                    client.out.integer(state.reset(name -> matches(args.get(1), name), now));
                }
            }
            case "master", "replicas", "slaves", "sentinels", "get-master-addr-by-name", "ckquorum", "remove" -> {
                if (SentinelCommands.checkArity(client, "sentinel|" + what, args, 2, 2)) {
                    ofMaster(client, what, args.get(1), now);
                }
            }
            default -> SentinelCommands.unknownSubcommand(client, "SENTINEL", args);
        }
    }

    private void ofMaster(SentinelClient client, String what, String master, long now) {
        switch (what) {
            case "master" ->
                orNoSuchMaster(client, state.describeMaster(master, now)).ifPresent(fields -> table(client, fields));
            case "replicas", "slaves" ->
                orNoSuchMaster(client, state.describeReplicas(master, now)).ifPresent(all -> tables(client, all));
            case "sentinels" ->
                orNoSuchMaster(client, state.describeSentinels(master, now)).ifPresent(all -> tables(client, all));
            case "get-master-addr-by-name" ->
                state.masterAddress(master).ifPresentOrElse(at -> address(client, at), client.out::nullArray);
            case "ckquorum" -> orNoSuchMaster(client, state.quorum(master)).ifPresent(quorum -> quorum(client, quorum));
            default -> { // remove
                if (state.remove(master, now)) {
                    client.out.ok();
                } else {
                    client.out.error(NO_SUCH_MASTER);
                }
            }
        }
    }

    private static <T> Optional<T> orNoSuchMaster(SentinelClient client, Optional<T> found) {
        if (found.isEmpty()) {
            client.out.error(NO_SUCH_MASTER);
        }
        return found;
    }

    private static void address(SentinelClient client, Endpoint at) {
        client.out.array(2);
        client.out.bulk(at.host());
        client.out.bulk(Integer.toString(at.port()));
    }

    private static void table(SentinelClient client, Map<String, String> fields) {
        client.out.map(fields.size());
        fields.forEach((name, value) -> {
            client.out.bulk(name);
            client.out.bulk(value);
        });
    }

    private static void tables(SentinelClient client, List<Map<String, String>> all) {
        client.out.array(all.size());
        all.forEach(fields -> table(client, fields));
    }

    private static void quorum(SentinelClient client, SentinelState.Quorum quorum) {
        String usable = quorum.usable() + " usable Sentinels. ";
        if (quorum.reached() && quorum.majority()) {
            client.out.simple("OK " + usable + "Quorum and failover authorization can be reached");
        } else {
            String why = quorum.reached()
                    ? ""
                    : "Not enough available Sentinels to reach the specified quorum for this master";
            String more = quorum.majority()
                    ? ""
                    : (why.isEmpty() ? "" : ". ") + "Not enough available Sentinels to reach the majority and"
                            + " authorize a failover";
            client.out.error("NOQUORUM " + usable + why + more);
        }
    }

    private void isMasterDown(SentinelClient client, List<String> args, long now) {
        if (!SentinelCommands.checkArity(client, "sentinel|is-master-down-by-addr", args, 5, 5)) {
            return;
        }
        try {
            Endpoint address = new Endpoint(args.get(1), Integer.parseInt(args.get(2)));
            SentinelState.DownAnswer answer =
                    state.isMasterDown(address, Long.parseLong(args.get(3)), args.get(4), now);
            client.out.array(3);
            client.out.integer(answer.down() ? 1 : 0);
            client.out.bulk(answer.vote());
            client.out.integer(answer.voteEpoch());
        } catch (IllegalArgumentException e) {
            client.out.error("ERR value is not an integer or out of range");
        }
    }

    private void failover(SentinelClient client, List<String> args, long now) {
        if (!SentinelCommands.checkArity(client, "sentinel|failover", args, 2, 3)) {
            return;
        }
        boolean coordinated = args.size() == 3;
        if (coordinated && !args.get(2).equalsIgnoreCase("coordinated")) {
            client.out.error("ERR syntax error");
            return;
        }
        state.failover(args.get(1), coordinated, now).ifPresentOrElse(client.out::error, client.out::ok);
    }

    private void monitor(SentinelClient client, List<String> args) {
        if (!SentinelCommands.checkArity(client, "sentinel|monitor", args, 5, 5)) {
            return;
        }
        int quorum;
        int port;
        try {
            quorum = Integer.parseInt(args.get(4));
        } catch (NumberFormatException e) {
            client.out.error("ERR Invalid quorum");
            return;
        }
        try {
            port = Integer.parseInt(args.get(3));
        } catch (NumberFormatException e) {
            client.out.error("ERR Invalid port");
            return;
        }
        if (quorum <= 0) {
            client.out.error("ERR Quorum must be 1 or greater.");
            return;
        }
        String host = args.get(2);
        if (config.isLookedUp(host)) {
            client.await(Resolver.SYSTEM.addresses(host), (found, failure) -> {
                String address = failure == null ? found.get(0).getHostAddress() : null;
                monitor(client, args.get(1), config.announcesNames() && address != null ? host : address, port, quorum);
            });
        } else {
            monitor(client, args.get(1), SentinelConfig.isAddress(host) ? host : null, port, quorum);
        }
    }

    /** @param host null for what stands for no address */
    private void monitor(SentinelClient client, String name, String host, int port, int quorum) {
        if (host == null) {
            client.out.error("ERR Invalid IP address or hostname specified");
            return;
        }
        try {
            MasterSettings settings = MasterSettings.of(name, quorum)
                    .withDownAfter(state.timings().of(Pace.DEFAULT_DOWN_AFTER))
                    .withFailoverTimeout(state.timings().of(Pace.DEFAULT_FAILOVER_TIMEOUT));
            state.monitor(settings, new Endpoint(host, port), SentinelLinks.nowMillis());
            client.out.ok();
        } catch (IllegalArgumentException e) {
            client.out.error("ERR " + e.getMessage());
        }
    }

    private void set(SentinelClient client, List<String> args, long now) {
        if (!SentinelCommands.checkArity(client, "sentinel|set", args, 4, Integer.MAX_VALUE)) {
            return;
        }
        Optional<MasterSettings> found = orNoSuchMaster(client, state.settings(args.get(1)));
        if (found.isEmpty()) {
            return;
        }
        MasterSettings settings = found.get();
        List<String> changes = new ArrayList<>();
        for (int i = 2; i < args.size(); ) {
            String option = args.get(i).toLowerCase(Locale.ROOT);
            int values = option.equals("rename-command") ? 2 : MasterSettings.knows(option) ? 1 : Integer.MAX_VALUE;
            if (args.size() - i <= values) {
                client.out.error("ERR Unknown option or number of arguments for SENTINEL SET '" + args.get(i) + "'");
                return;
            }
            String value = args.get(i + 1);
            try {
                if (option.endsWith("-script") && !value.isEmpty()) {
                    if (config.deniesScripts()) {
                        client.out.error("ERR Reconfiguration of scripts path is denied for security reasons. Check"
                                + " the deny-scripts-reconfig configuration directive in your Sentinel configuration");
                        return;
                    }
                    config.requireProgram(option, value);
                }
                settings = values == 2 ? settings.withRenamed(value, args.get(i + 2)) : settings.with(option, value);
            } catch (IllegalArgumentException e) {
                client.out.error(
                        option.endsWith("-script")
                                ? "ERR " + e.getMessage()
                                : "ERR Invalid argument '" + value + "' for SENTINEL SET '" + option + "'");
                return;
            }
            String shown = option.equals("auth-pass") ? "***" : String.join(" ", args.subList(i + 1, i + 1 + values));
            changes.add(option + " " + shown);
            i += 1 + values;
        }
        state.change(settings, changes, now);
        saved(client);
    }

    private void saved(SentinelClient client) {
        if (server.persist()) {
            client.out.ok();
        } else {
            client.out.error("ERR Failed to save config file. Check server logs.");
        }
    }

    private void config(SentinelClient client, List<String> args) {
        if (!SentinelCommands.checkArity(client, "sentinel|config", args, 2, Integer.MAX_VALUE)) {
            return;
        }
        String verb = args.get(1).toLowerCase(Locale.ROOT);
        Map<String, String> globals = config.globals();
        if (verb.equals("get") && args.size() == 3) {
            globals.keySet().removeIf(option -> !matches(args.get(2), option));
            table(client, globals);
        } else if (verb.equals("set") && args.size() == 4) {
            String option = args.get(2).toLowerCase(Locale.ROOT);
            if (!globals.containsKey(option)) {
                client.out.error("ERR Invalid argument '" + args.get(2) + "' to SENTINEL CONFIG SET");
                return;
            }
            try {
                config.setGlobal(option, args.get(3));
            } catch (IllegalArgumentException e) {
                client.out.error("ERR Invalid value '" + args.get(3) + "' to SENTINEL CONFIG SET '" + option + "'");
                return;
            }
            server.announce();
            state.sentinelCredentials(config.sentinelCredentials());
            saved(client);
        } else {
            client.out.error("ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported.");
        }
    }

    private void debug(SentinelClient client, List<String> args) {
        Map<String, Pace> paces = Pace.byWireName();
        SentinelTimings timings = state.timings();
        if (args.size() == 1) {
            Map<String, String> all = new LinkedHashMap<>();
            paces.forEach((name, pace) -> all.put(name, Long.toString(timings.of(pace))));
            table(client, all);
            return;
        }
        SentinelTimings changed = timings;
        for (int i = 1; i < args.size(); i += 2) {
            Pace pace = paces.get(args.get(i).toUpperCase(Locale.ROOT));
            if (pace == null || i + 1 == args.size()) {
                client.out.error("ERR Unknown option or number of arguments for SENTINEL DEBUG '" + args.get(i) + "'");
                return;
            }
            try {
                changed = changed.with(pace, Long.parseLong(args.get(i + 1)));
            } catch (IllegalArgumentException e) {
                client.out.error(
                        "ERR Invalid argument '" + args.get(i + 1) + "' for SENTINEL DEBUG '" + args.get(i) + "'");
                return;
            }
        }
        state.timings(changed);
        client.out.ok();
    }

    private void simulateFailure(SentinelClient client, List<String> args) {
        if (!SentinelCommands.checkArity(client, "sentinel|simulate-failure", args, 2, Integer.MAX_VALUE)) {
            return;
        }
        if (args.get(1).equalsIgnoreCase("help")) {
            SentinelCommands.names(
                    client,
                    Arrays.stream(SimulatedFailure.values())
                            .map(SimulatedFailure::wireName)
                            .toList());
            return;
        }
        List<Optional<SimulatedFailure>> failures =
                args.stream().skip(1).map(SimulatedFailure::of).toList();
        if (failures.contains(Optional.<SimulatedFailure>empty())) {
            client.out.error("ERR Unknown failure simulation specified");
            return;
        }
        state.simulate(failures.stream().flatMap(Optional::stream).toList());
        client.out.ok();
    }

    private void pendingScripts(SentinelClient client, long now) {
        List<SentinelScripts.Job> jobs = scripts.jobs();
        client.out.array(jobs.size());
        for (SentinelScripts.Job job : jobs) {
            client.out.map(5);
            client.out.bulk("argv");
            SentinelCommands.names(client, job.command);
            client.out.bulk("flags");
            client.out.bulk(job.isRunning() ? "running" : "scheduled");
            client.out.bulk("pid");
            client.out.bulk(Long.toString(job.pid()));
            client.out.bulk(job.isRunning() ? "run-time" : "run-delay");
            client.out.bulk(Long.toString(job.age(now)));
            client.out.bulk("retry-num");
            client.out.bulk(Integer.toString(job.runs));
        }
    }

    private void infoCache(SentinelClient client, List<String> args, long now) {
        if (!SentinelCommands.checkArity(client, "sentinel|info-cache", args, 2, Integer.MAX_VALUE)) {
            return;
        }
        Set<String> names = new LinkedHashSet<>(args.subList(1, args.size()));
        names.retainAll(state.masterNames());
        client.out.map(names.size());
        for (String name : names) {
            Map<Endpoint, SentinelState.CachedInfo> cache = state.infoCache(name, now);
            client.out.bulk(name);
            client.out.array(cache.size());
            cache.values().forEach(info -> {
                client.out.array(2);
                client.out.integer(info == null ? 0 : info.ageMillis());
                client.out.bulk(info == null ? null : info.text());
            });
        }
    }

    private static boolean alone(SentinelClient client, String what, List<String> args) {
        return SentinelCommands.checkArity(client, "sentinel|" + what, args, 1, 1);
    }

    /** Glob-style, as {@code KEYS} matches. */
    static boolean matches(String pattern, String text) {
        return Glob.matches(pattern.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
    }
}
