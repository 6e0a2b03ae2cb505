package dev.fairlead.policy;

import dev.fairlead.topology.Node;
import dev.fairlead.topology.Shard;
import java.util.List;

/**
 * The nodes of a shard that can serve reads, by index: its replicas in order, then its master. A set of them is the bits of a long.
 */
record Pool(List<Node> replicas, Node master) {
    /** Bits of a long. */
    private static final int CAPACITY = Long.SIZE;

    static Pool of(Shard shard) {
        return new Pool(shard.replicas(), shard.master());
    }

    Pool {
        assert replicas.size() < CAPACITY : replicas.size() + " replicas";
    }

    int size() {
        return replicas.size() + (master == null ? 0 : 1);
    }

    Node node(int index) {
        return index < replicas.size() ? replicas.get(index) : master;
    }

    /** Those that are tried before the others. */
    long preferred(ReadFrom from) {
        long all = size() == CAPACITY ? -1L : (1L << size()) - 1;
        long onlyReplicas = (1L << replicas.size()) - 1;
        return switch (from) {
            case MASTER, MASTER_PREFERRED -> all & ~onlyReplicas;
            case REPLICA, REPLICA_PREFERRED -> onlyReplicas;
            case ANY -> all;
        };
    }
}
