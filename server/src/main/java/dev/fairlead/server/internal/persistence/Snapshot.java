package dev.fairlead.server.internal.persistence;

import dev.fairlead.server.internal.keyspace.Keyspace;
import dev.fairlead.server.internal.keyspace.SnapshotWalk;
import java.util.Map;

/**
 * The keyspace as it is at one moment, written as RDB slice by slice while commands go on. One at a time per keyspace.
 *
 * <p>Confined to the command thread. Entries that change are written out at once, so the buffered bytes can grow between
 * slices: whoever steps it takes the bytes after each step.
 */
public final class Snapshot {
    /** What one slice between commands should write: 0.1 to 0.2 ms of work where values are small. */
    public static final int SLICE_BYTES = 16 << 10;
    /** Entries between two looks at how much was written. */
    private static final int ENTRIES_A_STRIDE = 8;
    /** 1,024 entries a slice at most. */
    private static final int MOST_STRIDES = 64;

    private final RdbWriter writer;
    private final SnapshotWalk walk;

    /**
     * Begins: the moment is now.
     *
     * @param aux facts for the head of the file: name to value, in order
     */
    public Snapshot(Keyspace keyspace, Map<String, String> aux, boolean compresses, boolean checksums) {
        writer = new RdbWriter(compresses, checksums);
        writer.header();
        aux.forEach(writer::aux);
        walk = keyspace.startWalk(writer::entry);
        for (int i = 0; i < keyspace.databases(); i++) {
            if (walk.size(i) > 0) {
                writer.resize(i, walk.size(i), walk.expiringKeys(i));
            }
        }
    }

    /**
     * Goes on for one slice: until so many bytes wait to be taken, and over 512 entries at most, so that a table of tiny
     * entries, or one full of holes, ends a slice as soon as one of large values does. A value is never split.
     *
     * @return whether that was all; then the last bytes are there to take
     */
    public boolean step(int aboutBytes) {
        boolean complete = false;
        for (int i = 0; !complete && i < MOST_STRIDES && writer.buffered() < aboutBytes; i++) {
            complete = walk.step(ENTRIES_A_STRIDE);
        }
        if (complete) {
            writer.end();
        }
        return complete;
    }

    /** The bytes written since the last call. */
    public byte[] take() {
        return writer.take();
    }

    /** Gives up. Harmless when complete. */
    public void cancel() {
        walk.cancel();
    }
}
