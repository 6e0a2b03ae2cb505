package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.server.internal.sentinel.PeerLink.NEVER;

import dev.fairlead.server.internal.sentinel.Peer.Flag;
import dev.fairlead.topology.Role;

/** Decides who is down: subjectively, by silence; and for a master objectively, by enough other Sentinels saying so too. */
final class DownDetection {
    /** An opinion older than this many ask periods is forgotten. */
    private static final int OPINION_ASK_PERIODS = 5;

    private final Context context;

    DownDetection(Context context) {
        this.context = context;
    }

    void checkSubjectively(Peer peer) {
        long downAfter = peer.master().settings.downAfter();
        boolean turnedReplica = peer instanceof Master
                && peer.roleReported == Role.REPLICA
                && context.now - peer.roleReportedAt > downAfter + context.timings.info() * 2;
        boolean rebooting = peer instanceof Master master
                && master.rebootedAt != NEVER
                && context.now - master.rebootedAt > master.settings.rebootDownAfter();
        if (peer.link.silence(context.now) > downAfter || turnedReplica || rebooting) {
            if (peer.flags.add(Flag.S_DOWN)) {
                peer.sDownSince = context.now;
                context.event("+sdown", peer);
            }
        } else if (peer.flags.remove(Flag.S_DOWN)) {
            peer.flags.remove(Flag.SCRIPT_KILL_SENT);
            context.event("-sdown", peer);
        }
    }

    void checkObjectively(Master master) {
        int agreeing = 0;
        if (master.is(Flag.S_DOWN)) {
            agreeing = 1
                    + (int) master.sentinels.values().stream()
                            .filter(other -> other.is(Flag.MASTER_DOWN))
                            .count();
        }
        int quorum = master.settings.quorum();
        if (agreeing >= quorum) {
            if (master.flags.add(Flag.O_DOWN)) {
                master.oDownSince = context.now;
                context.event("+odown", master, "#quorum " + agreeing + "/" + quorum);
            }
        } else if (master.flags.remove(Flag.O_DOWN)) {
            context.event("-odown", master);
        }
    }

    /**
     * Asks the other Sentinels what they think of a master that we see down, and for their vote when we are a candidate.
     *
     * @param atOnce whether the pace is to be ignored, as when a candidacy begins
     */
    void askOthers(Master master, boolean atOnce) {
        for (OtherSentinel other : master.sentinels.values()) {
            if (context.now - other.downAnswerAt > context.timings.ask() * OPINION_ASK_PERIODS) {
                other.flags.remove(Flag.MASTER_DOWN);
                other.vote = null;
            }
            boolean due =
                    atOnce || context.now - Math.max(other.downAnswerAt, other.downAskedAt) >= context.timings.ask();
            if (master.is(Flag.S_DOWN) && other.link.isUp() && due) {
                boolean candidate = master.failoverState != FailoverState.NONE;
                other.downAskedAt = context.now;
                context.out.send(
                        other.link,
                        new SentinelRequest.AskDown(
                                master.name(), master.endpoint, context.currentEpoch, candidate ? context.myId : "*"));
            }
        }
    }

    void answered(OtherSentinel other, boolean down, String vote, long voteEpoch) {
        other.downAnswerAt = context.now;
        if (down) {
            other.flags.add(Flag.MASTER_DOWN);
        } else {
            other.flags.remove(Flag.MASTER_DOWN);
        }
        if (vote != null) {
            other.vote = vote;
            other.voteEpoch = voteEpoch;
        }
    }

    /** After a change of address what was known of the old one is void. */
    static void forget(Master master) {
        master.flags.remove(Flag.S_DOWN);
        master.flags.remove(Flag.O_DOWN);
        master.flags.remove(Flag.SCRIPT_KILL_SENT);
        master.sDownSince = NEVER;
        master.oDownSince = NEVER;
        for (OtherSentinel other : master.sentinels.values()) {
            other.flags.remove(Flag.MASTER_DOWN);
            other.downAnswerAt = NEVER;
        }
    }
}
