package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Numbers;

/** Times to live: EXPIRE and its kin. They are propagated as absolute times, so that every replica means the same moment. */
final class ExpiryCommands {
    private static final byte[] PEXPIREAT = Call.ascii("PEXPIREAT");
    private static final byte[] DEL = Call.ascii("DEL");

    private ExpiryCommands() {}

    static void register(CommandRegistry r) {
        r.register("expire", (c, a) -> expire(c, a, true, true))
                .register("pexpire", (c, a) -> expire(c, a, false, true))
                .register("expireat", (c, a) -> expire(c, a, true, false))
                .register("pexpireat", (c, a) -> expire(c, a, false, false))
                .register("ttl", (c, a) -> time(c, a, true, true))
                .register("pttl", (c, a) -> time(c, a, false, true))
                .register("expiretime", (c, a) -> time(c, a, true, false))
                .register("pexpiretime", (c, a) -> time(c, a, false, false))
                .register("persist", ExpiryCommands::persist);
    }

    private static void expire(Call call, byte[][] argv, boolean seconds, boolean fromNow) {
        boolean nx = false;
        boolean xx = false;
        boolean gt = false;
        boolean lt = false;
        for (int i = 3; i < argv.length; i++) {
            switch (Args.lower(argv[i])) {
                case "nx" -> nx = true;
                case "xx" -> xx = true;
                case "gt" -> gt = true;
                case "lt" -> lt = true;
                default -> throw new CommandException("ERR Unsupported option " + Args.quoted(argv[i]));
            }
        }
        if (nx && (xx || gt || lt)) {
            throw new CommandException("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        if (gt && lt) {
            throw new CommandException("ERR GT and LT options at the same time are not compatible");
        }
        long at = ExpiryTime.millis(call, Args.longValue(argv[2]), seconds, fromNow);
        Entry entry = call.peek(argv[1]);
        if (entry == null || !allowed(entry, at, nx, xx, gt, lt)) {
            call.out().integer(0);
            return;
        }
        if (ExpiryTime.isPast(call, at)) {
            call.remove(argv[1]);
            call.changed(argv[1]);
            call.propagateInstead(DEL, argv[1]);
        } else {
            call.db().expireAt(entry, Math.max(0, at));
            call.changed(argv[1]);
            call.propagateInstead(PEXPIREAT, argv[1], Numbers.toBytes(at));
        }
        call.out().integer(1);
    }

    /** A key without an expiry lives for ever: later than any time asked for. */
    private static boolean allowed(Entry entry, long at, boolean nx, boolean xx, boolean gt, boolean lt) {
        boolean expires = entry.hasExpiry();
        return !(nx && expires)
                && !(xx && !expires)
                && !(gt && (!expires || at <= entry.expireAtMillis()))
                && !(lt && expires && at >= entry.expireAtMillis());
    }

    private static void time(Call call, byte[][] argv, boolean seconds, boolean remaining) {
        Entry entry = call.peek(argv[1]);
        if (entry == null) {
            call.out().integer(-2);
        } else if (!entry.hasExpiry()) {
            call.out().integer(-1);
        } else {
            long millis = Math.max(0, entry.expireAtMillis() - (remaining ? call.nowMillis() : 0));
            call.out().integer(seconds ? (millis + 500) / 1000 : millis);
        }
    }

    private static void persist(Call call, byte[][] argv) {
        Entry entry = call.peek(argv[1]);
        boolean persisted = entry != null && call.db().persist(entry);
        if (persisted) {
            call.changed(argv[1]);
        }
        call.out().integer(persisted ? 1 : 0);
    }
}
