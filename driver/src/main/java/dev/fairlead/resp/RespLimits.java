package dev.fairlead.resp;

/**
 * Bounds on what the other side may send; past them the connection is given up with an error that names the bound.
 *
 * @param maxBulkBytes longest single string. Default 512 MiB, as Redis's {@code proto-max-bulk-len}
 * @param maxElements most elements of one aggregate. Default 1,048,576 for requests, as Redis
 * @param maxFrameBytes largest whole value, nested ones included
 * @param maxDepth deepest nesting
 */
public record RespLimits(int maxBulkBytes, int maxElements, long maxFrameBytes, int maxDepth) {
    public static final RespLimits DEFAULT = new RespLimits(512 << 20, 1 << 20, 1L << 30, 32);
}
