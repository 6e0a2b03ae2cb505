package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.ListValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.StringValue;
import dev.fairlead.server.internal.keyspace.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Commands on keys whatever they hold, and on whole databases. */
final class KeyCommands {
    /** Tries of RANDOMKEY before it takes an expired key for an answer: on a replica all may be expired. */
    private static final int RANDOM_TRIES = 100;

    private KeyCommands() {}

    static void register(CommandRegistry r) {
        r.register("del", KeyCommands::del)
                .register("unlink", KeyCommands::del)
                .register("exists", KeyCommands::exists)
                .register("touch", KeyCommands::exists)
                .register("type", KeyCommands::type)
                .register("rename", (c, a) -> rename(c, a, false))
                .register("renamenx", (c, a) -> rename(c, a, true))
                .register("copy", KeyCommands::copy)
                .register("move", KeyCommands::move)
                .register("keys", KeyCommands::keys)
                .register("scan", KeyCommands::scan)
                .register("randomkey", KeyCommands::randomkey)
                .register("dbsize", (c, a) -> c.out().integer(c.db().size()))
                .register("flushdb", KeyCommands::flushdb)
                .register("flushall", KeyCommands::flushall)
                .register("swapdb", KeyCommands::swapdb)
                .register(
                        "object|encoding",
                        (c, a) -> object(
                                c, a, (call, e) -> call.out().bulk(e.value().encoding())))
                .register(
                        "object|refcount",
                        (c, a) -> object(c, a, (call, e) -> call.out().integer(references(e.value()))))
                .register(
                        "object|idletime",
                        (c, a) -> object(c, a, (call, e) -> call.out().integer(e.idleSeconds(call.nowMillis()))))
                .register("object|freq", KeyCommands::freq)
                .register("memory|usage", KeyCommands::memoryUsage);
    }

    private static void del(Call call, byte[][] argv) {
        int removed = 0;
        for (int i = 1; i < argv.length; i++) {
            if (call.peek(argv[i]) != null && call.remove(argv[i])) {
                call.changed(argv[i]);
                removed++;
            }
        }
        call.out().integer(removed);
    }

    private static void exists(Call call, byte[][] argv) {
        int found = 0;
        for (int i = 1; i < argv.length; i++) {
            if (call.read(argv[i]) != null) {
                found++;
            }
        }
        call.out().integer(found);
    }

    private static void type(Call call, byte[][] argv) {
        Entry entry = call.peek(argv[1]);
        call.out().simple(entry == null ? "none" : entry.value().typeName());
    }

    private static void rename(Call call, byte[][] argv, boolean onlyIfMissing) {
        Entry source = call.write(argv[1]);
        if (source == null) {
            throw new CommandException("ERR no such key");
        }
        boolean same = Arrays.equals(argv[1], argv[2]);
        if (same || onlyIfMissing && call.peek(argv[2]) != null) {
            reply(call, onlyIfMissing, 0);
            return;
        }
        call.peek(argv[2]); // Removes an expired target in its own right.
        call.remove(argv[1]);
        Entry target = call.put(argv[2], source.value());
        if (source.hasExpiry()) {
            call.db().expireAt(target, source.expireAtMillis());
        }
        call.changed(argv[1]);
        call.changed(argv[2]);
        reply(call, onlyIfMissing, 1);
    }

    private static void reply(Call call, boolean asInteger, int renamed) {
        if (asInteger) {
            call.out().integer(renamed);
        } else {
            call.out().ok();
        }
    }

    private static int dbIndex(Call call, byte[] arg, String notANumber) {
        int index = Args.intValue(arg, notANumber);
        if (index < 0 || index >= call.keyspace().databases()) {
            throw new CommandException("ERR DB index is out of range");
        }
        return index;
    }

    private static void copy(Call call, byte[][] argv) {
        int database = call.dbIndex();
        boolean replace = false;
        for (int i = 3; i < argv.length; i++) {
            if (Args.is(argv[i], "replace")) {
                replace = true;
            } else if (Args.is(argv[i], "db") && i + 1 < argv.length) {
                database = dbIndex(call, argv[++i], null);
            } else {
                throw Args.SYNTAX;
            }
        }
        if (database == call.dbIndex() && Arrays.equals(argv[1], argv[2])) {
            throw new CommandException("ERR source and destination objects are the same");
        }
        Entry source = call.read(argv[1]);
        if (source == null || call.peek(database, argv[2]) != null && !replace) {
            call.out().integer(0);
            return;
        }
        transfer(call, database, argv[2], source.value().copy(), source.expireAtMillis());
        call.out().integer(1);
    }

    private static void move(Call call, byte[][] argv) {
        int database = dbIndex(call, argv[2], null);
        if (database == call.dbIndex()) {
            throw new CommandException("ERR source and destination objects are the same");
        }
        Entry source = call.write(argv[1]);
        if (source == null || call.peek(database, argv[1]) != null) {
            call.out().integer(0);
            return;
        }
        call.remove(argv[1]);
        call.changed(argv[1]);
        transfer(call, database, argv[1], source.value(), source.expireAtMillis());
        call.out().integer(1);
    }

    /** Stores a value under a key of any database. */
    private static void transfer(Call call, int database, byte[] key, Value value, long expireAt) {
        Database db = call.keyspace().database(database);
        Entry target = db.put(key, value);
        if (expireAt != Entry.NO_EXPIRY) {
            db.expireAt(target, expireAt);
        }
        target.touch(call.nowMillis());
        if (value instanceof ListValue || value instanceof SortedSetValue) {
            call.executor().blocking().signal(database, key);
        }
        call.executor().watched().touch(database, key);
        call.addChanges(1);
    }

    private static void keys(Call call, byte[][] argv) {
        List<byte[]> found = new ArrayList<>();
        boolean all = argv[1].length == 1 && argv[1][0] == '*';
        call.db().forEach(entry -> {
            if ((all || Glob.matches(argv[1], entry.key())) && !entry.isExpired(call.nowMillis())) {
                found.add(entry.key());
            }
        });
        call.out().array(found.size());
        found.forEach(call.out()::bulk);
    }

    private static void scan(Call call, byte[][] argv) {
        ScanOptions options = ScanOptions.parse(argv, 1, true);
        List<byte[]> found = new ArrayList<>();
        List<byte[]> expired = new ArrayList<>();
        long cursor = options.run((c, sink) -> call.db().scan(c, sink), (Entry entry) -> {
            if (!options.matches(entry.key())) {
                return;
            }
            if (entry.isExpired(call.nowMillis())) {
                expired.add(entry.key());
            } else if (options.type == null || options.type.equals(entry.value().typeName())) {
                found.add(entry.key());
            }
        });
        expired.forEach(call::peek);
        ScanOptions.reply(call.out(), cursor, found);
    }

    private static void randomkey(Call call, byte[][] argv) {
        for (int i = 0; i < RANDOM_TRIES; i++) {
            Entry entry = call.db().random(ThreadLocalRandom.current());
            if (entry == null) {
                break;
            }
            byte[] key = entry.key();
            if (call.peek(key) != null || i == RANDOM_TRIES - 1) {
                call.out().bulk(key);
                return;
            }
        }
        call.out().nullBulk();
    }

    private static void requireFlushMode(byte[][] argv) {
        if (argv.length > 2 || argv.length == 2 && !Args.is(argv[1], "async") && !Args.is(argv[1], "sync")) {
            throw Args.SYNTAX;
        }
    }

    private static void flushdb(Call call, byte[][] argv) {
        requireFlushMode(argv);
        call.executor().watched().touchAll(call.dbIndex(), call.db(), null);
        call.addChanges(call.db().clear());
        call.forcePropagation();
        call.out().ok();
    }

    private static void flushall(Call call, byte[][] argv) {
        requireFlushMode(argv);
        for (int i = 0; i < call.keyspace().databases(); i++) {
            call.executor().watched().touchAll(i, call.keyspace().database(i), null);
        }
        call.addChanges(call.keyspace().clear());
        call.forcePropagation();
        call.out().ok();
    }

    private static void swapdb(Call call, byte[][] argv) {
        int a = dbIndex(call, argv[1], "ERR invalid first DB index");
        int b = dbIndex(call, argv[2], "ERR invalid second DB index");
        if (a != b) {
            Database first = call.keyspace().database(a);
            Database second = call.keyspace().database(b);
            call.executor().watched().touchAll(a, first, second);
            call.executor().watched().touchAll(b, second, first);
            call.keyspace().swap(a, b);
            call.executor().blocking().signalAll(a);
            call.executor().blocking().signalAll(b);
        }
        call.addChanges(1);
        call.forcePropagation();
        call.out().ok();
    }

    /** Small integers are shared for good on a real server, which counts that as the greatest of its numbers. */
    private static int references(Value value) {
        return value instanceof StringValue string && string.isSharedInteger() ? Integer.MAX_VALUE : 1;
    }

    private interface EntryReply {
        void write(Call call, Entry entry);
    }

    private static void object(Call call, byte[][] argv, EntryReply reply) {
        Entry entry = call.peek(argv[2]);
        if (entry == null) {
            call.out().nullBulk();
        } else {
            reply.write(call, entry);
        }
    }

    private static void freq(Call call, byte[][] argv) {
        object(call, argv, (c, e) -> {
            throw new CommandException(
                    "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note "
                            + "that when switching between policies at runtime LRU and LFU data will take some time to adjust.");
        });
    }

    private static void memoryUsage(Call call, byte[][] argv) {
        for (int i = 3; i < argv.length; i++) {
            if (!Args.is(argv[i], "samples") || i + 1 >= argv.length) {
                throw Args.SYNTAX;
            }
            if (Args.longValue(argv[++i]) < 0) {
                throw Args.SYNTAX;
            }
        }
        Entry entry = call.peek(argv[2]);
        if (entry == null) {
            call.out().nullBulk();
        } else {
            call.out().integer(entry.memoryBytes());
        }
    }
}
