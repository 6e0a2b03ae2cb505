package dev.fairlead.server.internal.command;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** REPLICAOF and SLAVEOF, FAILOVER, PSYNC, SYNC, REPLCONF, ROLE, WAIT: their arguments, replies and refusals. */
public final class ReplicationCommands {
    private final ReplicationControl replication;

    private ReplicationCommands(ReplicationControl replication) {
        this.replication = replication;
    }

    /** Adds these commands to a server's. */
    public static void register(CommandRegistry registry, ReplicationControl replication) {
        ReplicationCommands commands = new ReplicationCommands(replication);
        registry.register("replicaof", commands::replicaOf);
        registry.register("slaveof", commands::replicaOf);
        registry.register("failover", commands::failover);
        registry.register("replconf", commands::replconf);
        registry.register("psync", commands::psync);
        registry.register("sync", commands::sync);
        registry.register("role", (call, argv) -> replication.role(call.out()));
        registry.register("wait", commands::await);
    }

    private void replicaOf(Call call, byte[][] argv) {
        if (replication.isFailingOver()) {
            throw new CommandException("ERR REPLICAOF not allowed while failing over.");
        }
        String host = text(argv[1]);
        if (host.equalsIgnoreCase("no") && text(argv[2]).equalsIgnoreCase("one")) {
            replication.lead(call.session());
            call.out().ok();
            return;
        }
        if (call.session().kind() == ClientSession.Kind.REPLICA) {
            throw new CommandException("ERR Command is not valid when client is a replica.");
        }
        long port = number(argv[2]);
        if (port < 0 || port > 65535) {
            throw new CommandException("ERR Invalid master port");
        }
        if (replication.follow(host, (int) port, call.session())) {
            call.out().ok();
        } else {
            call.out().simple("OK Already connected to specified master");
        }
    }

    private void failover(Call call, byte[][] argv) {
        if (argv.length == 2 && Args.is(argv[1], "abort")) {
            if (!replication.isFailingOver()) {
                throw new CommandException("ERR No failover in progress.");
            }
            call.out().ok(); // before what was held back runs, which uses this call
            replication.abortFailover();
            return;
        }
        String host = null;
        long port = 0;
        long timeoutMillis = 0;
        boolean force = false;
        for (int i = 1; i < argv.length; i++) {
            if (Args.is(argv[i], "timeout") && i + 1 < argv.length && timeoutMillis == 0) {
                timeoutMillis = number(argv[++i]);
                if (timeoutMillis <= 0) {
                    throw new CommandException("ERR FAILOVER timeout must be greater than 0");
                }
            } else if (Args.is(argv[i], "to") && i + 2 < argv.length && host == null) {
                host = text(argv[++i]);
                port = number(argv[++i]);
            } else if (Args.is(argv[i], "force") && !force) {
                force = true;
            } else {
                throw Args.SYNTAX;
            }
        }
        replication.failOver(host, (int) port, force, timeoutMillis);
        call.out().ok();
    }

    private void replconf(Call call, byte[][] argv) {
        if (argv.length % 2 == 0) {
            throw new CommandException("ERR syntax error");
        }
        for (int i = 1; i < argv.length; i += 2) {
            String option = text(argv[i]).toLowerCase(Locale.ROOT);
            switch (option) {
                case "ack" -> {
                    if (call.session().kind() == ClientSession.Kind.REPLICA) {
                        replication.acknowledged(call.session(), number(argv[i + 1]));
                    }
                    return; // never answered: the link carries the stream only
                }
                case "getack" -> {
                    if (call.session().isMasterLink()) {
                        replication.acknowledgeToMaster();
                    }
                    return;
                }
                case "fairlead-beat" -> {
                    if (call.session().kind() == ClientSession.Kind.REPLICA) {
                        replication.askedForBeat(text(argv[i + 1]));
                        return; // answered in the stream
                    }
                }
                case "listening-port" -> {
                    long port = number(argv[i + 1]);
                    replication.describe(call.session(), option, Long.toString(port));
                }
                case "rdb-only" -> {
                    long only = number(argv[i + 1]);
                    if (only != 0 && only != 1) {
                        throw new CommandException("ERR REPLCONF rdb-only takes 0 or 1");
                    }
                    replication.describe(call.session(), option, Long.toString(only));
                }
                case "ip-address", "capa", "version" -> replication.describe(call.session(), option, text(argv[i + 1]));
                default -> throw new CommandException("ERR Unrecognized REPLCONF option: " + text(argv[i]));
            }
        }
        call.out().ok();
    }

    private void psync(Call call, byte[][] argv) {
        long offset = number(argv[2]);
        if (call.session().kind() == ClientSession.Kind.REPLICA) {
            return;
        }
        if (argv.length > 3 && Args.is(argv[3], "failover")) {
            replication.takeOver(call.session(), text(argv[1]));
        }
        replication.attach(call.session(), text(argv[1]), offset);
    }

    private void sync(Call call, byte[][] argv) {
        if (call.session().kind() != ClientSession.Kind.REPLICA) {
            replication.attach(call.session(), null, 0);
        }
    }

    private void await(Call call, byte[][] argv) {
        if (replication.isReplica()) {
            throw new CommandException("ERR WAIT cannot be used with replica instances. Please also note that since"
                    + " Redis 4.0 if a replica is configured to be writable (which is not the default) writes to"
                    + " replicas are just local and are not propagated.");
        }
        long wanted = number(argv[1]);
        long timeoutMillis = timeout(argv[2]);
        long offset = call.session().lastWriteOffset();
        int there = replication.replicasAt(offset);
        if (there >= wanted || call.inTransaction()) {
            call.out().integer(there);
            return;
        }
        call.block(timeoutMillis, out -> out.integer(replication.replicasAt(offset)));
        replication.await(call.session(), offset, (int) Math.min(Integer.MAX_VALUE, wanted));
    }

    private static long timeout(byte[] argument) {
        long millis;
        try {
            millis = Long.parseLong(text(argument));
        } catch (NumberFormatException e) {
            throw new CommandException("ERR timeout is not an integer or out of range");
        }
        if (millis < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        return millis;
    }

    private static long number(byte[] argument) {
        try {
            return Long.parseLong(text(argument));
        } catch (NumberFormatException e) {
            throw new CommandException("ERR value is not an integer or out of range");
        }
    }

    private static String text(byte[] argument) {
        return new String(argument, StandardCharsets.UTF_8);
    }
}
