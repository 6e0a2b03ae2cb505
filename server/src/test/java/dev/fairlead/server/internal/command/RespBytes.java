package dev.fairlead.server.internal.command;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A reply writer that keeps the bytes of RESP2 or RESP3, so that replies can be compared with a real server's. */
final class RespBytes implements ReplyWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int protocol = 2;

    /** What was written since the last call. */
    String take() {
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        bytes.reset();
        return text;
    }

    private void line(String text) {
        byte[] b = text.getBytes(StandardCharsets.UTF_8);
        bytes.write(b, 0, b.length);
        bytes.write('\r');
        bytes.write('\n');
    }

    @Override
    public void simple(String status) {
        line("+" + status);
    }

    @Override
    public void error(String codeAndText) {
        line("-" + codeAndText);
    }

    @Override
    public void integer(long value) {
        line(":" + value);
    }

    @Override
    public void bulk(byte[] b) {
        bulk(b, 0, b.length);
    }

    @Override
    public void bulk(byte[] b, int offset, int length) {
        line("$" + length);
        bytes.write(b, offset, length);
        bytes.write('\r');
        bytes.write('\n');
    }

    @Override
    public void bulk(String text) {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void nullBulk() {
        line(protocol == 2 ? "$-1" : "_");
    }

    @Override
    public void nullArray() {
        line(protocol == 2 ? "*-1" : "_");
    }

    @Override
    public void array(int elements) {
        line("*" + elements);
    }

    @Override
    public void map(int pairs) {
        line(protocol == 2 ? "*" + 2 * pairs : "%" + pairs);
    }

    @Override
    public void set(int elements) {
        line((protocol == 2 ? "*" : "~") + elements);
    }

    @Override
    public void push(int elements) {
        line((protocol == 2 ? "*" : ">") + elements);
    }

    @Override
    public void doubleValue(String text) {
        if (protocol == 2) {
            bulk(text);
        } else {
            line("," + text);
        }
    }

    @Override
    public void bool(boolean value) {
        line(protocol == 2 ? value ? ":1" : ":0" : value ? "#t" : "#f");
    }

    @Override
    public void bigNumber(String decimal) {
        if (protocol == 2) {
            bulk(decimal);
        } else {
            line("(" + decimal);
        }
    }

    @Override
    public void verbatim(String format, String text) {
        if (protocol == 2) {
            bulk(text);
        } else {
            line("=" + (text.length() + 4));
            line(format + ":" + text);
        }
    }
}
