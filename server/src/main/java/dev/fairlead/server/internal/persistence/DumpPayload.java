package dev.fairlead.server.internal.persistence;

import dev.fairlead.server.internal.keyspace.EncodingLimits;
import dev.fairlead.server.internal.keyspace.Value;
import java.util.Arrays;

/** What DUMP answers and RESTORE takes: a value as in an RDB file, two bytes of version, eight of checksum. */
public final class DumpPayload {
    private static final int FOOTER = 10;

    private DumpPayload() {}

    /** The payload of a value. */
    public static byte[] of(Value value) {
        RdbWriter writer = new RdbWriter(true, false);
        writer.octet(RdbWriter.type(value));
        writer.value(value);
        writer.octet(RdbType.VERSION);
        writer.octet(RdbType.VERSION >> 8);
        byte[] covered = writer.take();
        writer.raw(covered);
        writer.littleEndian(Crc64.update(0, covered, 0, covered.length));
        return writer.take();
    }

    /**
     * The value of a payload; null when version or checksum are wrong, as RESTORE tells these apart from damage within.
     *
     * @param limits of the keyspace that it is for
     * @throws RdbException when the checksum is right and the value is not
     */
    public static Value read(byte[] payload, EncodingLimits limits) throws RdbException {
        int body = payload.length - FOOTER;
        if (body < 1) {
            return null;
        }
        int version = payload[body] & 255 | (payload[body + 1] & 255) << 8;
        long stored = 0;
        for (int i = 0; i < 8; i++) {
            stored |= (payload[body + 2 + i] & 255L) << (8 * i);
        }
        boolean intact = stored == 0 || stored == Crc64.update(0, payload, 0, payload.length - 8);
        if (version > RdbType.NEWEST_READ || !intact) {
            return null;
        }
        return RdbReader.single(Arrays.copyOf(payload, body), limits);
    }
}
