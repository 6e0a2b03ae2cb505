package dev.fairlead.server.internal.command;

/** Drops every reply: for CLIENT REPLY OFF, and for the commands that a master sends. */
public class DiscardingReplyWriter implements ReplyWriter {
    static final DiscardingReplyWriter INSTANCE = new DiscardingReplyWriter();

    /** For a link that wants to see errors: override {@link #error}. */
    protected DiscardingReplyWriter() {}

    @Override
    public void simple(String status) {}

    @Override
    public void error(String codeAndText) {}

    @Override
    public void integer(long value) {}

    @Override
    public void bulk(byte[] bytes) {}

    @Override
    public void bulk(byte[] bytes, int offset, int length) {}

    @Override
    public void bulk(String text) {}

    @Override
    public void nullBulk() {}

    @Override
    public void nullArray() {}

    @Override
    public void array(int elements) {}

    @Override
    public void map(int pairs) {}

    @Override
    public void set(int elements) {}

    @Override
    public void push(int elements) {}

    @Override
    public void doubleValue(String text) {}

    @Override
    public void bool(boolean value) {}

    @Override
    public void bigNumber(String decimal) {}

    @Override
    public void verbatim(String format, String text) {}
}
