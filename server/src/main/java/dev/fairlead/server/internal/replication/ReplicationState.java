package dev.fairlead.server.internal.replication;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which history this server's data belongs to, how far it has come, and what of it can be replayed. The decision whether a
 * replica may go on where it was is taken here and nowhere else.
 *
 * <p>Confined to the command thread. No I/O, no clock; new ids come from a source handed in.
 */
public final class ReplicationState {
    /*
     * Offsets are 1-based, as in Redis: a replica that has 50 bytes asks for 51. Byte number `offset` is the last one written, so
     * the backlog holds the bytes from offset - length + 1 to offset.
     *
     * A promotion, worked through. A and B replicate from M (id m), A at 100 and B at 120, M at 130; M dies, A is promoted:
     *   A: replid = a (new), replid2 = m, second_repl_offset = 101. Bytes 1..100 are common to m and a.
     *   B comes with `PSYNC m 121`: 121 > 101, so B holds bytes of m that a never had. Full resync.
     *   C, at 90, comes with `PSYNC m 91`: 91 <= 101 and A's backlog reaches back to 91. `+CONTINUE a`, then a's bytes from 91.
     * C then knows: my id is a from now on, m is valid up to my own offset (replid2 = m, second_repl_offset = 91), and can answer
     * its own replicas by the same rule.
     * When M comes back as a replica it asks `PSYNC m 131`: it wrote bytes that nobody had. Full resync, and they are lost.
     */

    /** An id that no history has. */
    public static final String NO_ID = "0".repeat(40);

    private final Supplier<String> newIds;
    private String id;
    private String secondId = NO_ID;
    private long secondOffset = -1;
    private long offset;
    private Backlog backlog;
    private int backlogCapacity;

    /**
     * A new history at offset 0, without a backlog.
     *
     * @param backlogBytes size of the backlog, once there is one
     */
    public ReplicationState(Supplier<String> newIds, int backlogBytes) {
        this.newIds = newIds;
        this.id = newIds.get();
        this.backlogCapacity = backlogBytes;
    }

    /** The name of the present history. */
    public String id() {
        return id;
    }

    /** The history that the present one branched off from; {@link #NO_ID} when there is none. */
    public String secondId() {
        return secondId;
    }

    /** The first offset that is no longer common with {@link #secondId}; -1 when there is none. */
    public long secondOffset() {
        return secondOffset;
    }

    /** Number of the last byte of the stream. */
    public long offset() {
        return offset;
    }

    /** Whether the stream is kept for replay: on a master, since its first replica came. Without it offsets stand still. */
    public boolean backlogActive() {
        return backlog != null;
    }

    public int backlogCapacity() {
        return backlogCapacity;
    }

    public int backlogLength() {
        return backlog == null ? 0 : backlog.length();
    }

    /** Number of the oldest byte that can be replayed; 0 without a backlog. */
    public long backlogFirstOffset() {
        return backlog == null ? 0 : offset - backlog.length() + 1;
    }

    /** The stream grew. Offsets and backlog move together or not at all. */
    public void append(byte[] bytes, int from, int count) {
        assert backlog != null : "the stream grows only with a backlog";
        backlog.append(bytes, from, count);
        offset += count;
    }

    /**
     * The first replica of a master has come: from here on offsets count. Writes since the last backlog are in no stream, so it
     * is a new history, unless there is a backlog already.
     */
    public void startBacklog() {
        if (backlog == null) {
            id = newIds.get();
            forgetSecond();
            backlog = new Backlog(backlogCapacity);
        }
    }

    /** A master without replicas for long gives the memory back; with the next replica a new history starts. */
    public void dropBacklog() {
        backlog = null;
        id = newIds.get();
        forgetSecond();
    }

    public void resizeBacklog(int bytes) {
        backlogCapacity = bytes;
        if (backlog != null) {
            backlog.resize(bytes);
        }
    }

    /**
     * The bytes that bring a replica up to date which asks for the stream from {@code asked} under {@code askedId}; empty when
     * only a full resync will do.
     */
    public Optional<byte[]> resume(String askedId, long asked) {
        boolean sameHistory = askedId.equalsIgnoreCase(id);
        boolean commonPast = !secondId.equals(NO_ID) && askedId.equalsIgnoreCase(secondId) && asked <= secondOffset;
        if (!sameHistory && !commonPast) {
            return Optional.empty();
        }
        if (backlog == null || asked < backlogFirstOffset() || asked > offset + 1) {
            return Optional.empty();
        }
        return Optional.of(backlog.newest((int) (offset + 1 - asked)));
    }

    /** Whether the data here includes that history up to that offset. Not when the history is not known: then nothing is. */
    public boolean covers(String historyId, long atOffset) {
        boolean present = historyId.equalsIgnoreCase(id);
        boolean past = historyId.equalsIgnoreCase(secondId) && atOffset < secondOffset;
        return (present || past) && atOffset <= offset;
    }

    /** Why {@link #resume} was refused, for the log. */
    public String refusal(String askedId, long asked) {
        boolean knownId = askedId.equalsIgnoreCase(id) || askedId.equalsIgnoreCase(secondId);
        if (!knownId) {
            return "Replication ID mismatch (Replica asked for '" + askedId + "', my replication IDs are '" + id
                    + "' and '" + secondId + "')";
        }
        if (askedId.equalsIgnoreCase(secondId) && asked > secondOffset) {
            return "Requested offset for second ID was " + asked + ", but I can reply up to " + secondOffset;
        }
        return "lack of backlog (Replica request was: " + asked + ", I have " + backlogFirstOffset() + " to " + offset
                + ")";
    }

    /** This server is the master from now on; its past stays common with the old id up to here. */
    public void promote() {
        secondId = id;
        secondOffset = offset + 1;
        id = newIds.get();
    }

    /** The master goes on where we were, maybe under a new name. Returns whether the name changed. */
    public boolean continueAs(String newId) {
        if (backlog == null) {
            backlog = new Backlog(backlogCapacity);
        }
        if (newId == null || newId.equalsIgnoreCase(id)) {
            return false;
        }
        secondId = id;
        secondOffset = offset + 1;
        id = newId.toLowerCase(Locale.ROOT);
        return true;
    }

    /** A full resync was loaded: our data is the master's at {@code newOffset}, and nothing before it can be replayed. */
    public void startAt(String newId, long newOffset) {
        id = newId.toLowerCase(Locale.ROOT);
        offset = newOffset;
        forgetSecond();
        backlog = new Backlog(backlogCapacity);
    }

    /**
     * Our data was loaded from a file that was part of a history. A replica may ask its master to go on from there; a master is a
     * new branch of it, so that its replicas, which have the same past, need no full resync.
     */
    public void restore(String fileId, long fileOffset, boolean asMaster) {
        startAt(fileId, fileOffset);
        if (asMaster) {
            promote();
        }
    }

    private void forgetSecond() {
        secondId = NO_ID;
        secondOffset = -1;
    }
}
