package dev.fairlead.driver;

import dev.fairlead.command.Access;
import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * A command and its arguments, as a value, with the type of its result. Immutable; may be executed any number of times, by any
 * thread. {@link Commands} has the typed ones; {@link #of(String, Object...)} takes any other.
 *
 * @param <T> what its reply is decoded to. Where the server answers null the result is null
 */
public final class Command<T> {
    private static final Set<String> SCRIPTS = Set.of("eval", "evalsha", "fcall");

    private final byte[][] argv;
    private final CommandSpec spec;
    private final Function<RespReader, ? extends T> decoder;
    private final boolean declaredReadOnly;

    private Command(
            byte[][] argv, CommandSpec spec, Function<RespReader, ? extends T> decoder, boolean declaredReadOnly) {
        this.argv = argv;
        this.spec = spec;
        this.decoder = decoder;
        this.declaredReadOnly = declaredReadOnly;
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
        CommandTable table = CommandTable.standard();
        CommandSpec spec = table.find(argv);
        if (spec == null) {
            spec = table.unknown(new String(argv[0], StandardCharsets.UTF_8));
        }
        return new Command<>(argv, spec, Objects.requireNonNull(decoder, "decoder"), false);
    }

    /** What the command table knows of it. */
    public CommandSpec spec() {
        return spec;
    }

    /** The full name in upper case, a subcommand behind a blank: {@code GET}, {@code CONFIG GET}. */
    public String name() {
        return spec.name().replace('|', ' ').toUpperCase(Locale.ROOT);
    }

    /** The command as it goes on the wire, its name first. Not a copy: leave it as it is. */
    public byte[][] argv() {
        return argv;
    }

    /** Access judged from the command, its arguments, and {@link #readOnly}. */
    public Access access() {
        return declaredReadOnly ? Access.READ : spec.access(argv);
    }

    /** Decodes the reply; called once for each execution, never for an error that the server answered with. */
    public T decode(RespReader reply) {
        return decoder.apply(reply);
    }

    /**
     * This script or function call, declared by the caller to only read: a replica may run it. A script that writes all the same
     * fails there with READONLY.
     *
     * @throws IllegalStateException when this is not EVAL, EVALSHA or FCALL
     */
    public Command<T> readOnly() {
        if (!SCRIPTS.contains(spec.name())) {
            throw new IllegalStateException("only EVAL, EVALSHA and FCALL can be declared read-only, not " + name());
        }
        return new Command<>(argv, spec, decoder, true);
    }

    /** The same command with its result turned into something else. The function runs on an event loop: it must not block. */
    public <R> Command<R> map(Function<? super T, ? extends R> function) {
        return new Command<R>(argv, spec, reader -> function.apply(decoder.apply(reader)), declaredReadOnly);
    }

    /** The same command with its reply as it comes. */
    Command<Reply> raw() {
        return new Command<>(argv, spec, RespReader::readReply, declaredReadOnly);
    }

    /** The name and the number of keys; never a key or a value, which may be secret. */
    @Override
    public String toString() {
        int keys = spec.keyPositions(argv).length;
        return name() + (keys == 0 ? "" : keys == 1 ? " (1 key)" : " (" + keys + " keys)");
    }
}
