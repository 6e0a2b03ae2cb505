package dev.fairlead.driver;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;

/**
 * Turns values into the bytes that a server keeps, and back. What goes in is encoded where the command is made, what comes out is
 * decoded as the command says: {@code set("user:1", USER.encode(ada))}, {@code get("user:1").as(USER)}.
 *
 * <p>An implementation is called by any thread, several at once; {@link #decode} on an I/O thread of the client, where it must not
 * block. What it throws there ends that one call with {@link UnreadableReplyException}. Nulls never reach it: where the server has
 * nothing the result is null.
 *
 * @param <T> what the application works with
 */
public interface Codec<T> {
    /** Text as UTF-8: what commands give unless told otherwise. */
    Codec<String> TEXT =
            of(text -> text.getBytes(StandardCharsets.UTF_8), bytes -> new String(bytes, StandardCharsets.UTF_8));

    /** The bytes themselves, not copied. */
    Codec<byte[]> BYTES = of(bytes -> bytes, bytes -> bytes);

    /** 64-bit integers in decimal, as INCR and its kin count. */
    Codec<Long> LONG = ofText(number -> Long.toString(number), Long::valueOf);

    /** Bytes that {@link #decode} understands; never null. They are not copied: leave them as they are. */
    byte[] encode(T value);

    /**
     * The value that these bytes stand for.
     *
     * @throws RuntimeException when they stand for none; its message is told to the caller
     */
    T decode(byte[] bytes);

    /** A codec of two functions. */
    static <T> Codec<T> of(Function<? super T, byte[]> encoder, Function<byte[], ? extends T> decoder) {
        Objects.requireNonNull(encoder, "encoder");
        Objects.requireNonNull(decoder, "decoder");
        return new Codec<>() {
            @Override
            public byte[] encode(T value) {
                return encoder.apply(Objects.requireNonNull(value, "null cannot be encoded"));
            }

            @Override
            public T decode(byte[] bytes) {
                return decoder.apply(bytes);
            }
        };
    }

    /** A codec of two functions that write and read text, kept as UTF-8: JSON, enums, dates. */
    static <T> Codec<T> ofText(Function<? super T, String> writer, Function<String, ? extends T> parser) {
        Objects.requireNonNull(writer, "writer");
        Objects.requireNonNull(parser, "parser");
        return of(
                value -> writer.apply(value).getBytes(StandardCharsets.UTF_8),
                bytes -> parser.apply(new String(bytes, StandardCharsets.UTF_8)));
    }
}
