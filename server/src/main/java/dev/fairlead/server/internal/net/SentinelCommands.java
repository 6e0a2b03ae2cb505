package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.sentinel.HelloMessage;
import dev.fairlead.server.internal.sentinel.SentinelConfig;
import dev.fairlead.server.internal.sentinel.SentinelState;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The commands that a Sentinel knows, with the replies and errors of a Redis 7.0 Sentinel. Confined to its event loop. */
final class SentinelCommands {
    /** What a RESP2 connection may still say once it has subscribed. */
    private static final Set<String> WHILE_SUBSCRIBED =
            Set.of("subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ping", "quit");
    /** What is answered without a password. */
    private static final Set<String> FOR_STRANGERS = Set.of("auth", "hello", "quit");

    private final SentinelServer server;
    private final SentinelState state;
    private final SentinelClients clients;
    private final SentinelInfo info;
    private final SentinelSubcommands subcommands;

    SentinelCommands(
            SentinelServer server,
            SentinelState state,
            SentinelClients clients,
            SentinelScripts scripts,
            SentinelConfig config) {
        this.server = server;
        this.state = state;
        this.clients = clients;
        this.info = new SentinelInfo(state, clients, scripts, server::port);
        this.subcommands = new SentinelSubcommands(server, state, scripts, config);
    }

    void execute(SentinelClient client, List<String> argv) {
        String typed = argv.get(0);
        String name = typed.toLowerCase(Locale.ROOT);
        List<String> args = argv.subList(1, argv.size());
        if (!client.authenticated && !FOR_STRANGERS.contains(name)) {
            client.out.error("NOAUTH Authentication required.");
        } else if (client.subscriptions() > 0 && client.out.protocol() == 2 && !WHILE_SUBSCRIBED.contains(name)) {
            client.out.error("ERR Can't execute '" + name + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT"
                    + " / RESET are allowed in this context");
        } else {
            dispatch(client, typed, name, args);
        }
    }

    private void dispatch(SentinelClient client, String typed, String name, List<String> args) {
        switch (name) {
            case "ping" -> ping(client, args);
            case "hello" -> hello(client, args);
            case "auth" -> {
                if (checkArity(client, name, args, 1, 2) && authenticate(client, args)) {
                    client.out.ok();
                }
            }
            case "client" -> client(client, args);
            case "info" -> client.out.verbatim("txt", info.text(args));
            case "role" -> {
                if (checkArity(client, name, args, 0, 0)) {
                    role(client);
                }
            }
            case "command" -> SentinelCatalogue.command(client, args);
            case "acl" -> acl(client, args);
            case "shutdown" -> shutdown(client, args);
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
            case "sentinel" -> subcommands.execute(client, args);
            case "quit" -> {
                client.out.ok();
                client.closeAfterReply();
            }
            default -> unknown(client, typed, args);
        }
    }

    private static void unknown(SentinelClient client, String name, List<String> args) {
        StringBuilder shown = new StringBuilder();
        args.forEach(arg -> shown.append('\'').append(arg).append("' "));
        client.out.error("ERR unknown command '" + name + "', with args beginning with: " + shown);
    }

    static boolean checkArity(SentinelClient client, String name, List<String> args, int least, int most) {
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

    private void client(SentinelClient client, List<String> args) {
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
            case "info" -> client.out.verbatim("txt", client.describe() + "\n");
            case "list" -> client.out.verbatim("txt", clients.describe());
            case "reply" -> {
                if (checkArity(client, "client|reply", args, 2, 2)) {
                    if (args.get(1).equalsIgnoreCase("on")) {
                        client.out.ok();
                    } else {
                        client.out.error("ERR A Sentinel answers every command");
                    }
                }
            }
            case "kill" -> {
                if (args.size() == 3 && args.get(1).equalsIgnoreCase("type")) {
                    client.out.integer(clients.kill(args.get(2).toLowerCase(Locale.ROOT), client));
                } else if (checkArity(client, "client|kill", args, 3, 3)) {
                    client.out.error("ERR syntax error");
                }
            }
            default -> unknownSubcommand(client, "CLIENT", args);
        }
    }

    static void unknownSubcommand(SentinelClient client, String command, List<String> args) {
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

    static void names(SentinelClient client, List<String> names) {
        client.out.array(names.size());
        names.forEach(client.out::bulk);
    }

    /** There is one user, and whoever has the password may do everything. */
    private void acl(SentinelClient client, List<String> args) {
        String what = args.isEmpty() ? "" : args.get(0).toLowerCase(Locale.ROOT);
        switch (what) {
            case "whoami" -> client.out.bulk("default");
            case "users" -> names(client, List.of("default"));
            case "list" ->
                names(
                        client,
                        List.of("user default on " + (clients.password() == null ? "nopass" : "#" + "*".repeat(8))
                                + " ~* &* +@all"));
            case "setuser", "deluser", "load", "save" ->
                client.out.error("ERR This Sentinel has the default user alone; its password is 'requirepass' of its"
                        + " configuration file");
            default -> unknownSubcommand(client, "ACL", args);
        }
    }

    private void shutdown(SentinelClient client, List<String> args) {
        Set<String> known = Set.of("nosave", "save", "now", "force");
        if (!args.stream().allMatch(arg -> known.contains(arg.toLowerCase(Locale.ROOT)))) {
            client.out.error("ERR syntax error");
            return;
        }
        server.endLater();
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
}
