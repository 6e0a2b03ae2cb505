package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.command.PubSub.Space;
import java.util.List;

/** SUBSCRIBE, PUBLISH and their kin. */
final class PubSubCommands {
    private PubSubCommands() {}

    static void register(CommandRegistry r) {
        r.register("subscribe", (c, a) -> subscribe(c, a, Space.CHANNEL))
                .register("psubscribe", (c, a) -> subscribe(c, a, Space.PATTERN))
                .register("ssubscribe", (c, a) -> subscribe(c, a, Space.SHARD))
                .register("unsubscribe", (c, a) -> unsubscribe(c, a, Space.CHANNEL))
                .register("punsubscribe", (c, a) -> unsubscribe(c, a, Space.PATTERN))
                .register("sunsubscribe", (c, a) -> unsubscribe(c, a, Space.SHARD))
                .register("publish", PubSubCommands::publish)
                .register("spublish", PubSubCommands::spublish)
                .register("pubsub|channels", (c, a) -> channels(c, a, Space.CHANNEL))
                .register("pubsub|shardchannels", (c, a) -> channels(c, a, Space.SHARD))
                .register("pubsub|numsub", (c, a) -> numsub(c, a, Space.CHANNEL))
                .register("pubsub|shardnumsub", (c, a) -> numsub(c, a, Space.SHARD))
                .register("pubsub|numpat", (c, a) -> c.out()
                        .integer(c.executor().pubSub().channels(Space.PATTERN).size()));
    }

    private static void tell(Call call, String kind, byte[] channel, int count) {
        ReplyWriter out = call.session().pushes();
        out.push(3);
        out.bulk(kind);
        if (channel == null) {
            out.nullBulk();
        } else {
            out.bulk(channel);
        }
        out.integer(count);
    }

    private static void subscribe(Call call, byte[][] argv, Space space) {
        for (int i = 1; i < argv.length; i++) {
            call.executor().pubSub().subscribe(call.session(), space, new Channel(argv[i]));
            tell(call, space.subscribed, argv[i], space.count(call.session().subscriptions));
        }
    }

    private static void unsubscribe(Call call, byte[][] argv, Space space) {
        Subscriptions subscriptions = call.session().subscriptions;
        List<Channel> channels = argv.length > 1
                ? List.of(argv).stream().skip(1).map(Channel::new).toList()
                : List.copyOf(space.of.apply(subscriptions));
        for (Channel channel : channels) {
            call.executor().pubSub().unsubscribe(call.session(), space, channel);
            tell(call, space.unsubscribed, channel.name(), space.count(subscriptions));
        }
        if (channels.isEmpty()) {
            tell(call, space.unsubscribed, null, space.count(subscriptions));
        }
    }

    /** Leaves every channel without telling, for RESET. */
    static void leaveAll(Call call) {
        call.executor().pubSub().removeAll(call.session());
    }

    private static void publish(Call call, byte[][] argv) {
        int sent = call.executor().pubSub().publish(argv[1], argv[2]);
        call.forcePropagation();
        call.out().integer(sent);
    }

    private static void spublish(Call call, byte[][] argv) {
        int sent = call.executor().pubSub().publishToShard(argv[1], argv[2]);
        call.forcePropagation();
        call.out().integer(sent);
    }

    private static void channels(Call call, byte[][] argv, Space space) {
        if (argv.length > 3) {
            throw new CommandException("ERR wrong number of arguments for '" + call.row.spec.name() + "' command");
        }
        List<byte[]> names = call.executor().pubSub().channels(space).stream()
                .map(Channel::name)
                .filter(name -> argv.length == 2 || Glob.matches(argv[2], name))
                .toList();
        call.out().array(names.size());
        names.forEach(call.out()::bulk);
    }

    private static void numsub(Call call, byte[][] argv, Space space) {
        call.out().array(2 * (argv.length - 2));
        for (int i = 2; i < argv.length; i++) {
            call.out().bulk(argv[i]);
            call.out().integer(call.executor().pubSub().listenerCount(space, argv[i]));
        }
    }
}
