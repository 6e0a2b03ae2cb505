package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Numbers;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue.Scored;
import java.util.ArrayList;
import java.util.List;

/** Taking the lowest or highest elements of sorted sets, at once (ZPOPMIN, ZMPOP) or when there are some (BZPOPMIN, BZMPOP). */
final class SortedSetPopCommands {
    private SortedSetPopCommands() {}

    static void register(CommandRegistry r) {
        r.register("zpopmin", (c, a) -> pop(c, a, true))
                .register("zpopmax", (c, a) -> pop(c, a, false))
                .register("zmpop", SortedSetPopCommands::zmpop)
                .register("bzpopmin", (c, a) -> blockingPop(c, a, true))
                .register("bzpopmax", (c, a) -> blockingPop(c, a, false))
                .register("bzmpop", SortedSetPopCommands::bzmpop);
    }

    private static List<Scored> take(Call call, byte[] key, SortedSetValue set, boolean min, long count) {
        List<Scored> taken = new ArrayList<>();
        while (taken.size() < count && set.size() > 0) {
            Scored x = min ? set.first() : set.last();
            set.remove(x.key());
            taken.add(x);
        }
        if (!taken.isEmpty()) {
            call.removeIfEmpty(key, set);
            call.changed(key);
            call.addChanges(taken.size() - 1L);
        }
        return taken;
    }

    private static void pop(Call call, byte[][] argv, boolean min) {
        if (argv.length > 3) {
            throw Args.SYNTAX;
        }
        boolean counted = argv.length == 3;
        long count = counted ? Args.count(argv[2]) : 1;
        SortedSetValue set = call.write(argv[1], SortedSetValue.class);
        List<Scored> taken = set == null ? List.of() : take(call, argv[1], set, min, count);
        if (counted) {
            SortedSetRangeCommands.reply(call, taken, true);
            return;
        }
        // Without a count it is one flat pair in both protocols.
        call.out().array(2 * taken.size());
        for (Scored x : taken) {
            call.out().bulk(x.key());
            call.out().doubleValue(Doubles.format(x.score()));
        }
    }

    private record MultiPop(List<byte[]> keys, boolean min, long count) {
        static MultiPop parse(byte[][] argv, int at) {
            int n = Args.numKeys(argv, at, "ERR numkeys should be greater than 0");
            int where = at + 1 + n;
            if (where >= argv.length) {
                throw Args.SYNTAX;
            }
            boolean min = Args.is(argv[where], "min");
            if (!min && !Args.is(argv[where], "max")) {
                throw Args.SYNTAX;
            }
            return new MultiPop(
                    List.of(argv).subList(at + 1, where), min, ListCommands.MultiPop.parseCount(argv, where + 1));
        }

        /** Replies with the key and what was taken; false, without a reply, when there is no such set. */
        boolean popFrom(Call call, byte[] key) {
            SortedSetValue set = call.write(key, SortedSetValue.class);
            if (set == null) {
                return false;
            }
            List<Scored> taken = take(call, key, set, min, count);
            call.out().array(2);
            call.out().bulk(key);
            call.out().array(taken.size());
            for (Scored x : taken) {
                call.out().array(2);
                call.out().bulk(x.key());
                call.out().doubleValue(Doubles.format(x.score()));
            }
            call.propagateInstead(Call.ascii(min ? "ZPOPMIN" : "ZPOPMAX"), key, Numbers.toBytes(taken.size()));
            return true;
        }
    }

    private static void zmpop(Call call, byte[][] argv) {
        MultiPop pop = MultiPop.parse(argv, 1);
        for (byte[] key : pop.keys) {
            if (pop.popFrom(call, key)) {
                return;
            }
        }
        call.out().nullArray();
    }

    private static boolean isSortedSet(Call call, byte[] key) {
        Entry entry = call.peek(key);
        return entry != null && entry.value() instanceof SortedSetValue;
    }

    private static boolean popOne(Call call, byte[] key, boolean min) {
        SortedSetValue set = call.write(key, SortedSetValue.class);
        if (set == null) {
            return false;
        }
        Scored x = take(call, key, set, min, 1).get(0);
        call.out().array(3);
        call.out().bulk(key);
        call.out().bulk(x.key());
        call.out().doubleValue(Doubles.format(x.score()));
        call.propagateInstead(Call.ascii(min ? "ZPOPMIN" : "ZPOPMAX"), key);
        return true;
    }

    private static void blockingPop(Call call, byte[][] argv, boolean min) {
        long timeout = Args.timeoutMillis(argv[argv.length - 1]);
        List<byte[]> keys = List.of(argv).subList(1, argv.length - 1);
        for (byte[] key : keys) {
            if (popOne(call, key, min)) {
                return;
            }
        }
        if (call.inTransaction()) {
            call.out().nullArray();
        } else {
            call.blockOnKeys(
                    keys, timeout, (c, key) -> isSortedSet(c, key) && popOne(c, key, min), ReplyWriter::nullArray);
        }
    }

    private static void bzmpop(Call call, byte[][] argv) {
        long timeout = Args.timeoutMillis(argv[1]);
        MultiPop pop = MultiPop.parse(argv, 2);
        for (byte[] key : pop.keys) {
            if (pop.popFrom(call, key)) {
                return;
            }
        }
        if (call.inTransaction()) {
            call.out().nullArray();
        } else {
            call.blockOnKeys(
                    pop.keys, timeout, (c, key) -> isSortedSet(c, key) && pop.popFrom(c, key), ReplyWriter::nullArray);
        }
    }
}
