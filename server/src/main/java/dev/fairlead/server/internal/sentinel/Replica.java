package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.server.internal.sentinel.PeerLink.NEVER;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;

/** A replica of a monitored master, as its own INFO describes it. */
final class Replica extends Peer {
    private final Master master;
    Endpoint follows;
    long followsSince;
    long reconfigureSentAt = NEVER;

    Replica(Endpoint endpoint, Master master, PeerLink link, long now) {
        super(endpoint, Role.REPLICA, link, now);
        this.master = master;
        this.followsSince = now;
    }

    @Override
    String kind() {
        return "slave";
    }

    @Override
    String name() {
        return endpoint.toString();
    }

    @Override
    Master master() {
        return master;
    }

    /** How long it has been cut off from its master; 0 when it is not, or has not said. */
    long cutOffMillis() {
        return info == null ? 0 : info.masterLinkDownMillis();
    }
}
