package dev.fairlead.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes replies into a buffer, in the protocol that the connection speaks: what RESP2 has no type for becomes the form that Redis
 * gives it there. Numbers are written without allocation. One per connection or thread; not thread-safe.
 *
 * <p>Requests look the same in both protocols: {@link #request}, which keeps no state.
 */
public final class RespWriter {
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] NULL_3 = ascii("_\r\n");
    private static final byte[] NULL_BULK_2 = ascii("$-1\r\n");
    private static final byte[] NULL_ARRAY_2 = ascii("*-1\r\n");
    private static final byte[] TRUE_3 = ascii("#t\r\n");
    private static final byte[] FALSE_3 = ascii("#f\r\n");
    private static final byte[] MIN_LONG = ascii("-9223372036854775808");
    /** What one Java array holds, with some room. */
    private static final int MAX_REQUEST_BYTES = Integer.MAX_VALUE - 64;

    private static final int CRLF = '\r' << 8 | '\n';

    private ByteBuf out;
    private boolean resp3;

    /** Writes RESP2 until {@link #protocol} says otherwise; needs {@link #to} before anything is written. */
    public RespWriter() {}

    /** Where to write from now on. */
    public RespWriter to(ByteBuf out) {
        this.out = out;
        return this;
    }

    /** The protocol from now on, 2 or 3. */
    public RespWriter protocol(int version) {
        if (version != 2 && version != 3) {
            throw new IllegalArgumentException("protocol " + version + "; there are 2 and 3");
        }
        resp3 = version == 3;
        return this;
    }

    public int protocol() {
        return resp3 ? 3 : 2;
    }

    /** {@code +OK}. */
    public void ok() {
        out.writeBytes(OK);
    }

    /** A line; it must not hold a line end. */
    public void simple(String text) {
        line(RespType.SIMPLE, text);
    }

    /** An error, its code first, without the minus sign. Line ends in it become blanks, as Redis does. */
    public void error(String text) {
        line(
                RespType.ERROR,
                text.indexOf('\r') < 0 && text.indexOf('\n') < 0
                        ? text
                        : text.replace('\r', ' ').replace('\n', ' '));
    }

    public void integer(long value) {
        header(out, RespType.INTEGER, value);
    }

    /** A string of these bytes; null gives {@link #nullBulk}. */
    public void bulk(byte[] bytes) {
        if (bytes == null) {
            nullBulk();
        } else {
            bulk(bytes, 0, bytes.length);
        }
    }

    /** A string of a part of these bytes. */
    public void bulk(byte[] bytes, int offset, int length) {
        header(out, RespType.BULK, length);
        out.writeBytes(bytes, offset, length);
        out.writeShort(CRLF);
    }

    /** A string of the UTF-8 bytes of a text; null gives {@link #nullBulk}. */
    public void bulk(String text) {
        if (text == null) {
            nullBulk();
            return;
        }
        header(out, RespType.BULK, ByteBufUtil.utf8Bytes(text));
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeShort(CRLF);
    }

    /** A string that holds a number in decimal ({@code $3 100}). */
    public void bulkLong(long value) {
        header(out, RespType.BULK, digits(value));
        decimal(out, value);
        out.writeShort(CRLF);
    }

    /** Nothing, where a string was expected. */
    public void nullBulk() {
        out.writeBytes(resp3 ? NULL_3 : NULL_BULK_2);
    }

    /** Nothing, where an array was expected. */
    public void nullArray() {
        out.writeBytes(resp3 ? NULL_3 : NULL_ARRAY_2);
    }

    /** Opens an array: this many values follow. */
    public void array(int elements) {
        header(out, RespType.ARRAY, elements);
    }

    /** Opens a map: this many pairs follow. RESP2: a flat array. */
    public void map(int pairs) {
        header(out, resp3 ? RespType.MAP : RespType.ARRAY, resp3 ? pairs : pairs * 2L);
    }

    /** Opens a set: this many values follow. RESP2: an array. */
    public void set(int elements) {
        header(out, resp3 ? RespType.SET : RespType.ARRAY, elements);
    }

    /** Opens a push: this many values follow. RESP2: an array. */
    public void push(int elements) {
        header(out, resp3 ? RespType.PUSH : RespType.ARRAY, elements);
    }

    /** Opens an attribute of the next value: this many pairs follow. RESP3 only. */
    public void attribute(int pairs) {
        if (!resp3) {
            throw new IllegalStateException("RESP2 has no attributes");
        }
        header(out, RespType.ATTRIBUTE, pairs);
    }

    /** A double. RESP2: a string. Shortest text that reads back as the same number; whole numbers without a fraction. */
    public void doubleValue(double value) {
        doubleValue(RespText.formatDouble(value));
    }

    /** A double whose text is given, for a server that writes numbers its own way. RESP2: a string. */
    public void doubleValue(String text) {
        if (resp3) {
            line(RespType.DOUBLE, text);
        } else {
            bulk(text);
        }
    }

    /** A boolean. RESP2: 1 or 0. */
    public void bool(boolean value) {
        if (resp3) {
            out.writeBytes(value ? TRUE_3 : FALSE_3);
        } else {
            integer(value ? 1 : 0);
        }
    }

    /** An integer of any size. RESP2: a string. */
    public void bigNumber(BigInteger value) {
        if (resp3) {
            line(RespType.BIG_NUMBER, value.toString());
        } else {
            bulk(value.toString());
        }
    }

    /** Text with a format of three characters ({@code txt}). RESP2: a plain string. */
    public void verbatim(String format, String text) {
        if (format.length() != 3) {
            throw new IllegalArgumentException(
                    "the format of a verbatim string has three characters, as in txt: '" + format + "'");
        }
        if (!resp3) {
            bulk(text);
            return;
        }
        header(out, RespType.VERBATIM, 4 + ByteBufUtil.utf8Bytes(text));
        out.writeCharSequence(format, StandardCharsets.US_ASCII);
        out.writeByte(':');
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeShort(CRLF);
    }

    /** A whole reply tree. */
    public void reply(Reply reply) {
        if (reply instanceof Reply.Simple simple) {
            simple(simple.text());
        } else if (reply instanceof Reply.ServerError error) {
            error(error.text());
        } else if (reply instanceof Reply.Int number) {
            integer(number.value());
        } else if (reply instanceof Reply.Bulk bulk) {
            bulk(bulk.bytes());
        } else if (reply instanceof Reply.Null) {
            nullBulk();
        } else if (reply instanceof Reply.Decimal decimal) {
            doubleValue(decimal.value());
        } else if (reply instanceof Reply.Bool bool) {
            bool(bool.value());
        } else if (reply instanceof Reply.BigNumber big) {
            bigNumber(big.value());
        } else if (reply instanceof Reply.Verbatim verbatim) {
            verbatim(verbatim.format(), verbatim.text());
        } else if (reply instanceof Reply.Table table) {
            map(table.flat().size() / 2);
            replies(table.flat());
        } else if (reply instanceof Reply.Sequence sequence) {
            int size = sequence.elements().size();
            switch (sequence.kind()) {
                case ARRAY -> array(size);
                case SET -> set(size);
                case PUSH -> push(size);
            }
            replies(sequence.elements());
        }
    }

    private void replies(List<Reply> replies) {
        for (Reply reply : replies) {
            reply(reply);
        }
    }

    private void line(RespType type, String text) {
        out.writeByte(type.marker());
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeShort(CRLF);
    }

    /** Writes a request, an array of bulk strings, into a buffer. */
    public static void request(ByteBuf out, byte[]... argv) {
        header(out, RespType.ARRAY, argv.length);
        for (byte[] arg : argv) {
            header(out, RespType.BULK, arg.length);
            out.writeBytes(arg);
            out.writeShort(CRLF);
        }
    }

    /** A request in an array of exactly its size: for a sender that hands it to another thread. */
    public static byte[] request(byte[]... argv) {
        byte[] out = new byte[requestBytes(argv)];
        int at = header(out, 0, RespType.ARRAY, argv.length);
        for (byte[] arg : argv) {
            at = header(out, at, RespType.BULK, arg.length);
            System.arraycopy(arg, 0, out, at, arg.length);
            at += arg.length;
            out[at++] = '\r';
            out[at++] = '\n';
        }
        return out;
    }

    private static int requestBytes(byte[]... argv) {
        long bytes = 3 + digits(argv.length);
        for (byte[] arg : argv) {
            bytes += 5L + digits(arg.length) + arg.length;
        }
        if (bytes > MAX_REQUEST_BYTES) {
            throw new IllegalArgumentException("a request of " + bytes + " bytes; the bound is " + MAX_REQUEST_BYTES);
        }
        return (int) bytes;
    }

    private static int header(byte[] out, int at, RespType type, int count) {
        out[at] = type.marker();
        int end = at + 1 + digits(count);
        int rest = count;
        for (int i = end - 1; i > at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        out[end] = '\r';
        out[end + 1] = '\n';
        return end + 2;
    }

    private static void header(ByteBuf out, RespType type, long number) {
        out.writeByte(type.marker());
        decimal(out, number);
        out.writeShort(CRLF);
    }

    private static void decimal(ByteBuf out, long value) {
        if (value >= 0 && value < 10) {
            out.writeByte('0' + (int) value);
            return;
        }
        if (value == Long.MIN_VALUE) {
            out.writeBytes(MIN_LONG);
            return;
        }
        int length = digits(value);
        int start = out.writerIndex();
        out.ensureWritable(length);
        long rest = Math.abs(value);
        for (int i = start + length - 1; rest > 0; i--) {
            out.setByte(i, '0' + (int) (rest % 10));
            rest /= 10;
        }
        if (value < 0) {
            out.setByte(start, '-');
        }
        out.writerIndex(start + length);
    }

    /** Characters of a number in decimal. */
    private static int digits(long value) {
        if (value == Long.MIN_VALUE) {
            return MIN_LONG.length;
        }
        int digits = value < 0 ? 2 : 1;
        for (long rest = Math.abs(value); rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
