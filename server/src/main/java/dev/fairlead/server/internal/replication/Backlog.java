package dev.fairlead.server.internal.replication;

/**
 * The newest bytes of the replication stream that can still be replayed to a replica that comes back: a ring of a fixed size.
 *
 * <p>Confined to the command thread.
 */
final class Backlog {
    private byte[] ring;
    /** Where the next byte goes. */
    private int next;
    /** How many bytes behind {@link #next} are there. */
    private int length;

    Backlog(int capacityBytes) {
        ring = new byte[capacityBytes];
    }

    void append(byte[] bytes, int from, int count) {
        int skipped = Math.max(0, count - ring.length);
        int at = from + skipped;
        int left = count - skipped;
        next = (int) ((next + (long) skipped) % ring.length);
        while (left > 0) {
            int chunk = Math.min(left, ring.length - next);
            System.arraycopy(bytes, at, ring, next, chunk);
            next = (next + chunk) % ring.length;
            at += chunk;
            left -= chunk;
        }
        length = (int) Math.min(ring.length, (long) length + count);
    }

    int length() {
        return length;
    }

    int capacity() {
        return ring.length;
    }

    /** The newest {@code count} bytes, oldest first. */
    byte[] newest(int count) {
        assert count <= length : count + " bytes asked of a backlog of " + length;
        byte[] out = new byte[count];
        int start = Math.floorMod(next - count, ring.length);
        int first = Math.min(count, ring.length - start);
        System.arraycopy(ring, start, out, 0, first);
        System.arraycopy(ring, 0, out, first, count - first);
        return out;
    }

    /** Changes the size, keeping the newest bytes that fit. */
    void resize(int capacityBytes) {
        byte[] kept = newest(Math.min(length, capacityBytes));
        ring = new byte[capacityBytes];
        next = 0;
        length = 0;
        append(kept, 0, kept.length);
    }
}
