package dev.fairlead.server.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Joins what was read piece by piece into one buffer. */
final class Cumulation {
    private Cumulation() {}

    /** What is unread of {@code before}, which may be null, followed by {@code bytes}. Takes over both references. */
    static ByteBuf add(ByteBufAllocator allocator, ByteBuf before, ByteBuf bytes) {
        if (before == null) {
            return bytes;
        }
        if (!before.isReadable()) {
            before.release();
            return bytes;
        }
        int more = bytes.readableBytes();
        if (before.refCnt() == 1 && !before.isReadOnly() && before.writableBytes() >= more) {
            before.writeBytes(bytes);
            bytes.release();
            return before;
        }
        // Doubled, so that a large argument in many pieces is copied a constant number of times.
        ByteBuf joined = allocator.buffer(Math.max(before.readableBytes() * 2, before.readableBytes() + more));
        joined.writeBytes(before).writeBytes(bytes);
        before.release();
        bytes.release();
        return joined;
    }
}
