package dev.fairlead.server.internal.net;

import dev.fairlead.resp.RespWriter;
import dev.fairlead.server.internal.command.ReplyWriter;
import io.netty.buffer.ByteBuf;
import java.math.BigInteger;
import java.util.function.Supplier;

/** Replies of one connection on their way into its output buffer, in its protocol. Confined to the command thread. */
final class ChannelReplies implements ReplyWriter {
    private final RespWriter writer = new RespWriter();
    private final Supplier<ByteBuf> output;

    /** @param output gives the buffer to write to, now */
    ChannelReplies(Supplier<ByteBuf> output) {
        this.output = output;
    }

    void protocol(int version) {
        writer.protocol(version);
    }

    /** The attribute of the reply to a write: the place of the stream that covers it. */
    void offset(String historyId, long offset) {
        RespWriter to = out();
        to.attribute(1);
        to.bulk(OffsetPushes.NAME);
        to.array(2);
        to.bulk(historyId);
        to.integer(offset);
    }

    private RespWriter out() {
        return writer.to(output.get());
    }

    @Override
    public void simple(String status) {
        out().simple(status);
    }

    @Override
    public void ok() {
        out().ok();
    }

    @Override
    public void error(String codeAndText) {
        out().error(codeAndText);
    }

    @Override
    public void integer(long value) {
        out().integer(value);
    }

    @Override
    public void bulk(byte[] bytes) {
        out().bulk(bytes);
    }

    @Override
    public void bulk(byte[] bytes, int offset, int length) {
        out().bulk(bytes, offset, length);
    }

    @Override
    public void bulk(String text) {
        out().bulk(text);
    }

    @Override
    public void nullBulk() {
        out().nullBulk();
    }

    @Override
    public void nullArray() {
        out().nullArray();
    }

    @Override
    public void array(int elements) {
        out().array(elements);
    }

    @Override
    public void map(int pairs) {
        out().map(pairs);
    }

    @Override
    public void set(int elements) {
        out().set(elements);
    }

    @Override
    public void push(int elements) {
        out().push(elements);
    }

    @Override
    public void doubleValue(String text) {
        out().doubleValue(text);
    }

    @Override
    public void bool(boolean value) {
        out().bool(value);
    }

    @Override
    public void bigNumber(String decimal) {
        out().bigNumber(new BigInteger(decimal));
    }

    @Override
    public void verbatim(String format, String text) {
        out().verbatim(format, text);
    }
}
