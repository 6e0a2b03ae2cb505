package dev.fairlead.server.internal.command;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Commands on the connection itself: PING, HELLO, AUTH, SELECT… CLIENT is {@link ClientCommands}. */
final class ConnectionCommands {
    /** The version whose behaviour this server has, as HELLO and INFO tell it. */
    static final String REDIS_VERSION = "7.0.15";

    private static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";

    private ConnectionCommands() {}

    static void register(CommandRegistry r) {
        r.register("ping", ConnectionCommands::ping)
                .register("echo", (c, a) -> c.out().bulk(a[1]))
                .register("quit", (c, a) -> {
                    c.out().ok();
                    c.executor().close(c.session());
                })
                .register("select", ConnectionCommands::select)
                .register("auth", ConnectionCommands::auth)
                .register("hello", ConnectionCommands::hello)
                .register("reset", ConnectionCommands::reset);
    }

    private static void ping(Call call, byte[][] argv) {
        if (argv.length > 2) {
            throw new CommandException("ERR wrong number of arguments for 'ping' command");
        }
        ClientSession session = call.session();
        if (session.protocol == 2 && session.subscriptions.count() > 0) {
            call.out().array(2);
            call.out().bulk("pong");
            call.out().bulk(argv.length == 2 ? argv[1] : new byte[0]);
        } else if (argv.length == 2) {
            call.out().bulk(argv[1]);
        } else {
            call.out().simple("PONG");
        }
    }

    private static void select(Call call, byte[][] argv) {
        int index = Args.intValue(argv[1], null);
        if (index < 0 || index >= call.keyspace().databases()) {
            throw new CommandException("ERR DB index is out of range");
        }
        call.session().database = index;
        call.out().ok();
    }

    private static void auth(Call call, byte[][] argv) {
        if (argv.length > 3) {
            throw Args.SYNTAX;
        }
        String password = password(call);
        if (argv.length == 2 && password.isEmpty()) {
            throw new CommandException(
                    "ERR AUTH <password> called without any password configured for the default user. Are "
                            + "you sure your configuration is correct?");
        }
        authenticate(call, argv.length == 3 ? argv[1] : null, argv[argv.length - 1]);
        call.out().ok();
    }

    private static String password(Call call) {
        String password = call.executor().control().config().get("requirepass");
        return password == null ? "" : password;
    }

    /** @param user null for the default user */
    private static void authenticate(Call call, byte[] user, byte[] given) {
        byte[] password = password(call).getBytes(StandardCharsets.UTF_8);
        boolean known = user == null || Args.text(user).equals("default");
        // Takes the same time however much of the password is right.
        if (!known || password.length > 0 && !MessageDigest.isEqual(password, given)) {
            throw new CommandException(WRONG_PASSWORD);
        }
        call.session().authenticated = true;
    }

    private static void hello(Call call, byte[][] argv) {
        ClientSession session = call.session();
        int version = session.protocol;
        int at = 1;
        if (argv.length > 1) {
            long asked = Args.longValue(argv[at++], "ERR Protocol version is not an integer or out of range");
            if (asked < 2 || asked > 3) {
                throw new CommandException("NOPROTO unsupported protocol version");
            }
            version = (int) asked;
        }
        byte[] user = null;
        byte[] password = null;
        byte[] name = null;
        for (; at < argv.length; at++) {
            int left = argv.length - at - 1;
            if (Args.is(argv[at], "auth") && left >= 2) {
                user = argv[at + 1];
                password = argv[at + 2];
                at += 2;
            } else if (Args.is(argv[at], "setname") && left >= 1) {
                name = argv[++at];
                ClientCommands.requireName(name);
            } else {
                throw new CommandException("ERR Syntax error in HELLO option '" + Args.quoted(argv[at]) + "'");
            }
        }
        if (user != null) {
            authenticate(call, user, password);
        }
        if (!session.authenticated && !password(call).isEmpty()) {
            throw new CommandException(
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO "
                            + "<proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol "
                            + "version at the same time");
        }
        if (name != null) {
            session.name = name;
        }
        session.protocol = version;
        session.connection().protocol(version);
        ReplyWriter out = call.out();
        out.map(7);
        out.bulk("server");
        out.bulk("redis");
        out.bulk("version");
        out.bulk(REDIS_VERSION);
        out.bulk("proto");
        out.integer(version);
        out.bulk("id");
        out.integer(session.id());
        out.bulk("mode");
        out.bulk("standalone");
        out.bulk("role");
        out.bulk(call.executor().control().isReplica() ? "replica" : "master");
        out.bulk("modules");
        out.array(0);
    }

    private static void reset(Call call, byte[][] argv) {
        ClientSession session = call.session();
        TransactionCommands.abandon(call);
        PubSubCommands.leaveAll(call);
        session.database = 0;
        session.protocol = 2;
        session.connection().protocol(2);
        session.name = new byte[0];
        session.replyMode = ClientSession.ReplyMode.ON;
        session.skipNext = false;
        session.noEvict = false;
        session.authenticated = password(call).isEmpty();
        session.out().simple("RESET");
    }
}
