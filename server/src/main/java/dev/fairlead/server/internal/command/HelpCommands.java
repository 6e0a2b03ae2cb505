package dev.fairlead.server.internal.command;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code HELP} of the commands that have subcommands: one line or two for each that this server knows. */
final class HelpCommands {
    /** A line that ends with a colon begins the command of that name; what is indented explains the subcommand above it. */
    private static final String TEXTS = """
            acl:
            GETUSER <username>
                What the user may do. There is one user here, 'default'.
            LIST
                The users, as an ACL file would have them.
            USERS
                The names of the users.
            WHOAMI
                The user of this connection.
            client:
            CAPA <capability> [<capability> ...]
                Say what this client understands; 'fairlead-offsets' asks for offsets of writes and of a replica.
            GETNAME
                The name of this connection.
            GETREDIR
                Where invalidations of tracking go; -1, as there is no tracking here.
            HOLD <replication-id> <offset> <milliseconds>
                Let the next command wait until this server has applied that offset, no longer than so long.
            ID
                The number of this connection.
            INFO
                One line about this connection.
            KILL <ip:port>
                Close the connection from this address.
            KILL <option> <value> [<option> <value> ...]
                Close the connections that all of these are true for:
                ID <number>, ADDR <ip:port>, LADDR <ip:port>, USER <name>,
                TYPE normal|master|replica|pubsub, SKIPME yes|no (spare this one; default yes).
            LIST [TYPE normal|master|replica|pubsub] [ID <number> ...]
                One line about each connection.
            NO-EVICT on|off
                Spare this connection when memory is short.
            PAUSE <milliseconds> [WRITE|ALL]
                Hold back the commands of all clients, or only those that write.
            REPLY on|off|skip
                Whether this connection gets replies; 'skip' leaves out the next one.
            SETNAME <name>
                Name this connection.
            UNBLOCK <number> [TIMEOUT|ERROR]
                End the wait of a blocked client, as its timeout would or with an error.
            UNPAUSE
                End a pause.
            command:
            (no subcommand)
                Everything that is known of every command.
            COUNT
                How many commands there are.
            DOCS [<command> ...]
                Since when there are these commands, and what they are about; all without names.
            GETKEYS <command> [<argument> ...]
                The keys among the arguments of this call.
            GETKEYSANDFLAGS <command> [<argument> ...]
                The keys among the arguments of this call, and what is done to each.
            INFO [<command> ...]
                Everything that is known of these commands; of all without names.
            LIST [FILTERBY MODULE|ACLCAT|PATTERN <value>]
                The names of the commands.
            config:
            GET <pattern> [<pattern> ...]
                The directives whose names match, and their values.
            RESETSTAT
                Set the counters of INFO back to zero.
            REWRITE
                Write the present values into the file that the server was started with.
            SET <directive> <value> [<directive> <value> ...]
                Set all of these directives, or none.
            debug:
            DIGEST
                A signature of all data, the same on every server that holds the same.
            DIGEST-VALUE <key> [<key> ...]
                A signature of the value of each key; zeros for one that is missing.
            ERROR <text>
                Answer with this error.
            OBJECT <key>
                How the value of this key is kept.
            SET-ACTIVE-EXPIRE 0|1
                Whether keys whose time has passed are removed before somebody looks at them.
            SLEEP <seconds>
                Do nothing for so long, for no client.
            latency:
            HISTORY <event>
                Nothing: this server keeps no samples.
            LATEST
                Nothing: this server keeps no samples.
            RESET [<event> ...]
                Nothing to forget: 0.
            memory:
            USAGE <key> [SAMPLES <count>]
                About how many bytes a key takes with its value.
            object:
            ENCODING <key>
                How a Redis would keep this value.
            FREQ <key>
                How often the key is used; only where maxmemory-policy counts that.
            IDLETIME <key>
                Seconds since the key was used.
            REFCOUNT <key>
                How many share the value.
            pubsub:
            CHANNELS [<pattern>]
                The channels that somebody listens to.
            NUMPAT
                How many patterns somebody listens to.
            NUMSUB [<channel> ...]
                How many listen to each of these channels.
            SHARDCHANNELS [<pattern>]
                The shard channels that somebody listens to.
            SHARDNUMSUB [<channel> ...]
                How many listen to each of these shard channels.
            slowlog:
            GET [<count>]
                The slowest commands, newest first: 10 of them, or so many; -1 for all.
                Of each its number, time, microseconds, arguments, and the client's address and name.
            LEN
                How many there are.
            RESET
                Forget them.
            """;

    private static final Map<String, List<String>> LINES = new HashMap<>();

    static {
        String name = null;
        int start = 0;
        List<String> all = TEXTS.lines().toList();
        for (int i = 0; i <= all.size(); i++) {
            boolean head =
                    i == all.size() || all.get(i).endsWith(":") && !all.get(i).startsWith(" ");
            if (head && name != null) {
                LINES.put(name, all.subList(start, i));
            }
            if (head && i < all.size()) {
                name = all.get(i).substring(0, all.get(i).length() - 1);
                start = i + 1;
            }
        }
    }

    private HelpCommands() {}

    static void register(CommandRegistry r) {
        for (String name : LINES.keySet()) {
            if (!name.equals("debug")) { // which has no subcommands in the table
                r.register(name + "|help", (c, a) -> help(c, name));
            }
        }
    }

    static void help(Call call, String name) {
        List<String> lines = LINES.get(name);
        call.out().array(lines.size() + 3);
        call.out().simple(name.toUpperCase(Locale.ROOT) + " <subcommand> [<argument> ...]. The subcommands are:");
        lines.forEach(call.out()::simple);
        call.out().simple("HELP");
        call.out().simple("    This text.");
    }
}
