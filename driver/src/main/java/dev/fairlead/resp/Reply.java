package dev.fairlead.resp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A reply as a value: what a command of the generic form gives. Immutable (byte arrays are not copied: leave them as they are).
 *
 * <p>The accessors convert where RESP2 and RESP3 say the same thing in different types, and where a number stands in a
 * string. Where nothing sensible can be made of a reply they throw a {@link ReplyTypeException}; where it is null the
 * accessors of reference types answer null.
 */
public sealed interface Reply {

    /** The one null; RESP2's null string and null array alike. */
    Reply NULL = new Null();

    /** A line of text ({@code +OK}). */
    record Simple(String text) implements Reply {}

    /** An error that the server sent. Its first word is the code: {@code ERR}, {@code WRONGTYPE}, {@code READONLY}. */
    record ServerError(String text) implements Reply {
        /** The first word. */
        public String code() {
            int space = text.indexOf(' ');
            return space < 0 ? text : text.substring(0, space);
        }

        /** What follows the code. */
        public String message() {
            int space = text.indexOf(' ');
            return space < 0 ? "" : text.substring(space + 1);
        }
    }

    /** A 64-bit integer. */
    record Int(long value) implements Reply {}

    /** A string of bytes. */
    record Bulk(byte[] bytes) implements Reply {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bulk bulk && Arrays.equals(bytes, bulk.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return '"' + RespText.printable(bytes) + '"';
        }
    }

    /** Nothing. */
    record Null() implements Reply {
        @Override
        public String toString() {
            return "(null)";
        }
    }

    /** A floating point number (RESP3). */
    record Decimal(double value) implements Reply {}

    /** True or false (RESP3). */
    record Bool(boolean value) implements Reply {}

    /** An integer of any size (RESP3). */
    record BigNumber(BigInteger value) implements Reply {}

    /** Text with a format of three characters, {@code txt} or {@code mkd} (RESP3). */
    record Verbatim(String format, String text) implements Reply {}

    /** What kind of aggregate a {@link Sequence} was sent as. */
    enum Kind {
        ARRAY,
        SET,
        PUSH
    }

    /** An array, or RESP3's set or push. */
    record Sequence(Kind kind, List<Reply> elements) implements Reply {
        public Sequence {
            elements = List.copyOf(elements);
        }
    }

    /** RESP3's map: keys and values in turn, in the order they were sent. */
    record Table(List<Reply> flat) implements Reply {
        public Table {
            flat = List.copyOf(flat);
        }
    }

    /** An array of these. */
    static Reply array(Reply... elements) {
        return new Sequence(Kind.ARRAY, List.of(elements));
    }

    /** The UTF-8 bytes of a text as a bulk string. */
    static Reply bulk(String text) {
        return new Bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    default boolean isNull() {
        return this instanceof Null;
    }

    /** Whether this is an error: an element of EXEC's reply may be one. */
    default boolean isError() {
        return this instanceof ServerError;
    }

    /** Strings (UTF-8), numbers and booleans as text; null for null. */
    default String asString() {
        if (this instanceof Null) {
            return null;
        }
        if (this instanceof Simple simple) {
            return simple.text();
        }
        if (this instanceof Bulk bulk) {
            return new String(bulk.bytes(), StandardCharsets.UTF_8);
        }
        if (this instanceof Verbatim verbatim) {
            return verbatim.text();
        }
        if (this instanceof Int number) {
            return Long.toString(number.value());
        }
        if (this instanceof Decimal decimal) {
            return RespText.formatDouble(decimal.value());
        }
        if (this instanceof BigNumber big) {
            return big.value().toString();
        }
        if (this instanceof Bool bool) {
            return Boolean.toString(bool.value());
        }
        throw mismatch("a string");
    }

    /** The bytes of a string, or of a number's text; null for null. */
    default byte[] asBytes() {
        if (this instanceof Bulk bulk) {
            return bulk.bytes();
        }
        String text = asString();
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** An integer, or a string that holds one; true is 1. @throws ReplyTypeException for null and anything else */
    default long asLong() {
        if (this instanceof Int number) {
            return number.value();
        }
        if (this instanceof Bool bool) {
            return bool.value() ? 1 : 0;
        }
        if (this instanceof Bulk || this instanceof Simple || this instanceof BigNumber) {
            try {
                return Long.parseLong(asString());
            } catch (NumberFormatException e) {
                throw mismatch("an integer");
            }
        }
        throw mismatch("an integer");
    }

    /** A double, or a string or integer that holds one. @throws ReplyTypeException for null and anything else */
    default double asDouble() {
        if (this instanceof Decimal decimal) {
            return decimal.value();
        }
        if (this instanceof Bulk || this instanceof Simple || this instanceof BigNumber || this instanceof Int) {
            return RespText.parseDouble(asString());
        }
        throw mismatch("a double");
    }

    /** A boolean, or the integers 1 and 0 that RESP2 has for it. @throws ReplyTypeException for anything else */
    default boolean asBoolean() {
        if (this instanceof Bool bool) {
            return bool.value();
        }
        if (this instanceof Int number && (number.value() == 0 || number.value() == 1)) {
            return number.value() == 1;
        }
        throw mismatch("a boolean");
    }

    /** The elements of an array, set or push; a map's keys and values in turn; null for null. */
    default List<Reply> asList() {
        if (this instanceof Null) {
            return null;
        }
        if (this instanceof Sequence sequence) {
            return sequence.elements();
        }
        if (this instanceof Table table) {
            return table.flat();
        }
        throw mismatch("a list");
    }

    /** A map, or the flat array that RESP2 has for it, by the text of its keys and in order; null for null. */
    default Map<String, Reply> asMap() {
        List<Reply> flat = asList();
        if (flat == null) {
            return null;
        }
        if (flat.size() % 2 != 0) {
            throw mismatch("a map");
        }
        Map<String, Reply> map = new LinkedHashMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            map.put(flat.get(i).asString(), flat.get(i + 1));
        }
        return map;
    }

    /** {@link #asList} with {@link #asString} of each element; null for null. */
    default List<String> asStrings() {
        List<Reply> elements = asList();
        if (elements == null) {
            return null;
        }
        List<String> strings = new ArrayList<>(elements.size());
        for (Reply element : elements) {
            strings.add(element.asString());
        }
        return strings;
    }

    private ReplyTypeException mismatch(String wanted) {
        if (this instanceof ServerError error) {
            return new ReplyTypeException("expected " + wanted + ", got the error: " + error.text());
        }
        return new ReplyTypeException(
                "expected " + wanted + ", got a reply of type " + getClass().getSimpleName());
    }
}
