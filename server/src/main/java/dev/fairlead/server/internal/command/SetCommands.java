package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.EncodingLimits;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.SetValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Commands on sets. */
final class SetCommands {
    private static final byte[] SREM = Call.ascii("SREM");
    private static final byte[] DEL = Call.ascii("DEL");

    private enum Operation {
        UNION,
        INTERSECTION,
        DIFFERENCE
    }

    private SetCommands() {}

    static void register(CommandRegistry r) {
        r.register("sadd", SetCommands::sadd)
                .register("srem", SetCommands::srem)
                .register("sismember", SetCommands::sismember)
                .register("smismember", SetCommands::smismember)
                .register("scard", SetCommands::scard)
                .register("smembers", SetCommands::smembers)
                .register("smove", SetCommands::smove)
                .register("spop", SetCommands::spop)
                .register("srandmember", SetCommands::srandmember)
                .register("sunion", (c, a) -> combine(c, a, Operation.UNION))
                .register("sinter", (c, a) -> combine(c, a, Operation.INTERSECTION))
                .register("sdiff", (c, a) -> combine(c, a, Operation.DIFFERENCE))
                .register("sunionstore", (c, a) -> combineAndStore(c, a, Operation.UNION))
                .register("sinterstore", (c, a) -> combineAndStore(c, a, Operation.INTERSECTION))
                .register("sdiffstore", (c, a) -> combineAndStore(c, a, Operation.DIFFERENCE))
                .register("sintercard", SetCommands::sintercard)
                .register("sscan", SetCommands::sscan);
    }

    private static void sadd(Call call, byte[][] argv) {
        SetValue set = call.write(argv[1], SetValue.class);
        boolean missing = set == null;
        if (missing) {
            set = new SetValue(call.keyspace().limits());
        }
        int added = 0;
        for (int i = 2; i < argv.length; i++) {
            if (set.add(argv[i])) {
                added++;
            }
        }
        if (missing) {
            call.put(argv[1], set);
        }
        if (added > 0) {
            call.changed(argv[1]);
            call.addChanges(added - 1L);
        }
        call.out().integer(added);
    }

    private static void srem(Call call, byte[][] argv) {
        SetValue set = call.write(argv[1], SetValue.class);
        int removed = 0;
        for (int i = 2; set != null && i < argv.length; i++) {
            if (set.remove(argv[i])) {
                removed++;
            }
        }
        call.answerRemoved(argv[1], set, removed);
    }

    private static void sismember(Call call, byte[][] argv) {
        SetValue set = call.read(argv[1], SetValue.class);
        call.out().integer(set != null && set.contains(argv[2]) ? 1 : 0);
    }

    private static void smismember(Call call, byte[][] argv) {
        SetValue set = call.read(argv[1], SetValue.class);
        call.out().array(argv.length - 2);
        for (int i = 2; i < argv.length; i++) {
            call.out().integer(set != null && set.contains(argv[i]) ? 1 : 0);
        }
    }

    private static void scard(Call call, byte[][] argv) {
        SetValue set = call.read(argv[1], SetValue.class);
        call.out().integer(set == null ? 0 : set.size());
    }

    private static void smembers(Call call, byte[][] argv) {
        reply(call, call.read(argv[1], SetValue.class));
    }

    private static void reply(Call call, SetValue set) {
        call.out().set(set == null ? 0 : set.size());
        if (set != null) {
            set.forEach(call.out()::bulk);
        }
    }

    private static void smove(Call call, byte[][] argv) {
        SetValue from = call.write(argv[1], SetValue.class);
        if (from == null) {
            call.out().integer(0);
            return;
        }
        SetValue to = call.write(argv[2], SetValue.class);
        if (Arrays.equals(argv[1], argv[2])) {
            call.out().integer(from.contains(argv[3]) ? 1 : 0);
            return;
        }
        if (!from.remove(argv[3])) {
            call.out().integer(0);
            return;
        }
        call.removeIfEmpty(argv[1], from);
        call.changed(argv[1]);
        if (to == null) {
            to = new SetValue(call.keyspace().limits());
            call.put(argv[2], to);
        }
        if (to.add(argv[3])) {
            call.changed(argv[2]);
        }
        call.out().integer(1);
    }

    private static void spop(Call call, byte[][] argv) {
        if (argv.length > 3) {
            throw Args.SYNTAX;
        }
        RandomGenerator random = ThreadLocalRandom.current();
        boolean counted = argv.length == 3;
        long count = counted ? Args.count(argv[2]) : 1;
        SetValue set = call.write(argv[1], SetValue.class);
        if (set == null || count == 0) {
            if (counted) {
                call.out().set(0);
            } else {
                call.out().nullBulk();
            }
            return;
        }
        if (!counted) {
            byte[] member = set.random(random);
            set.remove(member);
            call.removeIfEmpty(argv[1], set);
            call.changed(argv[1]);
            call.propagateInstead(SREM, argv[1], member);
            call.out().bulk(member);
            return;
        }
        List<byte[]> popped = RandomChoice.distinct(count, set.size(), set::forEach, random);
        boolean whole = popped.size() == set.size();
        if (whole) {
            call.remove(argv[1]);
            call.propagateInstead(DEL, argv[1]);
        } else {
            popped.forEach(set::remove);
            byte[][] srem = new byte[popped.size() + 2][];
            srem[0] = SREM;
            srem[1] = argv[1];
            for (int i = 0; i < popped.size(); i++) {
                srem[i + 2] = popped.get(i);
            }
            call.propagateInstead(srem);
        }
        call.changed(argv[1]);
        call.addChanges(popped.size() - 1L);
        call.out().set(popped.size());
        popped.forEach(call.out()::bulk);
    }

    private static void srandmember(Call call, byte[][] argv) {
        if (argv.length > 3) {
            throw Args.SYNTAX;
        }
        RandomGenerator random = ThreadLocalRandom.current();
        if (argv.length == 2) {
            SetValue set = call.read(argv[1], SetValue.class);
            if (set == null) {
                call.out().nullBulk();
            } else {
                call.out().bulk(set.random(random));
            }
            return;
        }
        long count = Args.range(argv[2], -Long.MAX_VALUE, Long.MAX_VALUE, null);
        SetValue set = call.read(argv[1], SetValue.class);
        if (set == null || count == 0) {
            call.out().array(0);
            return;
        }
        List<byte[]> chosen = count < 0
                ? RandomChoice.withRepeats(-count, () -> set.random(random))
                : RandomChoice.distinct(count, set.size(), set::forEach, random);
        call.out().array(chosen.size());
        chosen.forEach(call.out()::bulk);
    }

    private static List<SetValue> sets(Call call, List<byte[]> keys) {
        List<SetValue> sets = new ArrayList<>(keys.size());
        for (byte[] key : keys) {
            sets.add(call.read(key, SetValue.class));
        }
        return sets;
    }

    private static SetValue combined(EncodingLimits limits, List<SetValue> sets, Operation operation, long limit) {
        SetValue result = new SetValue(limits);
        switch (operation) {
            case UNION ->
                sets.forEach(set -> {
                    if (set != null) {
                        set.forEach(result::add);
                    }
                });
            case INTERSECTION -> {
                if (sets.contains(null)) {
                    return result;
                }
                List<SetValue> smallestFirst = sets.stream()
                        .sorted(Comparator.comparingInt(SetValue::size))
                        .toList();
                smallestFirst.get(0).forEach(member -> {
                    if (result.size() < limit && smallestFirst.stream().allMatch(s -> s.contains(member))) {
                        result.add(member);
                    }
                });
            }
            default -> {
                if (sets.get(0) != null) {
                    List<SetValue> others = sets.subList(1, sets.size());
                    sets.get(0).forEach(member -> {
                        if (others.stream().noneMatch(s -> s != null && s.contains(member))) {
                            result.add(member);
                        }
                    });
                }
            }
        }
        return result;
    }

    private static void combine(Call call, byte[][] argv, Operation operation) {
        reply(
                call,
                combined(
                        call.keyspace().limits(),
                        sets(call, List.of(argv).subList(1, argv.length)),
                        operation,
                        Long.MAX_VALUE));
    }

    private static void combineAndStore(Call call, byte[][] argv, Operation operation) {
        SetValue result = combined(
                call.keyspace().limits(), sets(call, List.of(argv).subList(2, argv.length)), operation, Long.MAX_VALUE);
        Entry present = call.peek(argv[1]);
        if (result.size() > 0) {
            call.put(argv[1], result);
            call.changed(argv[1]);
        } else if (present != null) {
            call.remove(argv[1]);
            call.changed(argv[1]);
        }
        call.out().integer(result.size());
    }

    private static void sintercard(Call call, byte[][] argv) {
        long n = Args.positive(argv[1], "ERR numkeys should be greater than 0");
        if (n > argv.length - 2) {
            throw new CommandException("ERR Number of keys can't be greater than number of args");
        }
        long limit = 0;
        for (int i = 2 + (int) n; i < argv.length; i++) {
            if (!Args.is(argv[i], "limit") || i + 1 >= argv.length) {
                throw Args.SYNTAX;
            }
            limit = Args.range(argv[++i], 0, Long.MAX_VALUE, "ERR LIMIT can't be negative");
        }
        List<SetValue> sets = sets(call, List.of(argv).subList(2, 2 + (int) n));
        call.out()
                .integer(combined(
                                call.keyspace().limits(),
                                sets,
                                Operation.INTERSECTION,
                                limit == 0 ? Long.MAX_VALUE : limit)
                        .size());
    }

    private static void sscan(Call call, byte[][] argv) {
        ScanOptions.cursor(argv[2]);
        SetValue set = call.read(argv[1], SetValue.class);
        if (set == null) {
            ScanOptions.replyEmpty(call.out());
            return;
        }
        ScanOptions options = ScanOptions.parse(argv, 2, false);
        List<byte[]> found = new ArrayList<>();
        long cursor = options.run(set::scan, (byte[] member) -> {
            if (options.matches(member)) {
                found.add(member);
            }
        });
        ScanOptions.reply(call.out(), cursor, found);
    }
}
