package dev.fairlead.server.internal.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** CONFIG, INFO, TIME, SLOWLOG, LATENCY, ACL: the server as an operator sees it. */
final class ServerCommands {
    private ServerCommands() {}

    static void register(CommandRegistry r) {
        r.register("config|get", ServerCommands::configGet)
                .register("config|set", ServerCommands::configSet)
                .register("config|rewrite", (c, a) -> {
                    c.executor().control().config().rewrite();
                    c.out().ok();
                })
                .register("config|resetstat", (c, a) -> {
                    c.executor().stats().reset();
                    c.executor().registry().resetStatistics();
                    c.out().ok();
                })
                .register("info", InfoCommands::info)
                .register("time", ServerCommands::time)
                .register("slowlog|get", ServerCommands::slowlogGet)
                .register("slowlog|len", (c, a) -> c.out()
                        .integer(c.executor().slowLog().entries().size()))
                .register("slowlog|reset", (c, a) -> {
                    c.executor().slowLog().entries().clear();
                    c.out().ok();
                })
                .register("latency|latest", (c, a) -> c.out().array(0))
                .register("latency|history", (c, a) -> c.out().array(0))
                .register("latency|reset", (c, a) -> c.out().integer(0))
                .register("acl|whoami", (c, a) -> c.out().bulk("default"))
                .register("acl|users", (c, a) -> {
                    c.out().array(1);
                    c.out().bulk("default");
                })
                .register("acl|list", (c, a) -> {
                    c.out().array(1);
                    c.out().bulk("user default on " + passwordRule(c) + " ~* &* +@all");
                })
                .register("acl|getuser", ServerCommands::getuser);
    }

    private static void configGet(Call call, byte[][] argv) {
        Map<String, String> found = new LinkedHashMap<>();
        Map<String, String> all = call.executor().control().config().all();
        for (int i = 2; i < argv.length; i++) {
            byte[] pattern = argv[i];
            all.forEach((name, value) -> {
                if (Glob.matches(pattern, Call.ascii(name), true)) {
                    found.put(name, value);
                }
            });
        }
        call.out().map(found.size());
        found.forEach((name, value) -> {
            call.out().bulk(name);
            call.out().bulk(value);
        });
    }

    private static void configSet(Call call, byte[][] argv) {
        if (argv.length % 2 != 0) {
            throw new CommandException("ERR wrong number of arguments for 'config|set' command");
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 2; i < argv.length; i += 2) {
            String name = Args.lower(argv[i]);
            if (values.put(name, Args.text(argv[i + 1])) != null) {
                throw new CommandException(
                        "ERR CONFIG SET failed (possibly related to argument '" + name + "') - duplicate parameter");
            }
        }
        ConfigStore config = call.executor().control().config();
        config.set(values);
        call.executor().slowLog().configure(config);
        call.out().ok();
    }

    private static void time(Call call, byte[][] argv) {
        call.out().array(2);
        call.out().bulk(Long.toString(call.nowMillis() / 1000));
        call.out().bulk(Long.toString(call.nowMillis() % 1000 * 1000));
    }

    private static void slowlogGet(Call call, byte[][] argv) {
        if (argv.length > 3) {
            throw new CommandException("ERR wrong number of arguments for 'slowlog|get' command");
        }
        long count = argv.length == 2
                ? 10
                : Args.range(argv[2], -1, Long.MAX_VALUE, "ERR count should be greater than or equal to -1");
        List<SlowLog.Slow> shown = new ArrayList<>(call.executor().slowLog().entries());
        if (count >= 0 && count < shown.size()) {
            shown = shown.subList(0, (int) count);
        }
        ReplyWriter out = call.out();
        out.array(shown.size());
        for (SlowLog.Slow slow : shown) {
            out.array(6);
            out.integer(slow.id());
            out.integer(slow.atSeconds());
            out.integer(slow.micros());
            out.array(slow.argv().length);
            for (byte[] arg : slow.argv()) {
                out.bulk(arg);
            }
            out.bulk(slow.client());
            out.bulk(slow.name());
        }
    }

    private static String passwordRule(Call call) {
        String password = call.executor().control().config().get("requirepass");
        return password == null || password.isEmpty()
                ? "nopass sanitize-payload"
                : "sanitize-payload #" + Sha256.hex(password);
    }

    private static void getuser(Call call, byte[][] argv) {
        if (!Args.text(argv[2]).equals("default")) {
            call.out().nullBulk();
            return;
        }
        String password = call.executor().control().config().get("requirepass");
        boolean open = password == null || password.isEmpty();
        ReplyWriter out = call.out();
        out.map(6);
        out.bulk("flags");
        List<String> flags = open ? List.of("on", "nopass", "sanitize-payload") : List.of("on", "sanitize-payload");
        out.set(flags.size());
        flags.forEach(out::bulk);
        out.bulk("passwords");
        out.array(open ? 0 : 1);
        if (!open) {
            out.bulk(Sha256.hex(password));
        }
        out.bulk("commands");
        out.bulk("+@all");
        out.bulk("keys");
        out.bulk("~*");
        out.bulk("channels");
        out.bulk("&*");
        out.bulk("selectors");
        out.array(0);
    }
}
