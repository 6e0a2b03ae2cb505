package dev.fairlead.server.internal.sentinel;

import java.util.HashMap;
import java.util.Map;

/*
 * Why there is at most one leader in an epoch: each Sentinel votes once per epoch and master, writes its vote down before it
 * says it, and a leader needs the votes of a majority of all Sentinels ever heard of, dead ones included. Two majorities
 * share a member, and that member voted once.
 */

/** Votes, and counts votes. */
final class Election {
    /** How an election stands for this Sentinel. */
    enum Standing {
        WON,
        OPEN,
        /** Votes went to several, and nobody can reach the count any more: there is no leader to wait for. */
        SPLIT,
        /** Somebody else leads or may, or runs in a later epoch. */
        LOST
    }

    private final Context context;

    Election(Context context) {
        this.context = context;
    }

    /** Votes for {@code candidate} unless this epoch's vote is given already; afterwards {@code master.vote} says to whom. */
    void vote(Master master, long epoch, String candidate) {
        context.reachEpoch(master, epoch);
        if (master.voteEpoch >= epoch || context.currentEpoch > epoch) {
            return;
        }
        master.vote = candidate;
        master.voteEpoch = epoch;
        context.out.persist();
        context.tell("+vote-for-leader", master, candidate + " " + epoch);
        if (!candidate.equals(context.myId)) {
            postponeOwnAttempt(master);
        }
    }

    /** The one we voted for gets its time, and so does whoever fails. */
    void postponeOwnAttempt(Master master) {
        master.candidacyAt = PeerLink.NEVER;
        master.nextAttemptAt = context.now
                + 2 * master.settings.failoverTimeout()
                + context.random.nextInt(context.timings.desync() + 1);
    }

    /** Counts the votes of the master's running candidacy, our own included, which goes to whoever leads the count. */
    Standing standing(Master master) {
        long epoch = master.failoverEpoch;
        if (context.currentEpoch != epoch) {
            return Standing.LOST; // Somebody runs in a later epoch; nobody will vote in this one any more.
        }
        Map<String, Integer> votes = new HashMap<>();
        int silent = 0;
        int unheard = 0;
        for (OtherSentinel other : master.sentinels.values()) {
            if (other.vote != null && other.voteEpoch == epoch) {
                votes.merge(other.vote, 1, Integer::sum);
            } else {
                unheard++;
                silent += other.is(Peer.Flag.S_DOWN) ? 0 : 1;
            }
        }
        vote(master, epoch, leading(votes));
        if (master.vote != null && master.voteEpoch == epoch) {
            votes.merge(master.vote, 1, Integer::sum);
        }
        int needed = Math.max(master.majority(), master.settings.quorum());
        int ours = votes.getOrDefault(context.myId, 0);
        if (ours >= needed) {
            return Standing.WON;
        }
        votes.remove(context.myId);
        if (silent > 0 || votes.isEmpty()) {
            return Standing.OPEN; // Sentinels that are down may come back and vote.
        }
        // One that is down for us may have voted for somebody else.
        int bestOther = votes.values().stream().max(Integer::compare).orElseThrow() + unheard;
        return bestOther < needed ? Standing.SPLIT : Standing.LOST;
    }

    private String leading(Map<String, Integer> votes) {
        return votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(context.myId);
    }
}
