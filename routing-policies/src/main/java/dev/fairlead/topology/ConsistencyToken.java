package dev.fairlead.topology;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * What a session had written and read, to be handed to another process: a place in the replication history. Printable ASCII of some 45
 * characters without blanks, fit for a header or a column. It holds no secret: replication ids and offsets; whoever makes one up only
 * keeps their own reads from replicas. Immutable.
 *
 * <p>Several merge into one that stands for all of them. Those of one history become its greatest offset; of histories that a failover
 * made, up to {@value #CAPACITY} stand side by side.
 *
 * @param positions by history, each once
 */
public record ConsistencyToken(List<ReplicationPosition> positions) {
    /*
     * fl1.<base64url of: per position 20 bytes of id and 8 of offset; 4 bytes of CRC-32 over all that>. The sum makes sure that a token
     * that was cut short or mistyped is refused, rather than taken for an older one, which would promise less than was asked.
     */

    /** Failovers between tokens that one process merges; a session drops those that the present history contains. */
    public static final int CAPACITY = 8;

    private static final String VERSION = "fl1";
    private static final int ID_BYTES = ReplicationId.LENGTH / 2;
    private static final int POSITION_BYTES = ID_BYTES + Long.BYTES;
    private static final int SUM_BYTES = Integer.BYTES;
    private static final int SHOWN = 80;

    /** @throws IllegalArgumentException when there is none, or more than {@value #CAPACITY} histories */
    public ConsistencyToken {
        Map<String, ReplicationPosition> greatest = new TreeMap<>();
        for (ReplicationPosition each : positions) {
            greatest.merge(each.id().value(), each, (a, b) -> a.offset() >= b.offset() ? a : b);
        }
        positions = List.copyOf(greatest.values());
        if (positions.isEmpty() || positions.size() > CAPACITY) {
            throw new IllegalArgumentException("a consistency token stands for 1 to " + CAPACITY
                    + " replication histories, not " + positions.size()
                    + "; have a session that honours the older ones give a new one");
        }
        positions.stream()
                .min(Comparator.comparingLong(ReplicationPosition::offset))
                .filter(least -> least.offset() < 0)
                .ifPresent(negative -> {
                    throw new IllegalArgumentException("offset " + negative.offset() + " of a token is negative");
                });
    }

    /**
     * Reads what {@link #toString} printed.
     *
     * @throws IllegalArgumentException saying what is wrong: another version, characters missing or altered
     */
    public static ConsistencyToken parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0 || !text.startsWith("fl")) {
            throw wrong(text, "a token begins with '" + VERSION + ".'");
        }
        if (!text.substring(0, dot).equals(VERSION)) {
            throw wrong(
                    text,
                    "its version is '" + text.substring(0, dot) + "', and this client reads '" + VERSION
                            + "'; use the same version of the client on both sides");
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(dot + 1));
        } catch (IllegalArgumentException e) {
            throw wrong(text, "it holds characters that no token has; was it altered on its way?");
        }
        int body = bytes.length - SUM_BYTES;
        if (body < POSITION_BYTES
                || body % POSITION_BYTES != 0
                || body > CAPACITY * POSITION_BYTES
                || sum(bytes, body) != ByteBuffer.wrap(bytes).getInt(body)) {
            throw wrong(text, "its check sum does not fit; was it cut short or altered on its way?");
        }
        List<ReplicationPosition> positions = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, body);
        while (in.hasRemaining()) {
            byte[] id = new byte[ID_BYTES];
            in.get(id);
            positions.add(
                    new ReplicationPosition(new ReplicationId(HexFormat.of().formatHex(id)), in.getLong()));
        }
        return new ConsistencyToken(positions);
    }

    /**
     * One that stands for both.
     *
     * @throws IllegalArgumentException when they name more than {@value #CAPACITY} histories together
     */
    public ConsistencyToken merge(ConsistencyToken other) {
        List<ReplicationPosition> both = new ArrayList<>(positions);
        both.addAll(other.positions);
        return new ConsistencyToken(both);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        ByteBuffer out = ByteBuffer.allocate(positions.size() * POSITION_BYTES + SUM_BYTES);
        for (ReplicationPosition each : positions) {
            out.put(HexFormat.of().parseHex(each.id().value())).putLong(each.offset());
        }
        out.putInt(sum(out.array(), out.position()));
        return VERSION + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
    }

    private static int sum(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }

    private static IllegalArgumentException wrong(String text, String why) {
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
        return new IllegalArgumentException("'" + shown + "' is not a consistency token: " + why);
    }
}
