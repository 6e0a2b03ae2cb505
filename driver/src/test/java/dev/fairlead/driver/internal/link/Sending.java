package dev.fairlead.driver.internal.link;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Lets a fake of another room send a call at an instant of its own clock, and answer it or not. */
public final class Sending {
    private Sending() {}

    public static void at(LinkCall call, long nanos) {
        call.sentNanos = nanos;
    }

    public static void answer(LinkCall call, String reply) {
        ByteBuf bytes = Unpooled.copiedBuffer(reply, StandardCharsets.UTF_8);
        RespReader reader = new RespReader().reset(bytes, bytes.readableBytes());
        if (reader.isError()) {
            call.onError((Reply.ServerError) reader.readReply());
        } else {
            call.onReply(reader);
        }
    }

    public static void fail(LinkCall call, LinkException failure) {
        call.onFailure(failure);
    }
}
