package dev.fairlead.resp;

import io.netty.buffer.ByteBuf;

/**
 * Finds where the next complete value ends in a buffer that grows, and checks it against {@link RespLimits} on the way.
 *
 * <p>Remembers how far it looked: a value that arrives in a thousand pieces is looked at once. Lengths that were sent are
 * only counted with, never allocated for. One per connection, confined to its thread; after an exception it is of no use.
 */
public final class RespFramer {
    /** What {@link #next} answers while the value is not complete. */
    public static final int INCOMPLETE = -1;

    private final RespLimits limits;
    /** Values still missing per open aggregate; the lowest level is the frame itself. */
    private final int[] missing;

    private int depth;
    /** Offset from the frame's start of the next line; everything before it is accounted for, though it may not have come yet. */
    private long position;
    /** Offset at which the search for the end of the present line goes on; at least {@code position}. */
    private long searched;
    /** Whether a string's payload ends at {@code position}, with a CR LF still to be checked. */
    private boolean afterPayload;

    public RespFramer(RespLimits limits) {
        this.limits = limits;
        this.missing = new int[limits.maxDepth() + 1];
        begin();
    }

    private void begin() {
        depth = 0;
        missing[0] = 1;
        position = 0;
        searched = 0;
    }

    /**
     * Looks for a complete value at the buffer's reader index, which stays where it is. Until a length was answered the
     * caller leaves the unread bytes in place (it may move them to another buffer) and only adds to them.
     *
     * @return the length in bytes of the value, attributes ahead of it included, or {@link #INCOMPLETE}
     * @throws RespException on bytes that are not RESP and on values beyond the limits
     */
    public int next(ByteBuf in) {
        int start = in.readerIndex();
        int readable = in.readableBytes();
        while (position <= readable) {
            if (afterPayload) {
                checkPayloadEnd(in, start + (int) position);
            }
            while (depth > 0 && missing[depth] == 0) {
                depth--;
            }
            if (missing[depth] == 0) {
                int length = (int) position;
                begin();
                return length;
            }
            int lineEnd = findLineEnd(in, start, readable);
            if (lineEnd < 0) {
                break;
            }
            takeValue(in, start + (int) position, start + lineEnd);
            if (position > limits.maxFrameBytes()) {
                throw new RespLimitException("a value of at least " + position
                        + " bytes was announced; the bound on a whole value is " + limits.maxFrameBytes() + " bytes");
            }
            searched = position;
        }
        return INCOMPLETE;
    }

    private void checkPayloadEnd(ByteBuf in, int end) {
        if (in.getByte(end - 2) != '\r' || in.getByte(end - 1) != '\n') {
            throw new RespException("a string does not end in CR LF where its length says");
        }
        afterPayload = false;
    }

    /** Offset of the CR that ends the present line, or -1 while it has not come. */
    private int findLineEnd(ByteBuf in, int start, int readable) {
        int lf = in.indexOf(start + (int) searched, start + readable, (byte) '\n');
        long seen = (lf < 0 ? readable : lf - start) - position;
        if (seen > limits.maxLineBytes()) {
            throw new RespLimitException(
                    "a line of more than " + limits.maxLineBytes() + " bytes came, which is the bound on lines");
        }
        if (seen > 0 && RespType.of(in.getByte(start + (int) position)) == null) {
            // Said at the first byte: what is not RESP may never send a line end.
            throw notResp(in, start + (int) position, start + readable);
        }
        if (lf < 0) {
            searched = readable;
            return -1;
        }
        int cr = lf - start - 1;
        if (cr <= position || in.getByte(start + cr) != '\r') {
            throw notResp(in, start + (int) position, lf);
        }
        return cr;
    }

    private static RespException notResp(ByteBuf in, int from, int to) {
        return new RespException(
                "not the Redis protocol: '" + RespText.printable(in, from, to) + "' came where a value begins");
    }

    /** Accounts for the value whose first line lies in {@code [from, cr)}. */
    private void takeValue(ByteBuf in, int from, int cr) {
        RespType type = RespType.of(in.getByte(from));
        position += cr + 2 - from;
        missing[depth]--;
        switch (type) {
            case BULK, BULK_ERROR, VERBATIM -> {
                long length = length(in, type, from + 1, cr);
                if (length > limits.maxBulkBytes()) {
                    throw new RespLimitException("a string of " + length + " bytes was announced; the bound is "
                            + limits.maxBulkBytes() + " bytes");
                }
                if (length >= 0) {
                    position += length + 2;
                    afterPayload = true;
                }
            }
            case ARRAY, SET, PUSH, MAP, ATTRIBUTE -> {
                long elements = length(in, type, from + 1, cr);
                if (type == RespType.MAP || type == RespType.ATTRIBUTE) {
                    elements = Math.min(elements, Integer.MAX_VALUE) * 2;
                }
                if (elements > limits.maxElements()) {
                    throw new RespLimitException("an aggregate (" + type.text() + ") of " + elements
                            + " elements was announced; the bound is " + limits.maxElements() + " elements");
                }
                open(type, (int) Math.max(elements, 0));
            }
            case INTEGER -> RespText.parseLong(in, from + 1, cr);
            case NULL -> require(cr == from + 1, in, from, cr);
            case BOOLEAN ->
                require(cr == from + 2 && (in.getByte(from + 1) == 't' || in.getByte(from + 1) == 'f'), in, from, cr);
            default -> {
                // The line is the value; what it says is checked by whoever reads it.
            }
        }
    }

    private static void require(boolean wellFormed, ByteBuf in, int from, int cr) {
        if (!wellFormed) {
            throw notResp(in, from, cr);
        }
    }

    private void open(RespType type, int elements) {
        if (type == RespType.ATTRIBUTE) {
            // An attribute stands ahead of the value that it describes: its parts and that value are all still missing.
            long more = (long) missing[depth] + elements + 1;
            if (more > Integer.MAX_VALUE) {
                throw new RespLimitException("attributes of too many elements were announced");
            }
            missing[depth] = (int) more;
            return;
        }
        if (elements == 0) {
            return;
        }
        if (depth == limits.maxDepth()) {
            throw new RespLimitException(
                    "aggregates are nested deeper than " + limits.maxDepth() + ", which is the bound");
        }
        missing[++depth] = elements;
    }

    private static long length(ByteBuf in, RespType type, int from, int cr) {
        long length = RespText.parseLong(in, from, cr);
        boolean nullForm = length == -1 && (type == RespType.BULK || type == RespType.ARRAY);
        boolean minusZero = length == 0 && in.getByte(from) == '-';
        if ((length < 0 && !nullForm) || minusZero) {
            throw new RespException("a " + type.text() + " of length " + length + " was announced");
        }
        return length;
    }
}
