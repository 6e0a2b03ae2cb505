package dev.fairlead.server.internal.keyspace;

import java.util.Arrays;

/** A byte string. */
public final class StringValue implements Value {
    /** Longest string whose encoding a server calls embstr. */
    private static final int MAX_EMBEDDED = 44;
    /** Integers from 0 to 9999 are shared. */
    private static final int SHARED_DIGITS = 4;

    private byte[] bytes;
    private Form form;

    /** How a server would hold it. */
    private enum Form {
        /** As its content allows. */
        NATURAL,
        /** As text, even if it reads as an integer. */
        TEXT,
        RAW
    }

    /** @param bytes belongs to the value from now on */
    public StringValue(byte[] bytes) {
        this(bytes, Form.NATURAL);
    }

    private StringValue(byte[] bytes, Form form) {
        this.bytes = bytes;
        this.form = form;
    }

    /** A string that is not looked at for an integer: what INCRBYFLOAT leaves. */
    public static StringValue ofText(byte[] bytes) {
        return new StringValue(bytes, Form.TEXT);
    }

    /** A string that was built in place: what BITOP leaves. The bytes are the value's own. */
    public static StringValue ofRaw(byte[] bytes) {
        return new StringValue(bytes, Form.RAW);
    }

    /** The bytes themselves, not a copy: to be copied by who keeps them. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * The bytes, at least so many, for an edit in place; the encoding is raw afterwards. They are the value's own: what came
     * with a command is copied first, for that command may still be waiting to be propagated.
     */
    public byte[] editable(int length) {
        if (form != Form.RAW || bytes.length < length) {
            edit(Arrays.copyOf(bytes, Math.max(bytes.length, length)));
        }
        return bytes;
    }

    /** Replaces the content (APPEND, SETRANGE), which leaves the encoding raw. */
    public void edit(byte[] edited) {
        bytes = edited;
        form = Form.RAW;
    }

    /** Whether a real server holds it as one of the integers that all keys share. */
    public boolean isSharedInteger() {
        return form == Form.NATURAL && bytes.length <= SHARED_DIGITS && Numbers.isLong(bytes) && bytes[0] != '-';
    }

    @Override
    public String typeName() {
        return "string";
    }

    @Override
    public String encoding() {
        if (form == Form.RAW) {
            return "raw";
        }
        if (form == Form.NATURAL && Numbers.isLong(bytes)) {
            return "int";
        }
        return bytes.length <= MAX_EMBEDDED ? "embstr" : "raw";
    }

    @Override
    public int elements() {
        return 1;
    }

    @Override
    public Value copy() {
        return new StringValue(bytes.clone(), form);
    }

    @Override
    public int warm() {
        return bytes.length;
    }

    @Override
    public long memoryBytes() {
        return encoding().equals("int") ? 16 : 16 + Memory.string(bytes.length);
    }
}
