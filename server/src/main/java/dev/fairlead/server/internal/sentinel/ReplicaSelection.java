package dev.fairlead.server.internal.sentinel;

import dev.fairlead.server.internal.sentinel.Peer.Flag;
import java.util.Comparator;
import java.util.Optional;

/** Picks the replica to promote: reachable, recently heard, not cut off for long; then by priority, offset and run id. */
final class ReplicaSelection {
    /** A replica silent for this many milliseconds is not picked; nor one whose INFO is older, if the master is down. */
    private static final long SILENCE_BOUND = 5_000;
    /** While the master is up, replicas answer INFO at the slow pace. */
    private static final int INFO_PERIODS = 3;
    /** A replica that lost its master this many down-after before we did holds data too old to be served. */
    private static final int CUT_OFF_DOWN_AFTERS = 10;

    /** The greater offset comes first: it has lost the least. The run id only makes every Sentinel pick alike. */
    private static final Comparator<Replica> BEST_FIRST = Comparator.<Replica>comparingInt(
                    replica -> replica.info.priority())
            .thenComparing(replica -> replica.info.offset(), Comparator.reverseOrder())
            .thenComparing(replica -> replica.runId, Comparator.nullsLast(String.CASE_INSENSITIVE_ORDER));

    private ReplicaSelection() {}

    static Optional<Replica> select(Master master, SentinelTimings timings, long now) {
        boolean masterDown = master.is(Flag.S_DOWN);
        long infoBound = masterDown ? SILENCE_BOUND : timings.info() * INFO_PERIODS;
        long cutOffBound =
                (masterDown ? now - master.sDownSince : 0) + master.settings.downAfter() * CUT_OFF_DOWN_AFTERS;
        return master.replicas.values().stream()
                .filter(replica -> !replica.is(Flag.S_DOWN) && replica.link.isUp())
                .filter(replica -> now - replica.link.lastValidReplyAt <= SILENCE_BOUND)
                .filter(replica -> replica.info != null && now - replica.infoAt <= infoBound)
                .filter(replica -> replica.info.priority() > 0 && replica.cutOffMillis() <= cutOffBound)
                .min(BEST_FIRST);
    }
}
