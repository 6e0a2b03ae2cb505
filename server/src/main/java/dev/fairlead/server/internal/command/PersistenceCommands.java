package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Value;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** SAVE, BGSAVE, LASTSAVE, SHUTDOWN, DUMP and RESTORE: their arguments, replies and refusals. */
public final class PersistenceCommands {
    private final PersistenceControl persistence;

    private PersistenceCommands(PersistenceControl persistence) {
        this.persistence = persistence;
    }

    /** Adds these commands to a server's. */
    public static void register(CommandRegistry registry, PersistenceControl persistence) {
        PersistenceCommands commands = new PersistenceCommands(persistence);
        registry.register("save", (call, argv) -> {
            persistence.save();
            call.out().ok();
        });
        registry.register("bgsave", commands::saveInBackground);
        registry.register("lastsave", (call, argv) -> call.out().integer(persistence.lastSaveSeconds()));
        registry.register("shutdown", commands::shutdown);
        registry.register("dump", commands::dump);
        registry.register("restore", commands::restore);
    }

    private void saveInBackground(Call call, byte[][] argv) {
        boolean schedule = argv.length == 2 && word(argv[1]).equals("SCHEDULE");
        if (argv.length > 1 && !schedule) {
            throw syntaxError();
        }
        call.out().simple(persistence.saveInBackground(schedule));
    }

    private void shutdown(Call call, byte[][] argv) {
        PersistenceControl.Saving saving = PersistenceControl.Saving.AS_CONFIGURED;
        boolean now = false;
        boolean force = false;
        boolean abort = false;
        for (int i = 1; i < argv.length; i++) {
            switch (word(argv[i])) {
                case "SAVE" -> saving = both(saving, PersistenceControl.Saving.ALWAYS);
                case "NOSAVE" -> saving = both(saving, PersistenceControl.Saving.NEVER);
                case "NOW" -> now = true;
                case "FORCE" -> force = true;
                case "ABORT" -> abort = true;
                default -> throw syntaxError();
            }
        }
        if (abort) {
            if (argv.length > 2) {
                throw syntaxError();
            }
            if (!persistence.abortShutdown()) {
                throw new CommandException("ERR No shutdown in progress.");
            }
            call.out().ok();
            return;
        }
        if (call.inTransaction()) {
            throw new CommandException("ERR Command not allowed inside a transaction");
        }
        persistence.shutdown(saving, now, force);
    }

    private static PersistenceControl.Saving both(PersistenceControl.Saving before, PersistenceControl.Saving after) {
        if (before != PersistenceControl.Saving.AS_CONFIGURED && before != after) {
            throw syntaxError();
        }
        return after;
    }

    private void dump(Call call, byte[][] argv) {
        Entry entry = call.read(argv[1]);
        if (entry == null) {
            call.out().nullBulk();
        } else {
            call.out().bulk(persistence.dump(entry.value()));
        }
    }

    private void restore(Call call, byte[][] argv) {
        boolean replace = false;
        boolean absolute = false;
        for (int i = 4; i < argv.length; i++) {
            switch (word(argv[i])) {
                case "REPLACE" -> replace = true;
                case "ABSTTL" -> absolute = true;
                case "IDLETIME" -> number(argv, ++i, "ERR Invalid IDLETIME value, must be >= 0");
                case "FREQ" -> number(argv, ++i, "ERR Invalid FREQ value, must be >= 0 and <= 255");
                default -> throw syntaxError();
            }
        }
        if (!replace && call.peek(argv[1]) != null) {
            throw new CommandException("BUSYKEY Target key name already exists.");
        }
        long ttl = number(argv, 2, "ERR Invalid TTL value, must be >= 0");
        Value value = persistence.restore(argv[3]);
        if (replace) {
            call.remove(argv[1]);
        }
        long expireAtMillis = ttl == 0 || absolute ? ttl : call.nowMillis() + ttl;
        Entry entry = call.put(argv[1], value);
        if (ttl > 0) {
            call.db().expireAt(entry, expireAtMillis);
        }
        call.changed(argv[1]);
        if (ttl > 0 && !absolute) {
            byte[][] effect = java.util.Arrays.copyOf(argv, argv.length + 1);
            effect[2] = Long.toString(expireAtMillis).getBytes(StandardCharsets.US_ASCII);
            effect[argv.length] = "ABSTTL".getBytes(StandardCharsets.US_ASCII);
            call.propagateInstead(effect);
        }
        call.out().ok();
    }

    private static long number(byte[][] argv, int index, String refusal) {
        if (index >= argv.length) {
            throw syntaxError();
        }
        long number;
        try {
            number = Long.parseLong(new String(argv[index], StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw new CommandException("ERR value is not an integer or out of range");
        }
        if (number < 0) {
            throw new CommandException(refusal);
        }
        return number;
    }

    private static CommandException syntaxError() {
        return new CommandException("ERR syntax error");
    }

    private static String word(byte[] argument) {
        return new String(argument, StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
    }
}
