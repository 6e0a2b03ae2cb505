package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.HashValue;
import dev.fairlead.server.internal.keyspace.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Commands on hashes. */
final class HashCommands {
    private HashCommands() {}

    static void register(CommandRegistry r) {
        r.register("hset", (c, a) -> hset(c, a, false))
                .register("hmset", (c, a) -> hset(c, a, true))
                .register("hsetnx", HashCommands::hsetnx)
                .register("hget", HashCommands::hget)
                .register("hmget", HashCommands::hmget)
                .register("hdel", HashCommands::hdel)
                .register("hlen", HashCommands::hlen)
                .register("hstrlen", HashCommands::hstrlen)
                .register("hexists", HashCommands::hexists)
                .register("hkeys", (c, a) -> all(c, a, true, false))
                .register("hvals", (c, a) -> all(c, a, false, true))
                .register("hgetall", (c, a) -> all(c, a, true, true))
                .register("hincrby", HashCommands::hincrby)
                .register("hincrbyfloat", HashCommands::hincrbyfloat)
                .register("hrandfield", HashCommands::hrandfield)
                .register("hscan", HashCommands::hscan);
    }

    private static HashValue orNew(Call call, byte[] key) {
        HashValue hash = call.write(key, HashValue.class);
        if (hash == null) {
            hash = new HashValue(call.keyspace().limits());
            call.put(key, hash);
        }
        return hash;
    }

    private static void hset(Call call, byte[][] argv, boolean replyOk) {
        if (argv.length % 2 == 1) {
            throw new CommandException("ERR wrong number of arguments for '" + call.row.spec.name() + "' command");
        }
        HashValue hash = orNew(call, argv[1]);
        int created = 0;
        for (int i = 2; i < argv.length; i += 2) {
            if (hash.put(argv[i], argv[i + 1])) {
                created++;
            }
        }
        call.changed(argv[1]);
        call.addChanges((argv.length - 2) / 2 - 1);
        if (replyOk) {
            call.out().ok();
        } else {
            call.out().integer(created);
        }
    }

    private static void hsetnx(Call call, byte[][] argv) {
        HashValue hash = call.write(argv[1], HashValue.class);
        boolean missing = hash == null || hash.get(argv[2]) == null;
        if (missing) {
            orNew(call, argv[1]).put(argv[2], argv[3]);
            call.changed(argv[1]);
        }
        call.out().integer(missing ? 1 : 0);
    }

    private static void replyOrNull(Call call, byte[] value) {
        if (value == null) {
            call.out().nullBulk();
        } else {
            call.out().bulk(value);
        }
    }

    private static void hget(Call call, byte[][] argv) {
        HashValue hash = call.read(argv[1], HashValue.class);
        replyOrNull(call, hash == null ? null : hash.get(argv[2]));
    }

    private static void hmget(Call call, byte[][] argv) {
        HashValue hash = call.read(argv[1], HashValue.class);
        call.out().array(argv.length - 2);
        for (int i = 2; i < argv.length; i++) {
            replyOrNull(call, hash == null ? null : hash.get(argv[i]));
        }
    }

    private static void hdel(Call call, byte[][] argv) {
        HashValue hash = call.write(argv[1], HashValue.class);
        int removed = 0;
        for (int i = 2; hash != null && i < argv.length; i++) {
            if (hash.remove(argv[i])) {
                removed++;
            }
        }
        call.answerRemoved(argv[1], hash, removed);
    }

    private static void hlen(Call call, byte[][] argv) {
        HashValue hash = call.read(argv[1], HashValue.class);
        call.out().integer(hash == null ? 0 : hash.size());
    }

    private static void hstrlen(Call call, byte[][] argv) {
        HashValue hash = call.read(argv[1], HashValue.class);
        byte[] value = hash == null ? null : hash.get(argv[2]);
        call.out().integer(value == null ? 0 : value.length);
    }

    private static void hexists(Call call, byte[][] argv) {
        HashValue hash = call.read(argv[1], HashValue.class);
        call.out().integer(hash != null && hash.get(argv[2]) != null ? 1 : 0);
    }

    private static void all(Call call, byte[][] argv, boolean fields, boolean values) {
        HashValue hash = call.read(argv[1], HashValue.class);
        int size = hash == null ? 0 : hash.size();
        if (fields && values) {
            call.out().map(size);
        } else {
            call.out().array(size);
        }
        if (hash != null) {
            hash.forEach((field, value) -> {
                if (fields) {
                    call.out().bulk(field);
                }
                if (values) {
                    call.out().bulk(value);
                }
            });
        }
    }

    private static void hincrby(Call call, byte[][] argv) {
        long by = Args.longValue(argv[3]);
        HashValue hash = call.write(argv[1], HashValue.class);
        byte[] stored = hash == null ? null : hash.get(argv[2]);
        long old = stored == null ? 0 : Args.longValue(stored, "ERR hash value is not an integer");
        long sum = old + by;
        if (((old ^ sum) & (by ^ sum)) < 0) {
            throw new CommandException("ERR increment or decrement would overflow");
        }
        orNew(call, argv[1]).put(argv[2], Numbers.toBytes(sum));
        call.changed(argv[1]);
        call.out().integer(sum);
    }

    private static void hincrbyfloat(Call call, byte[][] argv) {
        if (Double.isInfinite(Args.doubleValue(argv[3], Args.NOT_A_FLOAT))) {
            throw new CommandException("ERR value is NaN or Infinity");
        }
        HashValue hash = call.write(argv[1], HashValue.class);
        byte[] stored = hash == null ? null : hash.get(argv[2]);
        byte[] sum = LongDouble.add(stored, argv[3], "ERR hash value is not a float", Args.NOT_A_FLOAT);
        orNew(call, argv[1]).put(argv[2], sum);
        call.changed(argv[1]);
        call.propagateInstead(Call.ascii("HSET"), argv[1], argv[2], sum);
        call.out().bulk(sum);
    }

    private static void hrandfield(Call call, byte[][] argv) {
        RandomGenerator random = ThreadLocalRandom.current();
        if (argv.length == 2) {
            HashValue hash = call.read(argv[1], HashValue.class);
            replyOrNull(call, hash == null ? null : hash.randomField(random));
            return;
        }
        long count = Args.range(argv[2], -Long.MAX_VALUE, Long.MAX_VALUE, null);
        boolean withValues = argv.length == 4;
        if (argv.length > 4 || withValues && !Args.is(argv[3], "withvalues")) {
            throw Args.SYNTAX;
        }
        if (withValues && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2)) {
            throw new CommandException("ERR value is out of range");
        }
        HashValue hash = call.read(argv[1], HashValue.class);
        if (hash == null || count == 0) {
            call.out().array(0);
            return;
        }
        List<byte[]> chosen = count < 0
                ? RandomChoice.withRepeats(-count, () -> hash.randomField(random))
                : RandomChoice.distinct(count, hash.size(), sink -> hash.forEach((f, v) -> sink.accept(f)), random);
        boolean pairs = withValues && call.session().protocol() >= 3;
        call.out().array(withValues && !pairs ? chosen.size() * 2 : chosen.size());
        for (byte[] field : chosen) {
            if (pairs) {
                call.out().array(2);
            }
            call.out().bulk(field);
            if (withValues) {
                call.out().bulk(hash.get(field));
            }
        }
    }

    private static void hscan(Call call, byte[][] argv) {
        ScanOptions.cursor(argv[2]);
        HashValue hash = call.read(argv[1], HashValue.class);
        if (hash == null) {
            ScanOptions.replyEmpty(call.out());
            return;
        }
        ScanOptions options = ScanOptions.parse(argv, 2, false);
        List<byte[]> found = new ArrayList<>();
        long cursor =
                options.run((c, sink) -> hash.scan(c, (f, v) -> sink.accept(new byte[][] {f, v})), (byte[][] pair) -> {
                    if (options.matches(pair[0])) {
                        found.add(pair[0]);
                        found.add(pair[1]);
                    }
                });
        ScanOptions.reply(call.out(), cursor, found);
    }
}
