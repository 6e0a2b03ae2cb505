package dev.fairlead.server.internal.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The subcommands of CLIENT. */
final class ClientCommands {
    /** Capabilities kept of one client; what nobody knows is ignored anyway. */
    private static final int MAX_CAPABILITIES = 16;
    /** {@code CLIENT CAPA} with this asks for the offsets that docs/protocol.md describes. */
    private static final String OFFSETS = "fairlead-offsets";

    private ClientCommands() {}

    static void register(CommandRegistry r) {
        r.register("client|id", (c, a) -> c.out().integer(c.session().id()))
                .register("client|getname", ClientCommands::getname)
                .register("client|setname", ClientCommands::setname)
                .register("client|info", (c, a) -> c.out().verbatim("txt", describe(c.session(), c.nowMillis()) + "\n"))
                .register("client|list", ClientCommands::list)
                .register("client|kill", ClientCommands::kill)
                .register("client|pause", ClientCommands::pause)
                .register("client|unpause", (c, a) -> {
                    c.out().ok();
                    c.executor().unpause(PauseReason.CLIENT);
                })
                .register("client|no-evict", ClientCommands::noEvict)
                .register("client|reply", ClientCommands::reply)
                .register("client|unblock", ClientCommands::unblock)
                .register("client|getredir", (c, a) -> c.out().integer(-1))
                .register("client|hold", HeldCommands::hold)
                .register("client|capa", ClientCommands::capa);
    }

    private static void getname(Call call, byte[][] argv) {
        byte[] name = call.session().name;
        if (name.length == 0) {
            call.out().nullBulk();
        } else {
            call.out().bulk(name);
        }
    }

    /** @throws CommandException for a name that CLIENT LIST could not show as one word */
    static void requireName(byte[] name) {
        for (byte b : name) {
            if (b < '!' || b > '~') {
                throw new CommandException("ERR Client names cannot contain spaces, newlines or special characters.");
            }
        }
    }

    private static void setname(Call call, byte[][] argv) {
        requireName(argv[2]);
        call.session().name = argv[2];
        call.out().ok();
    }

    /** One line of CLIENT LIST. */
    private static String describe(ClientSession s, long nowMillis) {
        StringBuilder flags = new StringBuilder();
        switch (s.kind()) {
            case MASTER -> flags.append('M');
            case REPLICA -> flags.append('S');
            case PUBSUB -> flags.append('P');
            default -> {}
        }
        if (s.transaction.active) {
            flags.append('x');
        }
        if (s.isBlocked()) {
            flags.append('b');
        }
        if (s.transaction.spoiled) {
            flags.append('d');
        }
        if (s.closing) {
            flags.append('c');
        }
        if (s.noEvict) {
            flags.append('e');
        }
        ClientConnection c = s.connection();
        return "id=" + s.id()
                + " addr=" + c.remoteAddress()
                + " laddr=" + c.localAddress()
                + " fd=" + c.descriptor()
                + " name=" + s.name()
                + " age=" + (nowMillis - s.createdMillis()) / 1000
                + " idle=" + Math.max(0, nowMillis - s.lastInteractionMillis) / 1000
                + " flags=" + (flags.length() == 0 ? "N" : flags)
                + " db=" + s.database
                + " sub=" + s.subscriptions.channels.size()
                + " psub=" + s.subscriptions.patterns.size()
                + " ssub=" + s.subscriptions.shardChannels.size()
                + " multi=" + (s.transaction.active ? s.transaction.queue.size() : -1)
                + " qbuf=" + c.queryBufferBytes()
                + " qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=" + c.outputBufferBytes()
                + " tot-mem=" + (c.queryBufferBytes() + c.outputBufferBytes())
                + " events=r cmd=" + s.lastCommand
                + " user=default redir=-1 resp=" + s.protocol;
    }

    /** The predicate of a type's name; null for an unknown name. */
    private static Predicate<ClientSession> ofType(String type) {
        return switch (type) {
            case "normal" -> s -> s.kind() == ClientSession.Kind.NORMAL;
            case "pubsub" -> s -> s.kind() == ClientSession.Kind.PUBSUB;
            case "master" -> s -> s.kind() == ClientSession.Kind.MASTER;
            case "replica", "slave" -> s -> s.kind() == ClientSession.Kind.REPLICA;
            default -> null;
        };
    }

    private static void list(Call call, byte[][] argv) {
        Predicate<ClientSession> wanted = s -> true;
        if (argv.length == 4 && Args.is(argv[2], "type")) {
            wanted = requireType(argv[3]);
        } else if (argv.length >= 4 && Args.is(argv[2], "id")) {
            List<Long> ids = new ArrayList<>();
            for (int i = 3; i < argv.length; i++) {
                ids.add(Args.longValue(argv[i], "ERR Invalid client ID"));
            }
            wanted = s -> ids.contains(s.id());
        } else if (argv.length != 2) {
            throw Args.SYNTAX;
        }
        StringBuilder text = new StringBuilder();
        call.executor().clients().all().stream().filter(wanted).forEach(s -> text.append(describe(s, call.nowMillis()))
                .append('\n'));
        call.out().verbatim("txt", text.toString());
    }

    private static Predicate<ClientSession> requireType(byte[] name) {
        Predicate<ClientSession> type = ofType(Args.lower(name));
        if (type == null) {
            throw new CommandException("ERR Unknown client type '" + Args.quoted(name) + "'");
        }
        return type;
    }

    private static void kill(Call call, byte[][] argv) {
        if (argv.length == 3) {
            List<ClientSession> found =
                    matching(call, s -> s.connection().remoteAddress().equals(Args.text(argv[2])));
            if (found.isEmpty()) {
                throw new CommandException("ERR No such client");
            }
            call.out().ok();
            found.forEach(s -> end(call, s));
            return;
        }
        Predicate<ClientSession> wanted = s -> true;
        boolean skipMe = true;
        for (int i = 2; i < argv.length; i += 2) {
            if (i + 1 >= argv.length) {
                throw Args.SYNTAX;
            }
            byte[] value = argv[i + 1];
            switch (Args.lower(argv[i])) {
                case "id" -> {
                    long id = Args.longValue(value, "ERR client-id should be greater than 0");
                    if (id < 1) {
                        throw new CommandException("ERR client-id should be greater than 0");
                    }
                    wanted = wanted.and(s -> s.id() == id);
                }
                case "type" -> wanted = wanted.and(requireType(value));
                case "addr" ->
                    wanted = wanted.and(s -> s.connection().remoteAddress().equals(Args.text(value)));
                case "laddr" ->
                    wanted = wanted.and(s -> s.connection().localAddress().equals(Args.text(value)));
                case "user" -> {
                    if (!Args.text(value).equals("default")) {
                        throw new CommandException("ERR No such user '" + Args.quoted(value) + "'");
                    }
                }
                case "skipme" -> {
                    skipMe = Args.is(value, "yes");
                    if (!skipMe && !Args.is(value, "no")) {
                        throw Args.SYNTAX;
                    }
                }
                default -> throw Args.SYNTAX;
            }
        }
        boolean spareMe = skipMe;
        List<ClientSession> found = matching(call, wanted.and(s -> !spareMe || s != call.session()));
        call.out().integer(found.size());
        found.forEach(s -> end(call, s));
    }

    private static List<ClientSession> matching(Call call, Predicate<ClientSession> wanted) {
        return call.executor().clients().snapshot().stream().filter(wanted).toList();
    }

    /** Others are closed at once; the caller still gets its reply. */
    private static void end(Call call, ClientSession session) {
        if (session == call.session()) {
            call.executor().close(session);
        } else {
            session.closing = true;
            session.connection().close();
        }
    }

    private static void pause(Call call, byte[][] argv) {
        boolean all = true;
        if (argv.length == 4) {
            all = Args.is(argv[3], "all");
            if (!all && !Args.is(argv[3], "write")) {
                throw new CommandException("ERR CLIENT PAUSE mode must be WRITE or ALL");
            }
        } else if (argv.length > 4) {
            throw Args.SYNTAX;
        }
        long millis = Args.longValue(argv[2], "ERR timeout is not an integer or out of range");
        if (millis < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        if (millis > Long.MAX_VALUE / 2) {
            throw new CommandException("ERR timeout is out of range");
        }
        call.executor().pause(PauseReason.CLIENT, call.nowMillis() + millis, all);
        call.out().ok();
    }

    private static void noEvict(Call call, byte[][] argv) {
        boolean on = Args.is(argv[2], "on");
        if (!on && !Args.is(argv[2], "off")) {
            throw Args.SYNTAX;
        }
        call.session().noEvict = on;
        call.out().ok();
    }

    private static void reply(Call call, byte[][] argv) {
        ClientSession session = call.session();
        switch (Args.lower(argv[2])) {
            case "on" -> {
                session.replyMode = ClientSession.ReplyMode.ON;
                session.out().ok();
            }
            case "off" -> session.replyMode = ClientSession.ReplyMode.OFF;
            case "skip" -> session.skipNext = session.replyMode != ClientSession.ReplyMode.OFF;
            default -> throw Args.SYNTAX;
        }
    }

    private static void unblock(Call call, byte[][] argv) {
        boolean withError = false;
        if (argv.length == 4) {
            withError = Args.is(argv[3], "error");
            if (!withError && !Args.is(argv[3], "timeout")) {
                throw new CommandException("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
            }
        } else if (argv.length > 4) {
            throw Args.SYNTAX;
        }
        ClientSession target = call.executor().clients().get(Args.longValue(argv[2]));
        boolean waits = target != null && target.wait != null && target.wait.postponed == null;
        call.out().integer(waits ? 1 : 0);
        if (waits && withError) {
            call.executor().unblockWithError(target, "UNBLOCKED client unblocked via CLIENT UNBLOCK");
        } else if (waits) {
            call.executor().timeOut(target);
        }
    }

    private static void capa(Call call, byte[][] argv) {
        for (int i = 2; i < argv.length && call.session().capabilities.size() < MAX_CAPABILITIES; i++) {
            call.session().capabilities.add(Args.lower(argv[i]));
        }
        call.out().ok();
        if (!call.session().wantsOffsets && call.session().capabilities.contains(OFFSETS)) {
            call.session().wantsOffsets = true;
            call.executor().control().wantsOffsets(call.session());
        }
    }
}
