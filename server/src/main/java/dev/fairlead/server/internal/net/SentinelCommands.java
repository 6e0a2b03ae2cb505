package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.sentinel.HelloMessage;
import dev.fairlead.server.internal.sentinel.MasterSettings;
import dev.fairlead.server.internal.sentinel.SentinelState;
import dev.fairlead.topology.Endpoint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/** The commands that a Sentinel knows, with the replies and errors of a Redis 7.0 Sentinel. Confined to its event loop. */
final class SentinelCommands {
    private static final String NO_SUCH_MASTER = "ERR No such master with that name";
    /** What a RESP2 connection may still say once it has subscribed. */
    private static final Set<String> WHILE_SUBSCRIBED =
            Set.of("subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ping", "quit");
    /** What is answered without a password. */
    private static final Set<String> FOR_STRANGERS = Set.of("auth", "hello", "quit");

    private final SentinelState state;
    private final SentinelClients clients;
    private final IntSupplier port;

    SentinelCommands(SentinelState state, SentinelClients clients, IntSupplier port) {
        this.state = state;
        this.clients = clients;
        this.port = port;
    }

    void execute(SentinelClient client, List<String> argv) {
        String name = argv.get(0).toLowerCase(Locale.ROOT);
        List<String> args = argv.subList(1, argv.size());
        if (!client.authenticated && !FOR_STRANGERS.contains(name)) {
            client.out.error("NOAUTH Authentication required.");
        } else if (client.subscriptions() > 0 && client.out.protocol() == 2 && !WHILE_SUBSCRIBED.contains(name)) {
            client.out.error("ERR Can't execute '" + name + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT"
                    + " / RESET are allowed in this context");
        } else {
            dispatch(client, name, args);
        }
    }

    private void dispatch(SentinelClient client, String name, List<String> args) {
        switch (name) {
            case "ping" -> ping(client, args);
            case "hello" -> hello(client, args);
            case "auth" -> {
                if (checkArity(client, name, args, 1, 2) && authenticate(client, args)) {
                    client.out.ok();
                }
            }
            case "client" -> client(client, args);
            case "info" -> client.out.verbatim("txt", new SentinelInfo(state, clients, port).text(args));
            case "role" -> role(client);
            case "publish" -> publish(client, args);
            case "subscribe", "psubscribe" -> {
                Set<String> set = name.equals("subscribe") ? client.channels : client.patterns;
                if (checkArity(client, name, args, 1, Integer.MAX_VALUE)) {
                    client.subscribe(name, set, args, set::add);
                }
            }
            case "unsubscribe", "punsubscribe" -> {
                Set<String> set = name.equals("unsubscribe") ? client.channels : client.patterns;
                client.subscribe(name, set, args, set::remove);
            }
            case "sentinel" -> sentinel(client, args);
            case "quit" -> {
                client.out.ok();
                client.closeAfterReply();
            }
            default -> unknown(client, name, args);
        }
    }

    private static void unknown(SentinelClient client, String name, List<String> args) {
        StringBuilder shown = new StringBuilder();
        args.forEach(arg -> shown.append('\'').append(arg).append("' "));
        client.out.error("ERR unknown command '" + name + "', with args beginning with: " + shown);
    }

    private static boolean checkArity(SentinelClient client, String name, List<String> args, int least, int most) {
        boolean fits = args.size() >= least && args.size() <= most;
        if (!fits) {
            client.out.error("ERR wrong number of arguments for '" + name + "' command");
        }
        return fits;
    }

    private static void ping(SentinelClient client, List<String> args) {
        if (!checkArity(client, "ping", args, 0, 1)) {
            return;
        }
        if (client.subscriptions() > 0 && client.out.protocol() == 2) {
            client.out.array(2);
            client.out.bulk("pong");
            client.out.bulk(args.isEmpty() ? "" : args.get(0));
        } else if (args.isEmpty()) {
            client.out.simple("PONG");
        } else {
            client.out.bulk(args.get(0));
        }
    }

    private boolean authenticate(SentinelClient client, List<String> args) {
        String password = clients.password();
        String user = args.size() == 2 ? args.get(0) : "default";
        if (password == null && args.size() == 1) {
            client.out.error("ERR AUTH <password> called without any password configured for the default user."
                    + " Are you sure your configuration is correct?");
            return false;
        }
        if (!user.equals("default") || password != null && !password.equals(args.get(args.size() - 1))) {
            client.out.error("WRONGPASS invalid username-password pair or user is disabled.");
            return false;
        }
        client.authenticated = true;
        return true;
    }

    private void hello(SentinelClient client, List<String> args) {
        int version = client.out.protocol();
        int next = 0;
        if (!args.isEmpty()) {
            if (!args.get(0).equals("2") && !args.get(0).equals("3")) {
                client.out.error("NOPROTO unsupported protocol version");
                return;
            }
            version = Integer.parseInt(args.get(0));
            next = 1;
        }
        String name = client.name;
        while (next < args.size()) {
            String option = args.get(next).toLowerCase(Locale.ROOT);
            if (option.equals("auth") && next + 2 < args.size()) {
                if (!authenticate(client, args.subList(next + 1, next + 3))) {
                    return;
                }
                next += 3;
            } else if (option.equals("setname") && next + 1 < args.size()) {
                name = args.get(next + 1);
                next += 2;
            } else {
                client.out.error("ERR Syntax error in HELLO option '" + args.get(next) + "'");
                return;
            }
        }
        if (!client.authenticated) {
            client.out.error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
                    + " <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP"
                    + " protocol version at the same time");
            return;
        }
        client.name = name;
        client.out.protocol(version);
        client.out.map(6);
        client.out.bulk("server");
        client.out.bulk("redis");
        client.out.bulk("version");
        client.out.bulk(SentinelInfo.VERSION);
        client.out.bulk("proto");
        client.out.integer(version);
        client.out.bulk("id");
        client.out.integer(client.id);
        client.out.bulk("mode");
        client.out.bulk("sentinel");
        client.out.bulk("modules");
        client.out.array(0);
    }

    private static void client(SentinelClient client, List<String> args) {
        String what = args.isEmpty() ? "" : args.get(0).toLowerCase(Locale.ROOT);
        switch (what) {
            case "setname" -> {
                if (checkArity(client, "client|setname", args, 2, 2)) {
                    client.name = args.get(1);
                    client.out.ok();
                }
            }
            case "getname" -> client.out.bulk(client.name.isEmpty() ? null : client.name);
            case "id" -> client.out.integer(client.id);
            default -> unknownSubcommand(client, "CLIENT", args);
        }
    }

    private static void unknownSubcommand(SentinelClient client, String command, List<String> args) {
        if (args.isEmpty()) {
            checkArity(client, command.toLowerCase(Locale.ROOT), args, 1, 1);
        } else {
            client.out.error("ERR unknown subcommand '" + args.get(0) + "'. Try " + command + " HELP.");
        }
    }

    private void role(SentinelClient client) {
        client.out.array(2);
        client.out.bulk("sentinel");
        names(client, state.masterNames());
    }

    private static void names(SentinelClient client, List<String> names) {
        client.out.array(names.size());
        names.forEach(client.out::bulk);
    }

    private void publish(SentinelClient client, List<String> args) {
        if (!checkArity(client, "publish", args, 2, 2)) {
            return;
        }
        if (!args.get(0).equals(HelloMessage.CHANNEL)) {
            client.out.error("ERR Only HELLO messages are accepted by Sentinel instances.");
            return;
        }
        state.hello(null, args.get(1), SentinelLinks.nowMillis());
        client.out.integer(1);
    }

    // ---- SENTINEL --------------------------------------------------------------------------------------------------

    private void sentinel(SentinelClient client, List<String> args) {
        String what = args.isEmpty() ? "" : args.get(0).toLowerCase(Locale.ROOT);
        long now = SentinelLinks.nowMillis();
        switch (what) {
            case "myid" -> client.out.bulk(state.myId());
            case "masters" -> {
                client.out.array(state.masterNames().size());
                state.masterNames()
                        .forEach(name ->
                                table(client, state.describeMaster(name, now).orElseThrow()));
            }
            case "pending-scripts" -> client.out.array(0);
            case "flushconfig" -> {
                state.flush();
                client.out.ok();
            }
            case "is-master-down-by-addr" -> isMasterDown(client, args, now);
            case "monitor" -> monitor(client, args, now);
            case "set" -> set(client, args, now);
            case "info-cache" -> infoCache(client, args, now);
            case "reset" -> {
                if (checkArity(client, "sentinel|reset", args, 2, 2)) {
                    client.out.integer(state.reset(name -> matches(args.get(1), name), now));
                }
            }
            case "master",
                    "replicas",
                    "slaves",
                    "sentinels",
                    "get-master-addr-by-name",
                    "ckquorum",
                    "failover",
                    "remove" -> {
                if (checkArity(client, "sentinel|" + what, args, 2, 2)) {
                    ofMaster(client, what, args.get(1), now);
                }
            }
            default -> unknownSubcommand(client, "SENTINEL", args);
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
            case "failover" -> state.failover(master, now).ifPresentOrElse(client.out::error, client.out::ok);
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
        if (!checkArity(client, "sentinel|is-master-down-by-addr", args, 5, 5)) {
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

    private void monitor(SentinelClient client, List<String> args, long now) {
        if (!checkArity(client, "sentinel|monitor", args, 5, 5)) {
            return;
        }
        try {
            MasterSettings settings = MasterSettings.of(args.get(1), Integer.parseInt(args.get(4)));
            state.monitor(settings, new Endpoint(args.get(2), Integer.parseInt(args.get(3))), now);
            client.out.ok();
        } catch (NumberFormatException e) {
            client.out.error("ERR Invalid quorum or port number");
        } catch (IllegalArgumentException e) {
            client.out.error("ERR " + e.getMessage());
        }
    }

    private void set(SentinelClient client, List<String> args, long now) {
        if (!checkArity(client, "sentinel|set", args, 4, Integer.MAX_VALUE)) {
            return;
        }
        Optional<MasterSettings> found = orNoSuchMaster(client, state.settings(args.get(1)));
        if (found.isEmpty()) {
            return;
        }
        MasterSettings settings = found.get();
        for (int i = 2; i < args.size(); i += 2) {
            String option = args.get(i).toLowerCase(Locale.ROOT);
            if (!MasterSettings.knows(option) || i + 1 == args.size()) {
                client.out.error("ERR Unknown option or number of arguments for SENTINEL SET '" + args.get(i) + "'");
                return;
            }
            try {
                settings = settings.with(option, args.get(i + 1));
            } catch (IllegalArgumentException e) {
                client.out.error("ERR Invalid argument '" + args.get(i + 1) + "' for SENTINEL SET '" + option + "'");
                return;
            }
        }
        state.change(settings, now);
        client.out.ok();
    }

    private void infoCache(SentinelClient client, List<String> args, long now) {
        if (!checkArity(client, "sentinel|info-cache", args, 2, Integer.MAX_VALUE)) {
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

    /** Glob-style: {@code *}, {@code ?}, and a backslash to mean the character itself. */
    static boolean matches(String pattern, String text) {
        return matches(pattern, 0, text, 0);
    }

    private static boolean matches(String pattern, int p, String text, int t) {
        int at = t;
        for (int i = p; i < pattern.length(); i++, at++) {
            char c = pattern.charAt(i);
            if (c == '*') {
                for (int rest = at; rest <= text.length(); rest++) {
                    if (matches(pattern, i + 1, text, rest)) {
                        return true;
                    }
                }
                return false;
            }
            if (at == text.length()) {
                return false;
            }
            if (c == '\\' && i + 1 < pattern.length()) {
                c = pattern.charAt(++i);
                if (c != text.charAt(at)) {
                    return false;
                }
            } else if (c != '?' && c != text.charAt(at)) {
                return false;
            }
        }
        return at == text.length();
    }
}
