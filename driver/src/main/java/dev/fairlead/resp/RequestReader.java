package dev.fairlead.resp;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The server's side: takes requests out of a buffer that grows, in both forms that Redis knows, {@code *2 $3 GET $1 k} and a plain
 * line of words with quotes. Its refusals are Redis's own, word for word, as the text of a {@link RespException}.
 *
 * <p>Arguments are taken as they come, so nothing is looked at twice; memory is given only for arguments that have come whole.
 * One per connection, confined to its thread; after an exception it is of no use.
 */
public final class RequestReader {
    /** What Redis lets a connection send that has not authenticated yet: arguments, and bytes of one. */
    private static final int UNAUTHENTICATED_ARGUMENTS = 10;

    private static final int UNAUTHENTICATED_BYTES = 16 << 10;
    /** Room made ahead of arguments that were only announced; more is made as they come. */
    private static final int FIRST_ARGUMENTS = 1024;

    private static final int MAX_HEADER = 64 << 10;

    private final RespLimits limits;
    private boolean authenticated = true;
    /** The request being read; null between requests. */
    private byte[][] argv;

    private int announced;
    private int taken;
    /** Length of the argument being read; -1 before its header has come. */
    private int argumentLength = -1;
    /** How far past the reader index the search for a line's end went. */
    private int searched;

    private long consumedBytes;

    public RequestReader(RespLimits limits) {
        this.limits = limits;
    }

    /** Whether the stricter bounds for strangers are off. Default: they are. */
    public void authenticated(boolean authenticated) {
        this.authenticated = authenticated;
    }

    /**
     * Bytes taken so far from all buffers. Right after {@link #read} gave a request: where that request ends in the stream, to the
     * byte (what a replica counts its offset by).
     */
    public long consumedBytes() {
        return consumedBytes;
    }

    /**
     * Takes the next request; the buffer's reader index moves over what was taken. Empty lines and empty arrays are passed over.
     *
     * @return name and arguments, or null when more bytes are needed
     * @throws RespException with the text for the client, without a code: {@code Protocol error: …}
     */
    public byte[][] read(ByteBuf in) {
        int before = in.readerIndex();
        try {
            while (in.isReadable()) {
                if (argv == null && in.getByte(in.readerIndex()) != '*') {
                    byte[][] line = readInline(in);
                    if (line == null) {
                        return null;
                    }
                    if (line.length > 0) {
                        return line;
                    }
                } else if (argv == null) {
                    if (!openArray(in)) {
                        return null;
                    }
                } else {
                    if (!readArgument(in)) {
                        return null;
                    }
                    if (taken == announced) {
                        byte[][] request = argv;
                        argv = null;
                        return request;
                    }
                }
            }
            return null;
        } finally {
            consumedBytes += in.readerIndex() - before;
        }
    }

    /** Reads {@code *n}; false when it has not come whole. */
    private boolean openArray(ByteBuf in) {
        int lf = lineEnd(in, MAX_HEADER, "Protocol error: too big mbulk count string");
        if (lf < 0) {
            return false;
        }
        long count = number(in, lf, "Protocol error: invalid multibulk length");
        if (count > limits.maxElements()) {
            throw new RespException("Protocol error: invalid multibulk length");
        }
        if (count > UNAUTHENTICATED_ARGUMENTS && !authenticated) {
            throw new RespException("Protocol error: unauthenticated multibulk length");
        }
        if (count > 0) {
            announced = (int) count;
            taken = 0;
            argv = new byte[Math.min(announced, FIRST_ARGUMENTS)][];
        }
        return true;
    }

    /** Reads {@code $n} and the argument; false when it has not come whole. */
    private boolean readArgument(ByteBuf in) {
        if (argumentLength < 0) {
            byte marker = in.getByte(in.readerIndex());
            if (marker != '$') {
                throw new RespException("Protocol error: expected '$', got '" + (char) (marker & 0xff) + "'");
            }
            int lf = lineEnd(in, MAX_HEADER, "Protocol error: too big bulk count string");
            if (lf < 0) {
                return false;
            }
            long length = number(in, lf, "Protocol error: invalid bulk length");
            if (length < 0 || length > limits.maxBulkBytes()) {
                throw new RespException("Protocol error: invalid bulk length");
            }
            if (length > UNAUTHENTICATED_BYTES && !authenticated) {
                throw new RespException("Protocol error: unauthenticated bulk length");
            }
            argumentLength = (int) length;
        }
        if (in.readableBytes() < argumentLength + 2L) {
            return false;
        }
        byte[] argument = new byte[argumentLength];
        in.readBytes(argument);
        in.skipBytes(2); // CR LF, which Redis does not look at either.
        if (taken == argv.length) {
            argv = Arrays.copyOf(argv, (int) Math.min(announced, argv.length * 2L));
        }
        argv[taken++] = argument;
        argumentLength = -1;
        return true;
    }

    /** Reads a line of words; null when it has not come whole. */
    private byte[][] readInline(ByteBuf in) {
        int lf = lineEnd(in, limits.maxLineBytes(), "Protocol error: too big inline request");
        if (lf < 0) {
            return null;
        }
        int length = lf - in.readerIndex();
        byte[] line = new byte[length];
        in.readBytes(line);
        in.skipBytes(1);
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return words(line, end);
    }

    /** Where the line's LF stands, or -1 when it has not come. */
    private int lineEnd(ByteBuf in, int bound, String refusal) {
        int start = in.readerIndex();
        int lf = in.indexOf(start + searched, in.writerIndex(), (byte) '\n');
        int length = (lf < 0 ? in.writerIndex() : lf) - start;
        if (length > bound) {
            throw new RespException(refusal);
        }
        searched = lf < 0 ? length : 0;
        return lf;
    }

    /** Takes a header line and gives the number behind its marker. */
    private static long number(ByteBuf in, int lf, String refusal) {
        int from = in.readerIndex() + 1;
        // The CR ahead of the LF is not looked at, as in Redis.
        int to = Math.max(from, lf - 1);
        boolean odd = from < to && (in.getByte(from) == '+' || (in.getByte(from) == '0' && to - from > 1));
        if (odd) {
            // Redis takes neither a plus sign nor leading zeros.
            throw new RespException(refusal);
        }
        try {
            long number = RespText.parseLong(in, from, to);
            in.readerIndex(lf + 1);
            return number;
        } catch (RespException e) {
            throw new RespException(refusal);
        }
    }

    /** Splits by blanks; quoted words may hold blanks and, in double quotes, {@code \n \r \t \b \a \xHH}. */
    private static byte[][] words(byte[] line, int end) {
        List<byte[]> words = new ArrayList<>();
        int i = 0;
        while (true) {
            while (i < end && isBlank(line[i])) {
                i++;
            }
            if (i == end) {
                return words.toArray(new byte[0][]);
            }
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            while (i < end && !isBlank(line[i])) {
                byte b = line[i];
                if (b == '"' || b == '\'') {
                    i = quoted(line, i, end, word);
                    if (i < end && !isBlank(line[i])) {
                        throw unbalanced();
                    }
                } else {
                    word.write(b);
                    i++;
                }
            }
            words.add(word.toByteArray());
        }
    }

    /** Takes the quoted part that begins at {@code i}; where it ends, behind its closing quote. */
    private static int quoted(byte[] line, int i, int end, ByteArrayOutputStream word) {
        byte quote = line[i++];
        while (i < end) {
            byte b = line[i];
            if (b == quote) {
                return i + 1;
            }
            if (b != '\\' || i + 1 == end) {
                word.write(b);
                i++;
            } else if (quote == '\'') {
                boolean escapedQuote = line[i + 1] == '\'';
                word.write(escapedQuote ? '\'' : '\\');
                i += escapedQuote ? 2 : 1;
            } else if (line[i + 1] == 'x' && i + 3 < end && hex(line[i + 2]) >= 0 && hex(line[i + 3]) >= 0) {
                word.write(hex(line[i + 2]) << 4 | hex(line[i + 3]));
                i += 4;
            } else {
                word.write(unescaped(line[i + 1]));
                i += 2;
            }
        }
        throw unbalanced();
    }

    private static int unescaped(byte b) {
        return switch (b) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> b;
        };
    }

    private static int hex(byte b) {
        return Character.digit(b, 16);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r') || b == 0;
    }

    private static RespException unbalanced() {
        return new RespException("Protocol error: unbalanced quotes in request");
    }
}
