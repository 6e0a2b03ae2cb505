package dev.fairlead.server.internal.persistence;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The checksum at the end of RDB files and DUMP payloads: CRC-64 with Jones's polynomial, reflected, from 0 and not inverted. */
final class Crc64 {
    /** Eight tables, so that eight bytes take one step ("slicing by 8"). */
    private static final long[][] TABLES = new long[8][256];

    private static final VarHandle LITTLE_ENDIAN_LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static {
        long reflected = 0x95AC9329AC4BC9B5L;
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ reflected;
            }
            TABLES[0][i] = crc;
        }
        for (int i = 0; i < 256; i++) {
            for (int slice = 1; slice < 8; slice++) {
                long before = TABLES[slice - 1][i];
                TABLES[slice][i] = TABLES[0][(int) before & 255] ^ before >>> 8;
            }
        }
    }

    private Crc64() {}

    /** The checksum of what {@code crc} covers followed by these bytes. */
    static long update(long crc, byte[] bytes, int from, int count) {
        long value = crc;
        int at = from;
        int end = from + count;
        for (; end - at >= 8; at += 8) {
            value ^= (long) LITTLE_ENDIAN_LONGS.get(bytes, at);
            long mixed = 0;
            for (int i = 0; i < 8; i++) {
                mixed ^= TABLES[7 - i][(int) (value >>> (8 * i)) & 255];
            }
            value = mixed;
        }
        for (; at < end; at++) {
            value = TABLES[0][(int) (value ^ bytes[at]) & 255] ^ value >>> 8;
        }
        return value;
    }
}
