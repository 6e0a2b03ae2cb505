package dev.fairlead.server.internal.keyspace;

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

    /** A string that was built in place: what BITOP leaves. */
    public static StringValue ofRaw(byte[] bytes) {
        return new StringValue(bytes, Form.RAW);
    }

    /** The bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Replaces the content after an edit in place (APPEND, SETRANGE, SETBIT), which leaves the encoding raw. */
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
    public long memoryBytes() {
        return encoding().equals("int") ? 16 : 16 + Memory.string(bytes.length);
    }
}
