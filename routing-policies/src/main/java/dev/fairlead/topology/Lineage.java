package dev.fairlead.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A replication history and the histories that it descends from, youngest first, with the last offset that each shares with its
 * child. Learned from nodes seen as master only. Immutable; at most {@value #CAPACITY} forks.
 *
 * <p>A worked example. Master A writes history a up to offset 900. Replica B has 700 of it and is promoted: it reports
 * {@code master_replid:b}, {@code master_replid2:a}, {@code second_repl_offset:701}. The lineage is now b ← (a, 700). A replica
 * that still says (a, 650) holds a prefix of b and can be measured against b's master; one that says (a, 900) holds 200 bytes
 * that b never had, and cannot.
 *
 * @param current the followed master's history
 * @param forks each parent with the last offset shared, inclusive
 */
record Lineage(ReplicationId current, List<Fork> forks) {
    /** Promotions can follow each other in seconds; replicas lag by one or two of them, not by sixteen. */
    static final int CAPACITY = 16;

    /** {@link #sharedUpTo} of a history that is none of ours. */
    static final long UNRELATED = -1;

    record Fork(ReplicationId parent, long lastShared) {}

    Lineage {
        forks = List.copyOf(forks);
    }

    /**
     * The last offset up to which {@code id} and the present are the same bytes: no limit for the present itself, the lowest fork
     * on the way for an ancestor, {@link #UNRELATED} for anything else.
     */
    long sharedUpTo(ReplicationId id) {
        if (id.equals(current)) {
            return Long.MAX_VALUE;
        }
        long shared = Long.MAX_VALUE;
        for (Fork fork : forks) {
            shared = Math.min(shared, fork.lastShared);
            if (fork.parent.equals(id)) {
                return shared;
            }
        }
        return UNRELATED;
    }

    /** The last offset that the history of {@code next}, a master, shares with this one; {@link #UNRELATED} when that is unknown. */
    long sharedWith(ReplicationInfo next) {
        if (next.parentId() == null) {
            return UNRELATED;
        }
        long shared = sharedUpTo(next.parentId());
        return shared == UNRELATED ? UNRELATED : Math.min(shared, next.secondOffset() - 1);
    }

    /**
     * What the token asks of nodes in this history. It is lost only when every fork is final: one that was learned from an early adoption may
     * be taken back.
     */
    TokenStanding standing(ConsistencyToken token, boolean isFinal, Set<Rule> rules) {
        long needed = 0;
        TokenStanding unprovable = null;
        for (ReplicationPosition each : token.positions()) {
            long shared = sharedUpTo(each.id());
            if (shared == UNRELATED && rules.contains(Rule.TOKEN_OF_THIS_LINEAGE)) {
                unprovable = TokenStanding.unprovable(each);
            } else if (each.offset() > shared && shared != UNRELATED && rules.contains(Rule.TOKEN_NOT_PAST_THE_FORK)) {
                if (isFinal) {
                    return TokenStanding.lost(each, shared);
                }
                unprovable = TokenStanding.unprovable(each);
            } else {
                needed = Math.max(needed, each.offset());
            }
        }
        return unprovable == null ? TokenStanding.provable(needed) : unprovable;
    }

    /** The lineage of the history that {@code next}, a master, writes. */
    Lineage continuedBy(ReplicationInfo next) {
        List<Fork> path = new ArrayList<>();
        if (next.parentId() != null) {
            path.add(new Fork(next.parentId(), next.secondOffset() - 1));
            boolean older = next.parentId().equals(current);
            for (Fork fork : forks) {
                if (older && path.size() < CAPACITY) {
                    path.add(fork);
                }
                older |= fork.parent.equals(next.parentId());
            }
        }
        return new Lineage(next.replicationId(), path);
    }

    /** The lineage as a master tells it to someone who has seen nothing before. */
    static Lineage of(ReplicationInfo master) {
        return new Lineage(master.replicationId(), List.of()).continuedBy(master);
    }
}
