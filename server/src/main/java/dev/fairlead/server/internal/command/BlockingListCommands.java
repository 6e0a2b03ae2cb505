package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.ListValue;
import java.util.List;

/**
 * List commands that wait for an element: BLPOP, BRPOP, BLMOVE, BRPOPLPUSH, BLMPOP. Inside MULTI they answer at once. They are
 * propagated as the command that does not wait.
 */
final class BlockingListCommands {
    private BlockingListCommands() {}

    static void register(CommandRegistry r) {
        r.register("blpop", (c, a) -> pop(c, a, true))
                .register("brpop", (c, a) -> pop(c, a, false))
                .register("blmove", (c, a) -> move(c, a, ListCommands.end(a[3]), ListCommands.end(a[4]), a[5]))
                .register("brpoplpush", (c, a) -> move(c, a, false, true, a[3]))
                .register("blmpop", BlockingListCommands::multiPop);
    }

    private static boolean isList(Call call, byte[] key) {
        Entry entry = call.peek(key);
        return entry != null && entry.value() instanceof ListValue;
    }

    private static void pop(Call call, byte[][] argv, boolean left) {
        long timeout = Args.timeoutMillis(argv[argv.length - 1]);
        List<byte[]> keys = List.of(argv).subList(1, argv.length - 1);
        for (byte[] key : keys) {
            if (ListCommands.popOneFrom(call, key, left)) {
                return;
            }
        }
        if (call.inTransaction()) {
            call.out().nullArray();
        } else {
            call.blockOnKeys(
                    keys,
                    timeout,
                    (c, key) -> isList(c, key) && ListCommands.popOneFrom(c, key, left),
                    ReplyWriter::nullArray);
        }
    }

    private static void move(Call call, byte[][] argv, boolean fromLeft, boolean toLeft, byte[] timeoutArg) {
        long timeout = Args.timeoutMillis(timeoutArg);
        if (moveAndPropagate(call, argv[1], argv[2], fromLeft, toLeft, call.row.spec.name())) {
            return;
        }
        if (call.inTransaction()) {
            call.out().nullBulk();
        } else {
            String name = call.row.spec.name();
            call.blockOnKeys(
                    List.of(argv[1]),
                    timeout,
                    (c, key) -> isList(c, key) && moveAndPropagate(c, key, argv[2], fromLeft, toLeft, name),
                    ReplyWriter::nullArray);
        }
    }

    private static boolean moveAndPropagate(
            Call call, byte[] source, byte[] target, boolean fromLeft, boolean toLeft, String name) {
        if (!ListCommands.moveOrMiss(call, source, target, fromLeft, toLeft)) {
            return false;
        }
        if (name.equals("brpoplpush")) {
            call.propagateInstead(Call.ascii("RPOPLPUSH"), source, target);
        } else {
            call.propagateInstead(Call.ascii("LMOVE"), source, target, end(fromLeft), end(toLeft));
        }
        return true;
    }

    private static byte[] end(boolean left) {
        return Call.ascii(left ? "LEFT" : "RIGHT");
    }

    private static void multiPop(Call call, byte[][] argv) {
        long timeout = Args.timeoutMillis(argv[1]);
        ListCommands.MultiPop pop = ListCommands.MultiPop.parse(argv, 2);
        for (byte[] key : pop.keys()) {
            if (ListCommands.popFrom(call, key, pop)) {
                return;
            }
        }
        if (call.inTransaction()) {
            call.out().nullArray();
        } else {
            call.blockOnKeys(
                    pop.keys(),
                    timeout,
                    (c, key) -> isList(c, key) && ListCommands.popFrom(c, key, pop),
                    ReplyWriter::nullArray);
        }
    }
}
