package dev.fairlead.command;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * One row of the command table: everything the driver, the server and the policies need to know of one command or
 * subcommand without running it. Immutable; for any thread.
 *
 * <p>The methods that take a call's arguments never throw for what is in them: arguments that make no sense have no
 * keys, and the rest is answered from the row alone. The server will say what is wrong with them.
 */
public final class CommandSpec {
    private final String name;
    private final int arity;
    private final String since;
    private final String group;
    private final Access access;
    private final RetryCategory retryCategory;
    private final ArgumentRule rule;
    private final List<KeySpec> keySpecs;
    private final boolean unknownKeys;
    private final Set<String> flags;
    private final Set<String> categories;
    private final List<CommandSpec> subcommands;
    private final NameIndex subcommandIndex;
    private final KeySpec.PlainRange plainRange;

    CommandSpec(Rows.Row row, List<CommandSpec> subcommands) {
        this.name = row.name();
        this.arity = row.arity();
        this.since = row.since();
        this.group = row.group();
        this.access = row.access();
        this.retryCategory = row.retryCategory();
        this.rule = row.rule();
        this.keySpecs = row.keySpecs();
        this.unknownKeys = row.unknownKeys();
        this.flags = row.flags();
        this.categories = row.categories();
        this.subcommands = List.copyOf(subcommands);
        this.subcommandIndex = new NameIndex(subcommands, CommandSpec::lastName);
        this.plainRange = KeySpec.plainRange(keySpecs);
    }

    /** The full name as servers give it: lower case, a subcommand behind a bar ({@code get}, {@code config|get}). */
    public String name() {
        return name;
    }

    private String lastName() {
        return name.substring(name.indexOf('|') + 1);
    }

    /**
     * Number of arguments, the name (and the subcommand's) included; negative: at least that many. As in
     * {@code COMMAND INFO}.
     */
    public int arity() {
        return arity;
    }

    /** Whether {@link #arity} allows that many arguments, the name included. */
    public boolean accepts(int argc) {
        return arity < 0 ? argc >= -arity : argc == arity;
    }

    /**
     * Version of the first server that knows it: Redis, or Valkey where it says so ({@code 7.0.0},
     * {@code valkey-9.0.0}).
     */
    public String since() {
        return since;
    }

    /**
     * What it is about, as {@code COMMAND DOCS} groups commands: {@code string}, {@code sorted-set}, {@code server}…
     */
    public String group() {
        return group;
    }

    /** As in {@code COMMAND INFO}: {@code write}, {@code readonly}, {@code denyoom}, {@code noscript}… */
    public Set<String> flags() {
        return flags;
    }

    /** ACL categories without the {@code @}: {@code read}, {@code slow}, {@code sortedset}… */
    public Set<String> categories() {
        return categories;
    }

    /** Where the keys stand, in the order of {@code COMMAND INFO}. */
    public List<KeySpec> keySpecs() {
        return keySpecs;
    }

    /** Argument of the first key; 0 when keys have no fixed place. As in {@code COMMAND INFO}. */
    public int firstKey() {
        return plainRange.first();
    }

    /**
     * Argument of the last key, counted from the end if negative; 0 when keys have no fixed place. As in
     * {@code COMMAND INFO}.
     */
    public int lastKey() {
        return plainRange.last();
    }

    /** Distance from one key to the next; 0 when keys have no fixed place. As in {@code COMMAND INFO}. */
    public int keyStep() {
        return plainRange.step();
    }

    /** Rows of its subcommands; empty when it has none. */
    public Collection<CommandSpec> subcommands() {
        return subcommands;
    }

    /**
     * Whether the command does its work through subcommands ({@code CONFIG}, {@code XGROUP}; {@code COMMAND} also works
     * alone). A call that finds this row instead of a subcommand's has none, or one that the table does not know.
     */
    public boolean isContainer() {
        return !subcommands.isEmpty();
    }

    /** The subcommand of that name in any case; null when there is none. Does not allocate. */
    CommandSpec subcommand(byte[] subcommand) {
        return subcommandIndex.find(subcommand);
    }

    /** Access judged from the name alone: the most that any arguments could make of it. */
    public Access access() {
        return access;
    }

    /**
     * Access judged from the arguments too. {@link Access#READ} only where a real replica serves the call:
     * {@code SORT} without {@code STORE}, {@code BITFIELD} with only {@code GET} and {@code GETEX} without options
     * change nothing, but replicas refuse them by name, so they stay {@link Access#WRITE}; their
     * {@link #retryCategory(byte[][])} is {@link RetryCategory#READ}. A script that declares {@code flags=no-writes}
     * in its first line is a read.
     */
    public Access access(byte[][] argv) {
        return accepts(argv.length) ? rule.access(this, argv) : access;
    }

    /** How harmful a second run would be, whatever the arguments; {@link RetryCategory} says by which rule. */
    RetryCategory retryCategory() {
        return retryCategory;
    }

    /** How harmful a second run would be, judged from the arguments too; {@link RetryCategory} says by which rule. */
    public RetryCategory retryCategory(byte[][] argv) {
        return accepts(argv.length) ? rule.retryCategory(this, argv) : retryCategory;
    }

    /**
     * Whether the call may hold its connection until data arrives ({@code BLPOP}, {@code XREAD BLOCK}, {@code WAIT}).
     */
    public boolean blocks(byte[][] argv) {
        return accepts(argv.length) && rule.blocks(argv);
    }

    /**
     * Indexes into {@code argv} of the keys, in order; empty when it has none. {@link #hasUnknownKeys} tells when
     * that cannot be known.
     */
    public int[] keyPositions(byte[][] argv) {
        Positions positions = new Positions();
        if (accepts(argv.length)) {
            rule.addKeys(this, argv, positions);
        }
        return positions.toArray();
    }

    /** The run that the key at this one of the {@link #keyPositions} belongs to: what is done to it stands there. */
    public KeySpec runOf(byte[][] argv, int position) {
        for (KeySpec run : keySpecs) {
            Positions positions = new Positions();
            run.addPositions(argv, positions);
            for (int each : positions.toArray()) {
                if (each == position) {
                    return run;
                }
            }
        }
        return keySpecs.get(keySpecs.size() - 1); // the one whose place only the rule knows: STORE of SORT
    }

    /** Whether some call of this command touches keys that its arguments do not show. */
    boolean hasUnknownKeys() {
        return unknownKeys;
    }

    /**
     * Whether keys are touched that the arguments do not show: a script's, a transaction's, {@code SORT … GET},
     * {@code FLUSHALL}, {@code SWAPDB}, {@code SCAN}, {@code DBSIZE}; and whatever an unknown command may touch.
     */
    public boolean hasUnknownKeys(byte[][] argv) {
        return unknownKeys && (!accepts(argv.length) || rule.hasUnknownKeys(this, argv));
    }

    /**
     * The database other than the connection's own that the call's last key is written to ({@code COPY … DB 3},
     * {@code MOVE key 3}); −1 when it names none. {@code SWAPDB} has no key of its own:
     * {@link #hasUnknownKeys(byte[][])}.
     */
    public int targetDatabase(byte[][] argv) {
        return accepts(argv.length) ? rule.targetDatabase(argv) : -1;
    }

    @Override
    public String toString() {
        return name;
    }
}
