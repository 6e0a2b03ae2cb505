package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.server.internal.sentinel.PeerLink.NEVER;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;

/** Another Sentinel that guards the same master, and what it last said about it. */
final class OtherSentinel extends Peer {
    private final Master master;
    long helloAt = NEVER;
    long downAskedAt = NEVER;
    long downAnswerAt = NEVER;
    /** The Sentinel it voted for in {@link #voteEpoch}; null when it has not said. */
    String vote;

    long voteEpoch;

    OtherSentinel(Endpoint endpoint, String runId, Master master, PeerLink link, long now) {
        super(endpoint, Role.UNKNOWN, link, now);
        this.runId = runId;
        this.master = master;
    }

    @Override
    String kind() {
        return "sentinel";
    }

    @Override
    String name() {
        return runId;
    }

    @Override
    Master master() {
        return master;
    }
}
