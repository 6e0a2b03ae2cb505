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

    /** Goes on by about so many entries. Returns whether that was all; then the last bytes are there to take. */
    public boolean step(int maxEntries) {
        boolean complete = walk.step(maxEntries);
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
