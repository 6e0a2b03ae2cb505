package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Numbers;
import dev.fairlead.server.internal.keyspace.StringValue;
import java.util.Arrays;

/** GET, SET and the other commands on whole strings and their ranges. */
final class StringCommands {
    /** The default of proto-max-bulk-len: no string grows past it. */
    static final long MAX_STRING = 512L << 20;

    private static final byte[] SET = Call.ascii("SET");
    private static final byte[] PXAT = Call.ascii("PXAT");
    private static final byte[] KEEPTTL = Call.ascii("KEEPTTL");
    private static final byte[] NOTHING = {};

    private StringCommands() {}

    static void register(CommandRegistry r) {
        r.register("get", StringCommands::get)
                .register("set", StringCommands::set)
                .register("setnx", StringCommands::setnx)
                .register("setex", (c, a) -> setWithExpiry(c, a, "ex"))
                .register("psetex", (c, a) -> setWithExpiry(c, a, "px"))
                .register("getset", StringCommands::getset)
                .register("getdel", StringCommands::getdel)
                .register("getex", StringCommands::getex)
                .register("mget", StringCommands::mget)
                .register("mset", StringCommands::mset)
                .register("msetnx", StringCommands::msetnx)
                .register("append", StringCommands::append)
                .register("strlen", StringCommands::strlen)
                .register("setrange", StringCommands::setrange)
                .register("getrange", StringCommands::getrange)
                .register("substr", StringCommands::getrange)
                .register("incr", (c, a) -> increment(c, a[1], 1))
                .register("decr", (c, a) -> increment(c, a[1], -1))
                .register("incrby", (c, a) -> increment(c, a[1], Args.longValue(a[2])))
                .register("decrby", StringCommands::decrby)
                .register("incrbyfloat", StringCommands::incrbyfloat)
                .register("lcs", Lcs::lcs);
    }

    private static void get(Call call, byte[][] argv) {
        reply(call, call.read(argv[1], StringValue.class));
    }

    private static void reply(Call call, StringValue value) {
        if (value == null) {
            call.out().nullBulk();
        } else {
            call.out().bulk(value.bytes());
        }
    }

    private static void set(Call call, byte[][] argv) {
        if (argv.length == 3) {
            store(call, argv[1], argv[2]);
            call.out().ok();
            return;
        }
        SetOptions options = SetOptions.parse(call, argv);
        Entry present = call.peek(argv[1]);
        StringValue before = options.get ? Call.typed(present, StringValue.class) : null;
        if (options.onlyIfMissing && present != null || options.onlyIfPresent && present == null) {
            if (options.get) {
                reply(call, before);
            } else {
                call.out().nullBulk();
            }
            return;
        }
        byte[] old = before == null ? null : before.bytes();
        long keptExpiry = options.keepTtl && present != null ? present.expireAtMillis() : Entry.NO_EXPIRY;
        if (options.expireAtMillis != Entry.NO_EXPIRY && ExpiryTime.isPast(call, options.expireAtMillis)) {
            // Expired when it is set: the effect is that the key is gone.
            if (call.remove(argv[1])) {
                call.changed(argv[1]);
            }
            call.propagateInstead(Call.ascii("DEL"), argv[1]);
        } else {
            Entry entry = store(call, argv[1], argv[2]);
            long expireAt = options.expireAtMillis != Entry.NO_EXPIRY ? options.expireAtMillis : keptExpiry;
            if (expireAt != Entry.NO_EXPIRY) {
                call.db().expireAt(entry, expireAt);
            }
            if (options.expireAtMillis != Entry.NO_EXPIRY) {
                call.propagateInstead(SET, argv[1], argv[2], PXAT, Numbers.toBytes(expireAt));
            } else if (options.get) {
                call.propagateInstead(withoutGet(argv));
            }
        }
        if (!options.get) {
            call.out().ok();
        } else if (old == null) {
            call.out().nullBulk();
        } else {
            call.out().bulk(old);
        }
    }

    private static byte[][] withoutGet(byte[][] argv) {
        byte[][] kept = new byte[argv.length][];
        int n = 0;
        for (int i = 0; i < argv.length; i++) {
            if (i < 3 || !Args.is(argv[i], "get")) {
                kept[n++] = argv[i];
            }
        }
        return Arrays.copyOf(kept, n);
    }

    private static Entry store(Call call, byte[] key, byte[] value) {
        Entry entry = call.put(key, new StringValue(value));
        call.changed(key);
        return entry;
    }

    private static void setnx(Call call, byte[][] argv) {
        boolean missing = call.peek(argv[1]) == null;
        if (missing) {
            store(call, argv[1], argv[2]);
        }
        call.out().integer(missing ? 1 : 0);
    }

    private static void setWithExpiry(Call call, byte[][] argv, String unit) {
        long expireAt = ExpiryTime.ofOption(call, unit, argv[2]);
        call.db().expireAt(store(call, argv[1], argv[3]), expireAt);
        call.propagateInstead(SET, argv[1], argv[3], PXAT, Numbers.toBytes(expireAt));
        call.out().ok();
    }

    private static void getset(Call call, byte[][] argv) {
        StringValue before = call.read(argv[1], StringValue.class);
        reply(call, before);
        store(call, argv[1], argv[2]);
        call.propagateInstead(SET, argv[1], argv[2]);
    }

    private static void getdel(Call call, byte[][] argv) {
        StringValue value = call.read(argv[1], StringValue.class);
        reply(call, value);
        if (value != null) {
            call.remove(argv[1]);
            call.changed(argv[1]);
            call.propagateInstead(Call.ascii("DEL"), argv[1]);
        }
    }

    private static void getex(Call call, byte[][] argv) {
        SetOptions options = SetOptions.parseGetEx(argv);
        Entry entry = call.read(argv[1]);
        StringValue value = Call.typed(entry, StringValue.class);
        if (value != null) {
            options.readExpiry(call);
        }
        reply(call, value);
        if (value == null) {
            return;
        }
        if (options.expireAtMillis != Entry.NO_EXPIRY && ExpiryTime.isPast(call, options.expireAtMillis)) {
            call.remove(argv[1]);
            call.changed(argv[1]);
            call.propagateInstead(Call.ascii("DEL"), argv[1]);
        } else if (options.expireAtMillis != Entry.NO_EXPIRY) {
            call.db().expireAt(entry, options.expireAtMillis);
            call.changed(argv[1]);
            call.propagateInstead(Call.ascii("PEXPIREAT"), argv[1], Numbers.toBytes(options.expireAtMillis));
        } else if (options.persist && call.db().persist(entry)) {
            call.changed(argv[1]);
            call.propagateInstead(Call.ascii("PERSIST"), argv[1]);
        }
    }

    private static void mget(Call call, byte[][] argv) {
        call.out().array(argv.length - 1);
        for (int i = 1; i < argv.length; i++) {
            Entry entry = call.read(argv[i]);
            reply(call, entry != null && entry.value() instanceof StringValue s ? s : null);
        }
    }

    private static void requirePairs(Call call, byte[][] argv) {
        if (argv.length % 2 == 0) {
            throw new CommandException("ERR wrong number of arguments for '" + call.row.spec.name() + "' command");
        }
    }

    private static void mset(Call call, byte[][] argv) {
        requirePairs(call, argv);
        for (int i = 1; i < argv.length; i += 2) {
            store(call, argv[i], argv[i + 1]);
        }
        call.out().ok();
    }

    private static void msetnx(Call call, byte[][] argv) {
        requirePairs(call, argv);
        for (int i = 1; i < argv.length; i += 2) {
            if (call.peek(argv[i]) != null) {
                call.out().integer(0);
                return;
            }
        }
        for (int i = 1; i < argv.length; i += 2) {
            store(call, argv[i], argv[i + 1]);
        }
        call.out().integer(1);
    }

    private static void append(Call call, byte[][] argv) {
        StringValue value = call.write(argv[1], StringValue.class);
        long length = argv[2].length;
        if (value == null) {
            call.put(argv[1], new StringValue(argv[2]));
        } else {
            byte[] old = value.bytes();
            length += old.length;
            requireLength(length);
            byte[] joined = Arrays.copyOf(old, (int) length);
            System.arraycopy(argv[2], 0, joined, old.length, argv[2].length);
            value.edit(joined);
        }
        call.changed(argv[1]);
        call.out().integer(length);
    }

    static void requireLength(long length) {
        if (length > MAX_STRING) {
            throw new CommandException("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
    }

    private static void strlen(Call call, byte[][] argv) {
        StringValue value = call.read(argv[1], StringValue.class);
        call.out().integer(value == null ? 0 : value.bytes().length);
    }

    private static void setrange(Call call, byte[][] argv) {
        long offset = Args.longValue(argv[2]);
        byte[] part = argv[3];
        if (offset < 0) {
            throw new CommandException("ERR offset is out of range");
        }
        StringValue value = call.write(argv[1], StringValue.class);
        byte[] old = value == null ? NOTHING : value.bytes();
        if (part.length == 0) {
            call.out().integer(old.length);
            return;
        }
        if (offset > MAX_STRING) {
            requireLength(offset);
        }
        requireLength(offset + part.length);
        byte[] edited = Arrays.copyOf(old, (int) Math.max(old.length, offset + part.length));
        System.arraycopy(part, 0, edited, (int) offset, part.length);
        if (value == null) {
            value = new StringValue(edited);
            call.put(argv[1], value);
        }
        value.edit(edited);
        call.changed(argv[1]);
        call.out().integer(edited.length);
    }

    private static void getrange(Call call, byte[][] argv) {
        long start = Args.longValue(argv[2]);
        long end = Args.longValue(argv[3]);
        StringValue value = call.read(argv[1], StringValue.class);
        int length = value == null ? 0 : value.bytes().length;
        if (start < 0 && end < 0 && start > end) {
            call.out().bulk(NOTHING);
            return;
        }
        start = Math.max(0, start < 0 ? length + start : start);
        end = Math.min(length - 1L, Math.max(0, end < 0 ? length + end : end));
        if (start > end || length == 0) {
            call.out().bulk(NOTHING);
        } else {
            call.out().bulk(value.bytes(), (int) start, (int) (end - start + 1));
        }
    }

    private static void decrby(Call call, byte[][] argv) {
        long by = Args.longValue(argv[2]);
        if (by == Long.MIN_VALUE) {
            throw new CommandException("ERR decrement would overflow");
        }
        increment(call, argv[1], -by);
    }

    private static void increment(Call call, byte[] key, long by) {
        Entry entry = call.write(key);
        StringValue value = Call.typed(entry, StringValue.class);
        long old = value == null ? 0 : Args.longValue(value.bytes());
        long sum = old + by;
        if (((old ^ sum) & (by ^ sum)) < 0) {
            throw new CommandException("ERR increment or decrement would overflow");
        }
        StringValue result = new StringValue(Numbers.toBytes(sum));
        if (entry == null) {
            call.put(key, result);
        } else {
            call.db().replace(entry, result);
        }
        call.changed(key);
        call.out().integer(sum);
    }

    private static void incrbyfloat(Call call, byte[][] argv) {
        Entry entry = call.write(argv[1]);
        StringValue value = Call.typed(entry, StringValue.class);
        byte[] sum = LongDouble.add(value == null ? null : value.bytes(), argv[2], Args.NOT_A_FLOAT, Args.NOT_A_FLOAT);
        StringValue result = StringValue.ofText(sum);
        if (entry == null) {
            call.put(argv[1], result);
        } else {
            call.db().replace(entry, result);
        }
        call.changed(argv[1]);
        call.propagateInstead(SET, argv[1], sum, KEEPTTL);
        call.out().bulk(sum);
    }
}
