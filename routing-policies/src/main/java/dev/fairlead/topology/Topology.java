package dev.fairlead.topology;

import java.util.List;

/**
 * What the client believes about the servers at one instant: a list of shards (one today). Immutable; every reduction that
 * changes anything gives a new one with a greater version.
 */
public record Topology(long version, List<Shard> shards) {
    public Topology {
        shards = List.copyOf(shards);
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("a topology has at least one shard");
        }
    }

    /** The only shard there is today. */
    public Shard shard() {
        return shards.get(0);
    }
}
