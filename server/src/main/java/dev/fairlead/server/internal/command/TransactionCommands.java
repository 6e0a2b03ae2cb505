package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Entry;
import java.util.List;

/** MULTI, EXEC, DISCARD, WATCH, UNWATCH. */
final class TransactionCommands {
    private TransactionCommands() {}

    static void register(CommandRegistry r) {
        r.register("multi", TransactionCommands::multi)
                .register("exec", TransactionCommands::exec)
                .register("discard", TransactionCommands::discard)
                .register("watch", TransactionCommands::watch)
                .register("unwatch", TransactionCommands::unwatch);
    }

    private static void multi(Call call, byte[][] argv) {
        if (call.session().transaction.active) {
            throw new CommandException("ERR MULTI calls can not be nested");
        }
        call.session().transaction.active = true;
        call.out().ok();
    }

    /** Leaves the transaction and forgets what was watched. */
    static void abandon(Call call) {
        call.session().transaction.end();
        call.executor().watched().unwatchAll(call.session());
        call.session().transaction.spoiled = false;
    }

    private static void discard(Call call, byte[][] argv) {
        if (!call.session().transaction.active) {
            throw new CommandException("ERR DISCARD without MULTI");
        }
        abandon(call);
        call.out().ok();
    }

    private static void watch(Call call, byte[][] argv) {
        if (call.session().transaction.active) {
            throw new CommandException("ERR WATCH inside MULTI is not allowed");
        }
        for (int i = 1; i < argv.length; i++) {
            call.peek(argv[i]);
            Entry entry = call.db().find(argv[i]);
            call.executor()
                    .watched()
                    .watch(call.session(), argv[i], entry != null && entry.isExpired(call.nowMillis()));
        }
        call.out().ok();
    }

    private static void unwatch(Call call, byte[][] argv) {
        call.executor().watched().unwatchAll(call.session());
        call.session().transaction.spoiled = false;
        call.out().ok();
    }

    private static void exec(Call call, byte[][] argv) {
        ClientSession session = call.session();
        Transaction transaction = session.transaction;
        if (!transaction.active) {
            throw new CommandException("ERR EXEC without MULTI");
        }
        boolean refused = transaction.refused;
        boolean spoiled =
                transaction.spoiled || call.executor().watched().anyExpired(session, call.executor(), call.nowMillis());
        List<Transaction.Queued> queue = List.copyOf(transaction.queue);
        abandon(call);
        if (refused) {
            throw new CommandException("EXECABORT Transaction discarded because of previous errors.");
        }
        if (spoiled) {
            call.out().nullArray();
            return;
        }
        call.out().array(queue.size());
        call.executor().runQueued(session, queue, call.nowMillis());
    }
}
