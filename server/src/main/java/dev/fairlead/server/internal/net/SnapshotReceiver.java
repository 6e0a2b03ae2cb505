package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.EncodingLimits;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Keyspace;
import dev.fairlead.server.internal.keyspace.Value;
import dev.fairlead.server.internal.persistence.RdbException;
import dev.fairlead.server.internal.persistence.RdbReader;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A full resync that is coming in. It is loaded beside the present data, which goes on being served until all of it is there and
 * proven by its checksum: a transfer that breaks off costs nothing.
 *
 * <p>Confined to the command thread.
 */
final class SnapshotReceiver implements RdbReader.Sink {
    private static final String EOF_FORM = "EOF:";
    private static final int DELIMITER_BYTES = 40;

    private final RdbReader reader;
    private final Keyspace keyspace;
    /** Of the form with a length; -1 in the other one. */
    private final long totalBytes;
    /** Null in the form with a length. */
    private final byte[] delimiter;

    private long readBytes;
    private boolean ended;
    /** What stands behind the end of the RDB: the delimiter, as far as it has come. */
    private byte[] behind = {};

    private int streamDatabase;

    private SnapshotReceiver(Keyspace keyspace, long totalBytes, byte[] delimiter) {
        this.keyspace = keyspace;
        this.reader = new RdbReader(this, keyspace.limits());
        this.totalBytes = totalBytes;
        this.delimiter = delimiter;
    }

    /** For what stands behind the {@code $}: a length, or {@code EOF:} and the delimiter. */
    static SnapshotReceiver of(String head, long databases, EncodingLimits limits) throws IOException {
        Keyspace fresh = new Keyspace((int) databases, limits);
        if (head.startsWith(EOF_FORM) && head.length() == EOF_FORM.length() + DELIMITER_BYTES) {
            return new SnapshotReceiver(
                    fresh, -1, head.substring(EOF_FORM.length()).getBytes(StandardCharsets.US_ASCII));
        }
        try {
            return new SnapshotReceiver(fresh, Long.parseUnsignedLong(head), null);
        } catch (NumberFormatException e) {
            throw new IOException("Bad protocol from MASTER: '$" + head + "' announces no snapshot", e);
        }
    }

    /**
     * Takes what belongs to the snapshot; what follows stays in the buffer.
     *
     * @return whether it is complete
     */
    boolean feed(ByteBuf in) throws IOException {
        int most = delimiter != null ? in.readableBytes() : (int) Math.min(in.readableBytes(), totalBytes - readBytes);
        byte[] bytes = new byte[most];
        in.readBytes(bytes);
        readBytes += most;
        if (!ended) {
            ended = reader.feed(bytes, 0, most);
            if (ended) {
                behind = reader.rest();
            }
        } else {
            int before = behind.length;
            behind = Arrays.copyOf(behind, before + most);
            System.arraycopy(bytes, 0, behind, before, most);
        }
        return delimiter != null ? isDelimited() : isWhole();
    }

    private boolean isDelimited() throws RdbException {
        if (!ended || behind.length < DELIMITER_BYTES) {
            return false;
        }
        if (!Arrays.equals(behind, delimiter)) {
            throw new RdbException("the snapshot does not end with the delimiter that the master announced");
        }
        return true;
    }

    private boolean isWhole() throws RdbException {
        if (readBytes < totalBytes) {
            return false;
        }
        reader.requireEnd();
        return true;
    }

    @Override
    public void aux(String name, String value) {
        if (name.equals("repl-stream-db")) {
            streamDatabase = Math.max(0, Integer.parseInt(value));
        }
    }

    @Override
    public void expect(int database, int keys) {
        if (database < keyspace.databases()) {
            keyspace.database(database).reserve(keys);
        }
    }

    @Override
    public void entry(int database, byte[] key, Value value, long expireAtMillis) throws RdbException {
        if (database >= keyspace.databases()) {
            throw new RdbException("the master has a database " + database + ", this server only "
                    + keyspace.databases() + " of them; raise 'databases'");
        }
        Database target = keyspace.database(database);
        Entry entry = target.put(key, value);
        if (expireAtMillis != Entry.NO_EXPIRY) {
            target.expireAt(entry, expireAtMillis); // even when it is past: only the master removes keys
        }
    }

    Keyspace keyspace() {
        return keyspace;
    }

    /** The database that the stream behind the snapshot begins in. */
    int streamDatabase() {
        return streamDatabase;
    }

    long totalBytes() {
        return totalBytes;
    }

    long readBytes() {
        return readBytes;
    }

    /** The link was lost: what came is dropped. */
    void cancel() {
        keyspace.clear();
    }
}
