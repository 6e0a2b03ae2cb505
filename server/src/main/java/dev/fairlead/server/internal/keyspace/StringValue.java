package dev.fairlead.server.internal.keyspace;

/** A byte string. */
public final class StringValue implements Value {
    /** Longest string whose encoding a server calls embstr. */
    private static final int MAX_EMBEDDED = 44;

    private byte[] bytes;
    private boolean modified;

    /** @param bytes belongs to the value from now on */
    public StringValue(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Replaces the content after an edit in place (APPEND, SETRANGE, SETBIT), which leaves the encoding raw. */
    public void edit(byte[] edited) {
        bytes = edited;
        modified = true;
    }

    @Override
    public String typeName() {
        return "string";
    }

    @Override
    public String encoding() {
        if (modified) {
            return "raw";
        }
        if (Numbers.isLong(bytes)) {
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
        StringValue copy = new StringValue(bytes.clone());
        copy.modified = modified;
        return copy;
    }

    @Override
    public long memoryBytes() {
        return encoding().equals("int") ? 16 : 16 + Memory.string(bytes.length);
    }
}
