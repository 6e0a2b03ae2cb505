package dev.fairlead.resp;

/**
 * Bounds on what the other side may send; past them the connection is given up with an error that names the bound.
 *
 * @param maxBulkBytes longest single string
 * @param maxElements most elements of one aggregate; a map's keys and values count one each
 * @param maxFrameBytes largest whole value, nested ones included, in bytes on the wire
 * @param maxDepth deepest nesting of aggregates
 * @param maxLineBytes longest line: simple strings, errors, numbers, and inline requests
 */
public record RespLimits(int maxBulkBytes, int maxElements, long maxFrameBytes, int maxDepth, int maxLineBytes) {
    /** For replies: strings of 512 MiB as Redis's {@code proto-max-bulk-len}, frames of 1 GiB, 16 million elements, depth 32, lines of 64 KiB. */
    public static final RespLimits DEFAULT = new RespLimits(512 << 20, 1 << 24, 1L << 30, 32, 64 << 10);

    public RespLimits {
        if (maxBulkBytes < 1
                || maxElements < 1
                || maxFrameBytes < 16
                || maxFrameBytes > Integer.MAX_VALUE
                || maxDepth < 1
                || maxLineBytes < 16) {
            throw new IllegalArgumentException(
                    "RESP limits must be positive, frames and lines at least 16 bytes, frames under 2 GiB: "
                            + maxBulkBytes + ", " + maxElements + ", " + maxFrameBytes + ", " + maxDepth + ", "
                            + maxLineBytes);
        }
    }

    /** These limits with another bound on whole values; longer strings are then refused too. */
    public RespLimits withMaxFrameBytes(long bytes) {
        return new RespLimits((int) Math.min(maxBulkBytes, bytes), maxElements, bytes, maxDepth, maxLineBytes);
    }
}
