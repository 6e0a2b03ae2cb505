package dev.fairlead.server.internal.persistence;

import dev.fairlead.server.internal.keyspace.EncodingLimits;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Value;
import java.nio.charset.StandardCharsets;

/**
 * Reads the RDB format from bytes as they come. What has come whole is handed to the sink at once; the rest waits. A string is
 * waited for as a whole, a collection element by element, so a value that comes in a thousand pieces is read once.
 *
 * <p>Confined to one thread. After an exception it is of no use.
 */
public final class RdbReader {
    /** Gets what is read, in the order of the file. */
    public interface Sink {
        /** A fact from the head of the file, such as {@code repl-id}. */
        void aux(String name, String value);

        /** What the file says about the size of a database before its entries; a hint, which nothing proves. */
        default void expect(int database, int keys) {}

        /** A key with its value; {@code expireAtMillis} is {@link Entry#NO_EXPIRY} where it has none. */
        void entry(int database, byte[] key, Value value, long expireAtMillis) throws RdbException;
    }

    private static final int MAGIC_BYTES = 9;

    private final Sink sink;
    private final EncodingLimits limits;
    private final RdbInput in = new RdbInput();
    private boolean headed;
    private boolean done;
    private int version;
    private int database;
    private long expireAtMillis = Entry.NO_EXPIRY;
    private byte[] key;
    private ValueReader value;

    /** @param limits of the keyspace that the entries are for */
    public RdbReader(Sink sink, EncodingLimits limits) {
        this.sink = sink;
        this.limits = limits;
    }

    /**
     * Takes bytes and reads as far as they go.
     *
     * @return whether the file has ended; {@link #rest} is then what came behind it
     * @throws RdbException naming what is damaged or unknown, with the key where there is one
     */
    public boolean feed(byte[] bytes, int from, int count) throws RdbException {
        in.append(bytes, from, count);
        while (!done && in.readable() >= in.needed()) {
            in.mark();
            try {
                step();
            } catch (RdbInput.MoreNeeded more) {
                in.rewind();
                break;
            }
        }
        return done;
    }

    /** What was fed behind the end of the file. */
    public byte[] rest() {
        return in.rest();
    }

    /** Fails when the bytes ended before the file did. */
    public void requireEnd() throws RdbException {
        if (!done) {
            throw new RdbException("the data ends in the middle" + at() + "; the file or the transfer was cut short");
        }
    }

    private String at() {
        return key == null ? "" : " of key '" + new String(key, StandardCharsets.UTF_8) + "'";
    }

    /** Reads one thing; what it consumed counts only when it returns. */
    private void step() throws RdbException, RdbInput.MoreNeeded {
        if (!headed) {
            header();
        } else if (value != null) {
            element();
        } else {
            operation();
        }
    }

    private void header() throws RdbException, RdbInput.MoreNeeded {
        String magic = new String(in.raw(MAGIC_BYTES), StandardCharsets.ISO_8859_1);
        if (!magic.matches("REDIS\\d{4}")) {
            throw new RdbException("this is not an RDB file: it does not begin with REDIS and a version");
        }
        version = Integer.parseInt(magic.substring(5));
        if (version < 1 || version > RdbType.NEWEST_READ) {
            throw new RdbException("can't handle RDB format version " + version + "; versions up to "
                    + RdbType.NEWEST_READ + " can be read");
        }
        headed = true;
    }

    private void element() throws RdbException, RdbInput.MoreNeeded {
        try {
            if (!value.step(in)) {
                return;
            }
        } catch (RdbException e) {
            throw new RdbException(e.getMessage() + at(), e);
        }
        sink.entry(database, key, value.value(), expireAtMillis);
        value = null;
        key = null;
        expireAtMillis = Entry.NO_EXPIRY;
    }

    private void operation() throws RdbException, RdbInput.MoreNeeded {
        int code = in.octet();
        switch (code) {
            case RdbType.AUX -> sink.aux(text(in.string()), text(in.string()));
            case RdbType.SELECT_DB -> database = in.count();
            case RdbType.RESIZE_DB -> {
                sink.expect(database, in.count());
                in.count();
            }
            case RdbType.EXPIRE_MILLIS -> expireAtMillis = in.littleEndian(8);
            case RdbType.EXPIRE_SECONDS -> expireAtMillis = in.littleEndian(4) * 1000;
            case RdbType.IDLE -> in.count();
            case RdbType.FREQUENCY -> in.octet();
            case RdbType.EOF -> end();
            case RdbType.FUNCTION_2, RdbType.FUNCTION_EARLY ->
                throw new RdbException(
                        "the data holds a library of functions, which this server does not have; remove it with FUNCTION DELETE");
            case RdbType.MODULE_AUX ->
                throw new RdbException("the data holds a module's own data, which this server cannot read");
            default -> {
                byte[] named = in.string();
                key = named;
                value = reader(code);
            }
        }
    }

    private ValueReader reader(int type) throws RdbException {
        try {
            return ValueReader.of(type, limits);
        } catch (RdbException e) {
            throw new RdbException("the value" + at() + " has " + e.getMessage(), e);
        }
    }

    private void end() throws RdbException, RdbInput.MoreNeeded {
        if (version >= 5) {
            long computed = in.checksum();
            long stored = in.littleEndian(8);
            if (stored != 0 && stored != computed) {
                throw new RdbException("wrong RDB checksum: expected " + Long.toHexString(stored) + ", got "
                        + Long.toHexString(computed) + "; the data is damaged");
            }
        }
        done = true;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The value of a DUMP payload's body, which is there as a whole. */
    static Value single(byte[] typeAndValue, EncodingLimits limits) throws RdbException {
        RdbInput in = new RdbInput();
        in.append(typeAndValue, 1, typeAndValue.length - 1);
        ValueReader reader = ValueReader.of(typeAndValue[0] & 255, limits);
        try {
            while (!reader.step(in)) {
                in.mark();
            }
        } catch (RdbInput.MoreNeeded more) {
            throw new RdbException("the value ends in the middle", more);
        }
        if (in.readable() > 0) {
            throw new RdbException("bytes are left behind the value");
        }
        return reader.value();
    }
}
