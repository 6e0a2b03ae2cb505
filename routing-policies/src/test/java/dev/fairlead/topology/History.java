package dev.fairlead.topology;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/**
 * The truth about one replication history, for a checker to hold against what a client was shown: where it branched off, how long it is, and
 * which of its bytes were acknowledged when. Confined to one thread.
 */
public final class History {
    public final ReplicationId id;
    /** Null for a history that begins anew. */
    public final History parent;
    /** The last offset that it shares with its parent. */
    public final long fork;
    /** Its last byte so far. */
    public long end;

    /*
     * Acknowledgements in the order in which they came, by two clocks that never run backwards; each with the greatest offset so far,
     * so that 'the last write acknowledged before' is a bisection and a look, not a walk.
     */
    private int count;
    private long[] offsets = new long[64];
    private long[] greatest = new long[64];
    private long[] real = new long[64];
    private long[] client = new long[64];

    public History(Random random, History parent, long fork) {
        byte[] bytes = new byte[ReplicationId.LENGTH / 2];
        random.nextBytes(bytes);
        id = new ReplicationId(HexFormat.of().formatHex(bytes));
        this.parent = parent;
        this.fork = fork;
        end = fork;
    }

    /** A write that ends at this offset is acknowledged at this instant of the true clock and of the client's. */
    public void acknowledged(long offset, long realNanos, long clientNanos) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            greatest = Arrays.copyOf(greatest, 2 * count);
            real = Arrays.copyOf(real, 2 * count);
            client = Arrays.copyOf(client, 2 * count);
        }
        offsets[count] = offset;
        greatest[count] = count == 0 ? offset : Math.max(greatest[count - 1], offset);
        real[count] = realNanos;
        client[count] = clientNanos;
        count++;
    }

    public int acknowledgements() {
        return count;
    }

    /** When the n-th acknowledgement came, by the client's clock. */
    public long clientNanos(int n) {
        return client[n];
    }

    /** How many acknowledgements came before this instant of the true clock. */
    public int before(long realNanos) {
        return firstNotBefore(real, realNanos);
    }

    /** How many came before this instant of the client's clock, which may wrap. */
    public int beforeOnClient(long clientNanos) {
        return firstNotBefore(client, clientNanos);
    }

    private int firstNotBefore(long[] instants, long instant) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (instants[middle] - instant < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The last byte of the first so many acknowledged writes, those past {@code limit} left out; -1 when none is left. */
    public long lastOf(int acknowledgements, long limit) {
        long last = -1;
        for (int i = acknowledgements - 1; i >= 0; i--) {
            if (greatest[i] <= limit) {
                return Math.max(last, greatest[i]);
            }
            last = offsets[i] <= limit ? Math.max(last, offsets[i]) : last;
        }
        return last;
    }

    /** The last offset that this history has in common with another that it descends from; -1 when it does not. */
    public long sharedWith(History other) {
        long shared = Long.MAX_VALUE;
        for (History at = this; at != null; at = at.parent) {
            if (at == other) {
                return shared;
            }
            shared = Math.min(shared, at.fork);
        }
        return -1;
    }

    /** The last offset up to which two histories are the same bytes; -1 when they have none in common. */
    public long commonWith(History other) {
        long least = Long.MAX_VALUE;
        for (History at = this; at != null; at = at.parent) {
            long shared = other.sharedWith(at);
            if (shared >= 0) {
                return Math.min(least, shared);
            }
            least = Math.min(least, at.fork);
        }
        return -1;
    }

    @Override
    public String toString() {
        return id.value().substring(0, 6);
    }
}
