package dev.fairlead.topology;

/**
 * What a {@link ConsistencyToken} asks of the nodes of one shard, as far as its history is known there (rule 8 of the freshness clock).
 * Immutable.
 *
 * @param offset {@link Kind#PROVABLE}: what a replica must have applied. {@link Kind#LOST}: the last offset of the token's history that
 *     the present one shares
 * @param culprit the position that is lost or cannot be proven; null when provable
 */
public record TokenStanding(Kind kind, long offset, ReplicationPosition culprit) {
    public enum Kind {
        /** Every position is in the present history or shared with it: a replica that has applied {@code offset} covers it. */
        PROVABLE,
        /** A position names a history that this client does not know: neither covered nor lost. */
        UNPROVABLE,
        /** A position lies past the fork of a superseded history: what it stands for was lost in a failover. */
        LOST
    }

    /** What two tokens ask together: the worse of the two, or the greater offset. */
    public TokenStanding and(TokenStanding other) {
        if (kind != other.kind) {
            return kind.compareTo(other.kind) > 0 ? this : other;
        }
        return offset >= other.offset ? this : other;
    }

    static TokenStanding provable(long offset) {
        return new TokenStanding(Kind.PROVABLE, offset, null);
    }

    static TokenStanding unprovable(ReplicationPosition culprit) {
        return new TokenStanding(Kind.UNPROVABLE, -1, culprit);
    }

    static TokenStanding lost(ReplicationPosition culprit, long lastShared) {
        return new TokenStanding(Kind.LOST, lastShared, culprit);
    }
}
