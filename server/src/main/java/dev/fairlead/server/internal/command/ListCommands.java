package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.ListValue;
import dev.fairlead.server.internal.keyspace.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Commands on lists that never wait; those that do are {@link BlockingListCommands}. */
final class ListCommands {
    private ListCommands() {}

    static void register(CommandRegistry r) {
        r.register("lpush", (c, a) -> push(c, a, true, true))
                .register("rpush", (c, a) -> push(c, a, false, true))
                .register("lpushx", (c, a) -> push(c, a, true, false))
                .register("rpushx", (c, a) -> push(c, a, false, false))
                .register("lpop", (c, a) -> pop(c, a, true))
                .register("rpop", (c, a) -> pop(c, a, false))
                .register("llen", ListCommands::llen)
                .register("lindex", ListCommands::lindex)
                .register("lrange", ListCommands::lrange)
                .register("lset", ListCommands::lset)
                .register("linsert", ListCommands::linsert)
                .register("lrem", ListCommands::lrem)
                .register("ltrim", ListCommands::ltrim)
                .register("lpos", ListCommands::lpos)
                .register("lmove", ListCommands::lmove)
                .register("rpoplpush", (c, a) -> {
                    if (!moveOrMiss(c, a[1], a[2], false, true)) {
                        c.out().nullBulk();
                    }
                })
                .register("lmpop", ListCommands::lmpop);
    }

    private static void add(ListValue list, byte[] element, boolean left) {
        if (left) {
            list.addFirst(element);
        } else {
            list.addLast(element);
        }
    }

    private static void push(Call call, byte[][] argv, boolean left, boolean create) {
        ListValue list = call.write(argv[1], ListValue.class);
        boolean missing = list == null;
        if (missing && !create) {
            call.out().integer(0);
            return;
        }
        if (missing) {
            list = new ListValue();
        }
        for (int i = 2; i < argv.length; i++) {
            add(list, argv[i], left);
        }
        if (missing) {
            call.put(argv[1], list);
        }
        call.changed(argv[1]);
        call.addChanges(argv.length - 3);
        call.out().integer(list.size());
    }

    private static byte[] take(ListValue list, boolean left) {
        return left ? list.removeFirst() : list.removeLast();
    }

    private static void pop(Call call, byte[][] argv, boolean left) {
        if (argv.length > 3) {
            throw new CommandException("ERR wrong number of arguments for '" + call.row.spec.name() + "' command");
        }
        boolean counted = argv.length == 3;
        long count = counted ? Args.count(argv[2]) : 1;
        ListValue list = call.write(argv[1], ListValue.class);
        if (list == null) {
            if (counted) {
                call.out().nullArray();
            } else {
                call.out().nullBulk();
            }
            return;
        }
        if (!counted) {
            call.out().bulk(take(list, left));
            call.removeIfEmpty(argv[1], list);
            call.changed(argv[1]);
            return;
        }
        popMany(call, argv[1], list, left, count);
    }

    private static void popMany(Call call, byte[] key, ListValue list, boolean left, long count) {
        int n = (int) Math.min(count, list.size());
        call.out().array(n);
        for (int i = 0; i < n; i++) {
            call.out().bulk(take(list, left));
        }
        if (n > 0) {
            call.removeIfEmpty(key, list);
            call.changed(key);
            call.addChanges(n - 1);
        }
    }

    private static void llen(Call call, byte[][] argv) {
        ListValue list = call.read(argv[1], ListValue.class);
        call.out().integer(list == null ? 0 : list.size());
    }

    private static int index(long index, int size) {
        return Args.clamped(index < 0 ? index + size : index); // No overflow: only a negative index grows.
    }

    private static void lindex(Call call, byte[][] argv) {
        ListValue list = call.read(argv[1], ListValue.class);
        if (list == null) {
            call.out().nullBulk();
            return;
        }
        int index = index(Args.longValue(argv[2]), list.size());
        if (index < 0 || index >= list.size()) {
            call.out().nullBulk();
        } else {
            call.out().bulk(list.get(index));
        }
    }

    private static void lrange(Call call, byte[][] argv) {
        long start = Args.longValue(argv[2]);
        long end = Args.longValue(argv[3]);
        ListValue list = call.read(argv[1], ListValue.class);
        int size = list == null ? 0 : list.size();
        int from = Math.max(0, Math.min(size, index(start, size)));
        int to = Math.max(-1, Math.min(size - 1, index(end, size)));
        call.out().array(Math.max(0, to - from + 1));
        for (int i = from; i <= to; i++) {
            call.out().bulk(list.get(i));
        }
    }

    private static void lset(Call call, byte[][] argv) {
        ListValue list = call.write(argv[1], ListValue.class);
        if (list == null) {
            throw new CommandException("ERR no such key");
        }
        int index = index(Args.longValue(argv[2]), list.size());
        if (index < 0 || index >= list.size()) {
            throw new CommandException("ERR index out of range");
        }
        list.set(index, argv[3]);
        call.changed(argv[1]);
        call.out().ok();
    }

    private static void linsert(Call call, byte[][] argv) {
        boolean after = Args.is(argv[2], "after");
        if (!after && !Args.is(argv[2], "before")) {
            throw Args.SYNTAX;
        }
        ListValue list = call.write(argv[1], ListValue.class);
        if (list == null) {
            call.out().integer(0);
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            if (Arrays.equals(list.get(i), argv[3])) {
                list.insert(after ? i + 1 : i, argv[4]);
                call.changed(argv[1]);
                call.out().integer(list.size());
                return;
            }
        }
        call.out().integer(-1);
    }

    private static void lrem(Call call, byte[][] argv) {
        long count = Args.longValue(argv[2]);
        ListValue list = call.write(argv[1], ListValue.class);
        if (list == null) {
            call.out().integer(0);
            return;
        }
        int limit = count == 0
                ? Integer.MAX_VALUE
                : (int) Math.min(Integer.MAX_VALUE, Math.abs(Math.max(count, -Long.MAX_VALUE)));
        int removed = list.removeEqual(argv[3], limit, count < 0);
        call.answerRemoved(argv[1], list, removed);
    }

    private static void ltrim(Call call, byte[][] argv) {
        long start = Args.longValue(argv[2]);
        long end = Args.longValue(argv[3]);
        ListValue list = call.write(argv[1], ListValue.class);
        if (list != null) {
            int from = Math.max(0, Math.min(list.size(), index(start, list.size())));
            int to = Math.min(list.size() - 1, index(end, list.size()));
            if (from > to) {
                call.remove(argv[1]);
            } else {
                list.trim(from, to);
            }
            call.changed(argv[1]);
        }
        call.out().ok();
    }

    private static void lpos(Call call, byte[][] argv) {
        long rank = 1;
        long count = -1;
        long maxLength = 0;
        for (int i = 3; i < argv.length; i += 2) {
            if (i + 1 >= argv.length) {
                throw Args.SYNTAX;
            }
            if (Args.is(argv[i], "rank")) {
                rank = Args.longValue(argv[i + 1]);
                if (rank == 0) {
                    throw new CommandException(
                            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use "
                                    + "negative to start from the end of the list");
                }
            } else if (Args.is(argv[i], "count")) {
                count = Args.range(argv[i + 1], 0, Long.MAX_VALUE, "ERR COUNT can't be negative");
            } else if (Args.is(argv[i], "maxlen")) {
                maxLength = Args.range(argv[i + 1], 0, Long.MAX_VALUE, "ERR MAXLEN can't be negative");
            } else {
                throw Args.SYNTAX;
            }
        }
        ListValue list = call.read(argv[1], ListValue.class);
        List<Integer> found = new ArrayList<>();
        int size = list == null ? 0 : list.size();
        long wanted = count == 0 ? Long.MAX_VALUE : Math.max(1, count);
        long looked = maxLength == 0 ? size : Math.min(size, maxLength);
        long skip = rank == Long.MIN_VALUE ? 0 : Math.abs(rank) - 1;
        for (int i = 0; i < looked && found.size() < wanted; i++) {
            int at = rank > 0 ? i : size - 1 - i;
            if (Arrays.equals(list.get(at), argv[2]) && skip-- <= 0) {
                found.add(at);
            }
        }
        if (count >= 0) {
            call.out().array(found.size());
            found.forEach(i -> call.out().integer(i));
        } else if (found.isEmpty()) {
            call.out().nullBulk();
        } else {
            call.out().integer(found.get(0));
        }
    }

    /** Which end a word means: true for left. */
    static boolean end(byte[] word) {
        boolean left = Args.is(word, "left");
        if (!left && !Args.is(word, "right")) {
            throw Args.SYNTAX;
        }
        return left;
    }

    private static void lmove(Call call, byte[][] argv) {
        if (!moveOrMiss(call, argv[1], argv[2], end(argv[3]), end(argv[4]))) {
            call.out().nullBulk();
        }
    }

    /** Moves one element and replies with it. @return false, without a reply, when the source is missing */
    static boolean moveOrMiss(Call call, byte[] source, byte[] target, boolean fromLeft, boolean toLeft) {
        ListValue from = call.write(source, ListValue.class);
        if (from == null) {
            return false;
        }
        ListValue to = call.write(target, ListValue.class);
        byte[] element = take(from, fromLeft);
        if (to == null) {
            to = new ListValue();
            add(to, element, toLeft);
            call.put(target, to);
        } else {
            add(to, element, toLeft);
        }
        call.removeIfEmpty(source, from);
        call.changed(source);
        call.changed(target);
        call.out().bulk(element);
        return true;
    }

    /** {@code numkeys key [key …] LEFT|RIGHT [COUNT n]}, as LMPOP and BLMPOP have it. */
    record MultiPop(List<byte[]> keys, boolean left, long count) {
        static MultiPop parse(byte[][] argv, int at) {
            int n = Args.numKeys(argv, at, "ERR numkeys should be greater than 0");
            int where = at + 1 + n;
            if (where >= argv.length) {
                throw Args.SYNTAX;
            }
            return new MultiPop(List.of(argv).subList(at + 1, where), end(argv[where]), parseCount(argv, where + 1));
        }

        static long parseCount(byte[][] argv, int at) {
            long count = -1;
            for (int i = at; i < argv.length; i += 2) {
                if (count != -1 || !Args.is(argv[i], "count") || i + 1 >= argv.length) {
                    throw Args.SYNTAX;
                }
                count = Args.positive(argv[i + 1], "ERR count should be greater than 0");
            }
            return Math.max(1, count);
        }
    }

    private static void lmpop(Call call, byte[][] argv) {
        MultiPop pop = MultiPop.parse(argv, 1);
        for (byte[] key : pop.keys) {
            if (popFrom(call, key, pop)) {
                return;
            }
        }
        call.out().nullArray();
    }

    /** Replies with the key and what was popped from it; false, without a reply, when there is no such list. */
    static boolean popFrom(Call call, byte[] key, MultiPop pop) {
        ListValue list = call.write(key, ListValue.class);
        if (list == null) {
            return false;
        }
        call.out().array(2);
        call.out().bulk(key);
        long n = Math.min(pop.count, list.size());
        popMany(call, key, list, pop.left, n);
        call.propagateInstead(Call.ascii(pop.left ? "LPOP" : "RPOP"), key, Numbers.toBytes(n));
        return true;
    }

    /** Replies with the key and one element of it; false, without a reply, when there is no such list. */
    static boolean popOneFrom(Call call, byte[] key, boolean left) {
        ListValue list = call.write(key, ListValue.class);
        if (list == null) {
            return false;
        }
        call.out().array(2);
        call.out().bulk(key);
        call.out().bulk(take(list, left));
        call.removeIfEmpty(key, list);
        call.changed(key);
        call.propagateInstead(Call.ascii(left ? "LPOP" : "RPOP"), key);
        return true;
    }
}
