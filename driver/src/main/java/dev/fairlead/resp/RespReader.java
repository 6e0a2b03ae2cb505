package dev.fairlead.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cursor over one complete value, which decodes it straight into results. Each {@code read…} takes the next value; the forms
 * that RESP2 and RESP3 have for the same thing are both accepted, and attributes are passed over.
 *
 * <p>Valid only while its owner says so (for a link's call: until the callback returns); confined to that thread. A value of
 * another type than was asked for gives a {@link ReplyTypeException}, which names types and errors, never values.
 */
public final class RespReader {
    private ByteBuf in;
    /** Where the value begins, its attributes included. */
    private int start;

    private int position;
    private int end;

    /** Over nothing; see {@link #reset}. */
    public RespReader() {}

    /** Sets the cursor to the value at {@code in}'s reader index, {@code length} bytes long, as {@link RespFramer#next} found it. */
    public RespReader reset(ByteBuf in, int length) {
        this.in = in;
        this.start = in.readerIndex();
        this.position = start;
        this.end = position + length;
        return this;
    }

    /** Sets the cursor to the value that the bytes hold, as {@link #copy} gave them. */
    public RespReader reset(byte[] value) {
        return reset(Unpooled.wrappedBuffer(value), value.length);
    }

    /** What is left, as it came. */
    public byte[] copy() {
        byte[] bytes = new byte[end - position];
        in.getBytes(position, bytes);
        return bytes;
    }

    /** Whether a value is left. */
    public boolean hasNext() {
        return position < end;
    }

    /** The next value's type, any attribute ahead of it passed over; {@link RespType#NULL} for RESP2's null forms too. */
    public RespType peek() {
        RespType type = marker();
        while (type == RespType.ATTRIBUTE) {
            long pairs = header();
            for (long i = 0; i < pairs * 2; i++) {
                skip();
            }
            type = marker();
        }
        boolean nullForm = (type == RespType.BULK || type == RespType.ARRAY) && in.getByte(position + 1) == '-';
        return nullForm ? RespType.NULL : type;
    }

    /**
     * What the attributes ahead of the value say under this name, wherever this cursor stands in the value by now; null when they say
     * nothing.
     */
    public RespReader attribute(String name) {
        if (RespType.of(in.getByte(start)) != RespType.ATTRIBUTE) {
            return null;
        }
        RespReader cursor = new RespReader();
        cursor.in = in;
        cursor.position = start;
        cursor.end = end;
        while (cursor.marker() == RespType.ATTRIBUTE) {
            long pairs = cursor.header();
            for (long i = 0; i < pairs; i++) {
                RespReader key = cursor.split();
                RespReader value = cursor.split();
                RespType type = key.peek();
                if ((type == RespType.BULK || type == RespType.SIMPLE) && name.equals(key.readString())) {
                    return value;
                }
            }
        }
        return null;
    }

    /** Whether the next value is null; takes it if so. */
    public boolean readNull() {
        if (peek() != RespType.NULL) {
            return false;
        }
        header();
        return true;
    }

    /** The text of a string (UTF-8) or number; null for null. */
    public String readString() {
        return readText(StandardCharsets.UTF_8);
    }

    /** The bytes of a string, or of a number's text; null for null. */
    public byte[] readBytes() {
        RespType type = peek();
        if (type != RespType.BULK) {
            String text = readText(StandardCharsets.UTF_8);
            return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        }
        int length = (int) header();
        byte[] bytes = new byte[length];
        in.getBytes(position, bytes);
        position += length + 2;
        return bytes;
    }

    /** An integer, or a string that holds one; true is 1. */
    public long readLong() {
        RespType type = peek();
        switch (type) {
            case INTEGER -> {
                return header();
            }
            case BULK -> {
                int length = (int) header();
                int from = position;
                position += length + 2;
                return parse(from, from + length);
            }
            case SIMPLE, BIG_NUMBER -> {
                int from = position + 1;
                int cr = skipLine();
                return parse(from, cr);
            }
            case BOOLEAN -> {
                return readBoolean() ? 1 : 0;
            }
            default -> throw mismatch("an integer", type);
        }
    }

    private long parse(int from, int to) {
        try {
            return RespText.parseLong(in, from, to);
        } catch (RespException e) {
            throw new ReplyTypeException("expected an integer, got a string that holds none");
        }
    }

    /** As {@link #readLong}; null for null. */
    public Long readLongOrNull() {
        return readNull() ? null : (Long) readLong();
    }

    /** A double, or a string or integer that holds one. */
    public double readDouble() {
        RespType type = peek();
        if (type == RespType.INTEGER) {
            return header();
        }
        if (type == RespType.DOUBLE || type == RespType.BULK || type == RespType.SIMPLE) {
            return RespText.parseDouble(readText(StandardCharsets.US_ASCII));
        }
        throw mismatch("a double", type);
    }

    /** As {@link #readDouble}; null for null. */
    public Double readDoubleOrNull() {
        return readNull() ? null : (Double) readDouble();
    }

    /** A boolean, or the integers 1 and 0 that RESP2 has for it. */
    public boolean readBoolean() {
        RespType type = peek();
        if (type == RespType.BOOLEAN) {
            boolean value = in.getByte(position + 1) == 't';
            skipLine();
            return value;
        }
        if (type == RespType.INTEGER) {
            long value = header();
            if (value == 0 || value == 1) {
                return value == 1;
            }
        }
        throw mismatch("a boolean", type);
    }

    /** Opens an array, set, push or map: how many values follow (a map has two for each entry), or -1 for null. */
    public int readAggregate() {
        RespType type = peek();
        return switch (type) {
            case NULL -> {
                header();
                yield -1;
            }
            case ARRAY, SET, PUSH -> (int) header();
            case MAP -> (int) header() * 2;
            default -> throw mismatch("a list", type);
        };
    }

    /** Opens a map, or the flat array that RESP2 has for it: how many entries follow, or -1 for null. */
    public int readMapHeader() {
        RespType type = peek();
        int values = readAggregate();
        if (values > 0 && values % 2 != 0) {
            throw new ReplyTypeException("expected a map, got a " + type.text() + " of " + values + " elements");
        }
        return values < 0 ? -1 : values / 2;
    }

    /** A list of strings, which may hold nulls; null for null. */
    public List<String> readStrings() {
        int size = readAggregate();
        if (size < 0) {
            return null;
        }
        List<String> strings = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            strings.add(readString());
        }
        return strings;
    }

    /** A map of strings in the order it was sent; null for null. */
    public Map<String, String> readStringMap() {
        int entries = readMapHeader();
        if (entries < 0) {
            return null;
        }
        Map<String, String> map = new LinkedHashMap<>(entries * 4 / 3 + 1);
        for (int i = 0; i < entries; i++) {
            map.put(readString(), readString());
        }
        return map;
    }

    /** Whether the next value is an error. */
    public boolean isError() {
        RespType type = peek();
        return type == RespType.ERROR || type == RespType.BULK_ERROR;
    }

    /** The next value, whatever it is, as a tree. */
    public Reply readReply() {
        RespType type = peek();
        switch (type) {
            case NULL -> {
                header();
                return Reply.NULL;
            }
            case SIMPLE -> {
                return new Reply.Simple(readText(StandardCharsets.UTF_8));
            }
            case ERROR -> {
                return new Reply.ServerError(line());
            }
            case BULK_ERROR -> {
                return new Reply.ServerError(payload(StandardCharsets.UTF_8));
            }
            case INTEGER -> {
                return new Reply.Int(header());
            }
            case BULK -> {
                return new Reply.Bulk(readBytes());
            }
            case DOUBLE -> {
                return new Reply.Decimal(readDouble());
            }
            case BOOLEAN -> {
                return new Reply.Bool(readBoolean());
            }
            case BIG_NUMBER -> {
                return new Reply.BigNumber(bigNumber(line()));
            }
            case VERBATIM -> {
                String whole = payload(StandardCharsets.UTF_8);
                return new Reply.Verbatim(verbatimFormat(whole), whole.substring(4));
            }
            case MAP -> {
                return new Reply.Table(elements((int) header() * 2));
            }
            case SET -> {
                return new Reply.Sequence(Reply.Kind.SET, elements((int) header()));
            }
            case PUSH -> {
                return new Reply.Sequence(Reply.Kind.PUSH, elements((int) header()));
            }
            default -> {
                return new Reply.Sequence(Reply.Kind.ARRAY, elements((int) header()));
            }
        }
    }

    private static BigInteger bigNumber(String digits) {
        try {
            return new BigInteger(digits);
        } catch (NumberFormatException e) {
            throw new ReplyTypeException("expected a big number, got a line that holds none");
        }
    }

    private List<Reply> elements(int size) {
        List<Reply> elements = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            elements.add(readReply());
        }
        return elements;
    }

    /** Another cursor, over the next value alone, which this one passes over: whatever is made of it, this one stands behind it. */
    public RespReader split() {
        RespReader value = new RespReader();
        value.in = in;
        value.start = position;
        value.position = position;
        skip();
        value.end = position;
        return value;
    }

    /** Passes over the next value, whole. */
    public void skip() {
        // Values still to pass over, nested ones included: a loop, so that depth costs no stack.
        long left = 1;
        while (left > 0) {
            left--;
            switch (marker()) {
                case BULK, BULK_ERROR, VERBATIM -> {
                    long length = header();
                    position += length < 0 ? 0 : (int) length + 2;
                }
                case ARRAY, SET, PUSH -> left += Math.max(header(), 0);
                case MAP -> left += header() * 2;
                case ATTRIBUTE -> left += header() * 2 + 1;
                default -> skipLine();
            }
        }
    }

    private RespType marker() {
        if (position >= end) {
            throw new ReplyTypeException("the reply has no further value");
        }
        return RespType.of(in.getByte(position));
    }

    /** Takes a line and gives its number: a length or an integer. A RESP3 null gives -1. */
    private long header() {
        int from = position + 1;
        int cr = skipLine();
        return cr == from ? -1 : RespText.parseLong(in, from, cr);
    }

    /** Takes a line; where its CR stands. */
    private int skipLine() {
        int i = position + 1;
        while (in.getByte(i) != '\r' || in.getByte(i + 1) != '\n') {
            i++;
        }
        position = i + 2;
        return i;
    }

    private String line() {
        int from = position + 1;
        int cr = skipLine();
        return in.toString(from, cr - from, StandardCharsets.UTF_8);
    }

    private String payload(Charset charset) {
        int length = (int) header();
        String text = in.toString(position, length, charset);
        position += length + 2;
        return text;
    }

    private String readText(Charset charset) {
        RespType type = peek();
        return switch (type) {
            case NULL -> {
                header();
                yield null;
            }
            case BULK -> payload(charset);
            case SIMPLE, INTEGER, DOUBLE, BIG_NUMBER -> line();
            case BOOLEAN -> Boolean.toString(readBoolean());
            case VERBATIM -> {
                String whole = payload(charset);
                verbatimFormat(whole);
                yield whole.substring(4);
            }
            default -> throw mismatch("a string", type);
        };
    }

    private static String verbatimFormat(String whole) {
        if (whole.length() < 4 || whole.charAt(3) != ':') {
            throw new ReplyTypeException("expected verbatim text, got a string without a format");
        }
        return whole.substring(0, 3);
    }

    private ReplyTypeException mismatch(String wanted, RespType got) {
        if (got == RespType.ERROR) {
            return new ReplyTypeException("expected " + wanted + ", got the error: " + line());
        }
        return new ReplyTypeException("expected " + wanted + ", got a reply of type " + got.text());
    }
}
