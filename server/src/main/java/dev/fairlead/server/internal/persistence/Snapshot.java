package dev.fairlead.server.internal.persistence;

import dev.fairlead.server.internal.keyspace.Keyspace;
import dev.fairlead.server.internal.keyspace.SnapshotWalk;
import dev.fairlead.server.internal.keyspace.Value;
import dev.fairlead.server.internal.keyspace.Visit;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The keyspace as it is at one moment, written as RDB slice by slice while commands go on. One at a time per keyspace.
 *
 * <p>Confined to the command thread. Entries that change are written out at once, so the buffered bytes can grow between
 * slices: whoever steps it takes the bytes after each step.
 */
public final class Snapshot {
    /*
     * A slice is bounded in time, and so a large collection is split between slices. Its elements stand together in the file, so an
     * entry that is about to change meanwhile is written aside and follows the collection; the collection itself is written to its
     * end before it changes.
     */

    /** What one slice between commands may write: keeps what waits for the sockets small. */
    public static final int SLICE_BYTES = 64 << 10;
    /** What one slice between commands may take: about as long as a command of the slower kind. */
    public static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    /** Entries between two looks at the clock. */
    private static final int ENTRIES_A_STRIDE = 8;
    /** Elements of one collection between two looks at the clock; one with no more is written in one go. */
    private static final int ELEMENTS_A_STRIDE = 64;

    private final RdbWriter writer;
    /** Entries that changed while a collection was being written. */
    private final RdbWriter aside;

    private final SnapshotWalk walk;
    /** Whether it is the walk that hands entries out now, not a change. */
    private boolean stepping;
    /** The collection that is being written, and the visit to its elements; null when there is none. */
    private Value open;

    private Visit elements;

    /**
     * Begins: the moment is now.
     *
     * @param aux facts for the head of the file: name to value, in order
     */
    public Snapshot(Keyspace keyspace, Map<String, String> aux, boolean compresses, boolean checksums) {
        writer = new RdbWriter(compresses, checksums);
        aside = new RdbWriter(compresses, false);
        writer.header();
        aux.forEach(writer::aux);
        walk = keyspace.startWalk(new SnapshotWalk.Sink() {
            @Override
            public void entry(int database, byte[] key, Value value, long expireAtMillis) {
                write(database, key, value, expireAtMillis);
            }

            @Override
            public void changes(Value value) {
                if (value == open) {
                    visit(Integer.MAX_VALUE);
                }
            }
        });
        for (int i = 0; i < keyspace.databases(); i++) {
            if (walk.size(i) > 0) {
                writer.resize(i, walk.size(i), walk.expiringKeys(i));
            }
        }
    }

    private void write(int database, byte[] key, Value value, long expireAtMillis) {
        if (open != null) {
            aside.entry(database, key, value, expireAtMillis);
        } else if (stepping && value.elements() > ELEMENTS_A_STRIDE) {
            open = value;
            elements = writer.begin(database, key, value, expireAtMillis);
        } else {
            writer.entry(database, key, value, expireAtMillis);
        }
    }

    /** Goes on with the open collection. */
    private void visit(int mostElements) {
        if (elements.step(mostElements)) {
            open = null;
            elements = null;
            writer.entries(aside);
        }
    }

    /**
     * Goes on for one slice: until so many bytes wait to be taken, or so much time has passed, whichever comes first.
     *
     * @return whether that was all; then the last bytes are there to take
     */
    public boolean step(int aboutBytes, long nanos) {
        long start = System.nanoTime();
        boolean complete = false;
        do {
            if (open != null) {
                visit(ELEMENTS_A_STRIDE);
            } else {
                stepping = true;
                complete = walk.step(ENTRIES_A_STRIDE);
                stepping = false;
            }
        } while (!complete && writer.buffered() < aboutBytes && System.nanoTime() - start < nanos);
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
        if (open != null) {
            elements.close();
            open = null;
        }
        walk.cancel();
    }
}
