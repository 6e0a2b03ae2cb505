package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.server.internal.sentinel.PeerLink.NEVER;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A monitored master with its replicas, the other Sentinels that guard it, and the failover under way, if any. */
final class Master extends Peer {
    MasterSettings settings;
    final Map<Endpoint, Replica> replicas = new LinkedHashMap<>();
    final Map<String, OtherSentinel> sentinels = new LinkedHashMap<>();
    /** Epoch of the failover that made this address the master. */
    long configEpoch;
    /** Whom this Sentinel voted for in {@link #voteEpoch}; null after a restart, which keeps the epoch alone. */
    String vote;

    long voteEpoch;

    FailoverState failoverState = FailoverState.NONE;
    long failoverEpoch;
    long failoverStartedAt = NEVER;
    long failoverStateSince = NEVER;
    /** No failover of our own before this. */
    long nextAttemptAt = NEVER;

    /** The randomly delayed start of a candidacy; {@link PeerLink#NEVER} when none is due. */
    long candidacyAt = NEVER;

    /** The epoch when that delay was drawn. */
    long candidacyEpoch;

    Replica promoted;
    /** The log says already that too few Sentinels are left to help this master. */
    boolean helpless;

    /** This failover is one that the master itself carries out. */
    boolean coordinated;

    /** When it was found to have been started again, until it says PONG; {@link PeerLink#NEVER} else. */
    long rebootedAt = NEVER;

    /** The old master was told to follow the promoted replica, which it can since it was reachable. */
    boolean oldMasterTold;

    Master(MasterSettings settings, Endpoint endpoint, PeerLink link, long now) {
        super(endpoint, Role.MASTER, link, now);
        this.settings = settings;
    }

    @Override
    String kind() {
        return "master";
    }

    @Override
    String name() {
        return settings.name();
    }

    @Override
    Master master() {
        return this;
    }

    /** The master's replicas and Sentinels, as they are now. */
    List<Peer> others() {
        List<Peer> all = new ArrayList<>(replicas.values());
        all.addAll(sentinels.values());
        return all;
    }

    /** What clients and other Sentinels are told: the promoted replica, as soon as it has proven to be a master. */
    Endpoint currentEndpoint() {
        boolean proven = failoverState == FailoverState.RECONF_SLAVES || failoverState == FailoverState.UPDATE_CONFIG;
        return proven ? promoted.endpoint : endpoint;
    }

    /** Whether what we hold to be the master still acts like one, so that others may be bent to it. */
    boolean looksSane(long now, long infoPeriod) {
        return roleReported == Role.MASTER && !is(Flag.S_DOWN) && !is(Flag.O_DOWN) && now - infoAt < infoPeriod * 2;
    }

    int majority() {
        return (sentinels.size() + 1) / 2 + 1;
    }
}
