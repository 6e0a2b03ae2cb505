package dev.fairlead.driver;

import dev.fairlead.command.Access;
import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * A command and its arguments, as a value, with the type of its result. Immutable; may be executed any number of times, by any
 * thread. {@link Commands} has the typed ones; {@link #of(String, Object...)} takes any other.
 *
 * <p>Those whose result is made of values say of which shape it is, and give the values through another codec:
 * {@code hgetAll("sessions").as(SESSION)} is a {@code Command<Map<String, Session>>}.
 *
 * @param <T> what its reply is decoded to. Where the server answers null the result is null
 */
public sealed class Command<T> {
    private static final Set<String> SCRIPTS = Set.of("eval", "evalsha", "fcall");
    private static final byte[] EVAL = "EVAL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVAL_RO = "EVAL_RO".getBytes(StandardCharsets.US_ASCII);

    private final byte[][] argv;
    private final CommandSpec spec;
    private final Function<RespReader, ? extends T> decoder;
    private final boolean declaredReadOnly;

    /** Of a script that is named by its hash; null of anything else. */
    private final byte[] source;

    /** Null for a write that the master's acknowledgement is enough for, and for what is no write. */
    private final Durability durability;

    private Command(
            byte[][] argv,
            CommandSpec spec,
            Function<RespReader, ? extends T> decoder,
            boolean declaredReadOnly,
            byte[] source) {
        this(argv, spec, decoder, declaredReadOnly, source, null);
    }

    private Command(
            byte[][] argv,
            CommandSpec spec,
            Function<RespReader, ? extends T> decoder,
            boolean declaredReadOnly,
            byte[] source,
            Durability durability) {
        this.argv = argv;
        this.spec = spec;
        this.decoder = decoder;
        this.declaredReadOnly = declaredReadOnly;
        this.source = source;
        this.durability = durability;
    }

    /**
     * Any command, with its reply as it comes: {@code Command.of("OBJECT", "ENCODING", key)}.
     *
     * @param name the command's name; a subcommand is an argument of its own
     * @param arguments strings (sent as UTF-8), {@code byte[]} (not copied), integers, doubles or floats
     * @throws IllegalArgumentException when the name is empty or an argument is null or of another type
     */
    public static Command<Reply> of(String name, Object... arguments) {
        return of(RespReader::readReply, name, arguments);
    }

    /**
     * Any command, with its reply decoded by a method of {@link RespReader}: {@code Command.of(RespReader::readBytes, "GET", key)}.
     * The decoder runs on an event loop: it must not block, nor keep the reader.
     */
    public static <T> Command<T> of(Function<RespReader, ? extends T> decoder, String name, Object... arguments) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("a command needs a name, as in Command.of(\"GET\", \"key\")");
        }
        byte[][] argv = new byte[arguments.length + 1][];
        argv[0] = name.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < arguments.length; i++) {
            argv[i + 1] = Arguments.encode(name, i + 1, arguments[i]);
        }
        return of(decoder, argv);
    }

    /** Takes the arguments as they are. */
    static <T> Command<T> of(Function<RespReader, ? extends T> decoder, byte[][] argv) {
        return new Command<>(argv, find(argv), Objects.requireNonNull(decoder, "decoder"), false, null);
    }

    private static CommandSpec find(byte[][] argv) {
        CommandTable table = CommandTable.standard();
        CommandSpec spec = table.find(argv);
        return spec == null ? table.unknown(new String(argv[0], StandardCharsets.UTF_8)) : spec;
    }

    /** What the command table knows of it. */
    public final CommandSpec spec() {
        return spec;
    }

    /** The full name in upper case, a subcommand behind a blank: {@code GET}, {@code CONFIG GET}. */
    public final String name() {
        return spec.name().replace('|', ' ').toUpperCase(Locale.ROOT);
    }

    /** The command as it goes on the wire, its name first. Not a copy: leave it as it is. */
    public final byte[][] argv() {
        return argv;
    }

    /** The same command, an EVALSHA or EVALSHA_RO, with the source that its hash stands for. */
    final Command<T> withSource(byte[] script) {
        return new Command<>(argv, spec, decoder, declaredReadOnly, script);
    }

    /**
     * The command as it goes to a server that may not have its script: with the script's source instead of its hash, which makes the
     * server keep it. Of anything but a call of a {@link Script} it is {@link #argv} itself.
     */
    public final byte[][] argvWithSource() {
        if (source == null) {
            return argv;
        }
        byte[][] whole = argv.clone();
        whole[0] = spec.access() == Access.READ ? EVAL_RO : EVAL;
        whole[1] = source;
        return whole;
    }

    /** Access judged from the command, its arguments, and {@link #readOnly}. */
    public final Access access() {
        return declaredReadOnly ? Access.READ : spec.access(argv);
    }

    /** Decodes the reply; called once for each execution, never for an error that the server answered with. */
    public final T decode(RespReader reply) {
        return decoder.apply(reply);
    }

    /**
     * This script or function call, declared by the caller to only read: a replica may run it. A script that writes all the same
     * fails there with READONLY.
     *
     * @throws IllegalStateException when this is not EVAL, EVALSHA or FCALL
     */
    public final Command<T> readOnly() {
        if (!SCRIPTS.contains(spec.name())) {
            throw new IllegalStateException("only EVAL, EVALSHA and FCALL can be declared read-only, not " + name());
        }
        return new Command<>(argv, spec, decoder, true, source);
    }

    /**
     * This write, done only when so many replicas have it too: it must survive the loss of its master. The replicas have this time from
     * the master's acknowledgement on, on top of the call's deadline; when it is over the call fails with {@link
     * WriteNotDurableException}, which says how many have it. What a replica has it holds in memory. Other calls do not wait for it.
     *
     * <p>Not on a connection of one's own, where {@code WAIT} is at hand.
     *
     * @throws IllegalStateException when this is no write
     * @throws IllegalArgumentException when one of the two is out of the range that {@link Durability} names
     */
    public final Command<T> durable(int replicas, Duration timeout) {
        if (access() != Access.WRITE) {
            throw new IllegalStateException(name() + " is no write; only a write can be made durable");
        }
        return new Command<>(argv, spec, decoder, declaredReadOnly, source, new Durability(replicas, timeout));
    }

    /** What {@link #durable} asked for; null when the master's acknowledgement is enough. */
    public final Durability durability() {
        return durability;
    }

    /** The same command with its result turned into something else. The function runs on an event loop: it must not block. */
    public final <R> Command<R> map(Function<? super T, ? extends R> function) {
        return new Command<R>(
                argv, spec, reader -> function.apply(decoder.apply(reader)), declaredReadOnly, source, durability);
    }

    /** The same command with its reply as it comes. */
    final Command<Reply> raw() {
        return new Command<>(argv, spec, RespReader::readReply, declaredReadOnly, source, durability);
    }

    /** The name and the number of keys; never a key or a value, which may be secret. */
    @Override
    public final String toString() {
        int keys = spec.keyPositions(argv).length;
        return name() + (keys == 0 ? "" : keys == 1 ? " (1 key)" : " (" + keys + " keys)");
    }

    /** Gives one value, or null. */
    public static final class OfValue<V> extends Command<V> {
        OfValue(byte[][] argv, Function<RespReader, V> decoder) {
            super(argv, find(argv), decoder, false, null);
        }

        /** The same command with its value decoded by this codec. */
        public <W> OfValue<W> as(Codec<W> codec) {
            return new OfValue<>(argv(), Results.value(codec));
        }
    }

    /** Gives a list of values, in which null may stand for what is not there. */
    public static final class OfList<V> extends Command<List<V>> {
        OfList(byte[][] argv, Function<RespReader, List<V>> decoder) {
            super(argv, find(argv), decoder, false, null);
        }

        /** The same command with its values decoded by this codec. */
        public <W> OfList<W> as(Codec<W> codec) {
            Function<RespReader, W> value = Results.value(codec);
            return new OfList<>(argv(), reader -> Results.list(reader, value));
        }
    }

    /** Gives a set of values, in the order in which the server sent them. */
    public static final class OfSet<V> extends Command<Set<V>> {
        OfSet(byte[][] argv, Function<RespReader, Set<V>> decoder) {
            super(argv, find(argv), decoder, false, null);
        }

        /** The same command with its values decoded by this codec; they need {@code equals}, which byte arrays do not have. */
        public <W> OfSet<W> as(Codec<W> codec) {
            Function<RespReader, W> value = Results.value(codec);
            return new OfSet<>(argv(), reader -> Results.set(reader, value));
        }
    }

    /** Gives values by the text of their names, in the order in which the server sent them. */
    public static final class OfMap<V> extends Command<Map<String, V>> {
        OfMap(byte[][] argv, Function<RespReader, Map<String, V>> decoder) {
            super(argv, find(argv), decoder, false, null);
        }

        /** The same command with its values decoded by this codec; their names stay text. */
        public <W> OfMap<W> as(Codec<W> codec) {
            Function<RespReader, W> value = Results.value(codec);
            return new OfMap<>(argv(), reader -> Results.map(reader, value));
        }
    }

    /** Gives one value with the key that it was under, or null. */
    public static final class OfEntry<V> extends Command<Map.Entry<String, V>> {
        OfEntry(byte[][] argv, Function<RespReader, Map.Entry<String, V>> decoder) {
            super(argv, find(argv), decoder, false, null);
        }

        /** The same command with its value decoded by this codec; the key stays text. */
        public <W> OfEntry<W> as(Codec<W> codec) {
            Function<RespReader, W> value = Results.value(codec);
            return new OfEntry<>(argv(), reader -> Results.keyAndElement(reader, value));
        }
    }
}
