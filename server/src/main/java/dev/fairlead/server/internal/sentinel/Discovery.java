package dev.fairlead.server.internal.sentinel;

import dev.fairlead.server.internal.sentinel.Peer.Flag;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;

/**
 * Learns who there is and who follows whom, from INFO and from hellos, and bends nodes that stray back to the configuration:
 * a replica that claims to be a master, or follows somebody else.
 */
final class Discovery {
    /** A straying node gets this many publish periods, in which a newer configuration may still arrive. */
    private static final int STRAY_PUBLISH_PERIODS = 4;
    /** Most nodes of one kind for one master: a lying INFO or hello must not fill the memory. */
    private static final int MOST_PEERS = 1_000;

    private final Context context;
    private final Pulse pulse;
    private final Failover failover;

    Discovery(Context context, Pulse pulse, Failover failover) {
        this.context = context;
        this.pulse = pulse;
        this.failover = failover;
    }

    void info(Peer peer, InfoReport report) {
        peer.info = report;
        peer.infoAt = context.now;
        noteRunId(peer, report.runId());
        if (peer instanceof Master master) {
            report.replicas().forEach(replica -> addReplica(master, replica));
        }
        if (peer instanceof Replica replica
                && report.master() != null
                && !report.master().equals(replica.follows)) {
            replica.follows = report.master();
            replica.followsSince = context.now;
        }
        noteRole(peer, report.role());
        if (context.tilt || !(peer instanceof Replica replica)) {
            return;
        }
        if (report.role() == Role.MASTER) {
            claimsToBeMaster(replica);
        } else if (report.role() == Role.REPLICA) {
            checkFollowed(replica);
            checkReconfigured(replica, report.masterLinkUp());
        }
    }

    private void noteRunId(Peer peer, String runId) {
        if (runId == null || runId.equals(peer.runId)) {
            return;
        }
        boolean reboot = peer.runId != null;
        peer.runId = runId;
        if (reboot) {
            if (peer instanceof Master master && master.settings.rebootDownAfter() > 0) {
                master.rebootedAt = context.now;
            }
            context.event("+reboot", peer);
        }
    }

    private void noteRole(Peer peer, Role role) {
        if (role == Role.UNKNOWN || role == peer.roleReported) {
            return;
        }
        peer.roleReported = role;
        peer.roleReportedAt = context.now;
        if (peer instanceof Replica replica && role == Role.REPLICA) {
            replica.followsSince = context.now;
        }
        Role expected = peer instanceof Master ? Role.MASTER : Role.REPLICA;
        context.event(
                role == expected ? "+role-change" : "-role-change",
                peer,
                "new reported role is " + (role == Role.MASTER ? "master" : "slave"));
    }

    void addReplica(Master master, Endpoint endpoint) {
        boolean known = master.replicas.containsKey(endpoint) || master.endpoint.equals(endpoint);
        if (known || master.replicas.size() >= MOST_PEERS) {
            return;
        }
        Replica replica = new Replica(endpoint, master, context.dataLink(endpoint, master.settings), context.now);
        master.replicas.put(endpoint, replica);
        context.event("+slave", replica);
        context.out.persist();
        pulse.tend(replica);
    }

    private void claimsToBeMaster(Replica replica) {
        Master master = replica.master();
        if (replica.is(Flag.PROMOTED)) {
            if (master.failoverState == FailoverState.WAIT_PROMOTION) {
                failover.promoted(master);
            }
            return;
        }
        long patience = context.timings.publish() * STRAY_PUBLISH_PERIODS;
        if (mayBend(replica, patience) && context.now - replica.roleReportedAt > patience) {
            bend(replica, "+convert-to-slave");
        }
    }

    private void checkFollowed(Replica replica) {
        Master master = replica.master();
        long patience = master.settings.failoverTimeout();
        boolean astray = replica.follows != null && !replica.follows.equals(master.endpoint);
        if (astray && mayBend(replica, patience) && context.now - replica.followsSince > patience) {
            bend(replica, "+fix-slave-config");
        }
    }

    private boolean mayBend(Replica replica, long upFor) {
        Master master = replica.master();
        return master.failoverState == FailoverState.NONE
                && master.looksSane(context.now, context.timings.info())
                && replica.upFor(upFor, context.now)
                && context.now - replica.reconfigureSentAt > context.timings.publish();
    }

    private void bend(Replica replica, String event) {
        replica.reconfigureSentAt = context.now;
        context.out.send(replica.link, new SentinelRequest.Reconfigure(replica.master().endpoint));
        context.event(event, replica);
    }

    private void checkReconfigured(Replica replica, boolean masterLinkUp) {
        Master master = replica.master();
        boolean moved = master.promoted != null && master.promoted.endpoint.equals(replica.follows);
        if (replica.is(Flag.RECONF_SENT) && moved) {
            replica.flags.remove(Flag.RECONF_SENT);
            replica.flags.add(Flag.RECONF_INPROG);
            context.event("+slave-reconf-inprog", replica);
        }
        if (replica.is(Flag.RECONF_INPROG) && masterLinkUp) {
            replica.flags.remove(Flag.RECONF_INPROG);
            replica.flags.add(Flag.RECONF_DONE);
            context.event("+slave-reconf-done", replica);
            failover.advance(master);
        }
    }

    void hello(Master master, HelloMessage hello) {
        if (hello.runId().equals(context.myId)) {
            return;
        }
        OtherSentinel sender = sender(master, hello);
        if (sender == null) {
            return;
        }
        sender.helloAt = context.now;
        context.reachEpoch(master, hello.currentEpoch());
        if (hello.configEpoch() <= master.configEpoch) {
            settleTie(master, hello);
            return;
        }
        master.configEpoch = hello.configEpoch();
        if (master.failoverState != FailoverState.NONE) {
            // A newer configuration stands. Ours would end in an older one under the newer one's epoch, and two of us
            // would hold different masters in the same epoch for good.
            failover.abort(master);
        }
        if (hello.master().equals(master.endpoint)) {
            context.out.persist();
        } else {
            context.event("+config-update-from", sender);
            context.reconfigureClients(master, false, hello.master());
            failover.switchTo(master, hello.master(), false);
        }
    }

    /**
     * Two masters in one epoch: an ordered failover asks nobody, so it can fall into an epoch in which others elected a leader.
     * Neither would ever give in. The Sentinel with the greater id says its own again in an epoch above both.
     */
    private void settleTie(Master master, HelloMessage hello) {
        boolean tie = hello.configEpoch() > 0
                && hello.configEpoch() == master.configEpoch
                && master.failoverState == FailoverState.NONE
                && !hello.master().equals(master.endpoint);
        if (tie && context.myId.compareTo(hello.runId()) > 0) {
            context.reachEpoch(master, context.currentEpoch + 1);
            master.configEpoch = context.currentEpoch;
            context.out.persist();
            pulse.sayHelloToAll(master);
        }
    }

    /** The Sentinel that speaks, learned or moved to another address if need be; null when there are too many. */
    private OtherSentinel sender(Master master, HelloMessage hello) {
        OtherSentinel known = master.sentinels.get(hello.runId());
        if (known != null && known.endpoint.equals(hello.sentinel())) {
            return known;
        }
        boolean moved = known != null;
        if (moved) {
            context.event(
                    "+sentinel-address-switch",
                    master,
                    "ip " + hello.sentinel().host() + " port "
                            + hello.sentinel().port() + " for " + hello.runId());
            forget(known);
        } else {
            // Two ids at one address: the newer one is right, the older Sentinel is gone or has a new id.
            master.sentinels.values().stream()
                    .filter(other -> other.endpoint.equals(hello.sentinel()))
                    .findFirst()
                    .ifPresent(other -> {
                        context.event("+sentinel-invalid-addr", other);
                        forget(other);
                    });
        }
        if (master.sentinels.size() >= MOST_PEERS) {
            return null;
        }
        OtherSentinel added = addSentinel(master, hello.sentinel(), hello.runId());
        if (!moved) {
            context.event("+sentinel", added);
        }
        context.out.persist();
        pulse.tend(added);
        return added;
    }

    OtherSentinel addSentinel(Master master, Endpoint endpoint, String runId) {
        OtherSentinel added =
                new OtherSentinel(endpoint, runId, master, context.sentinelLink(endpoint, runId), context.now);
        master.sentinels.put(runId, added);
        return added;
    }

    private void forget(OtherSentinel other) {
        other.master().sentinels.remove(other.runId);
        context.release(other);
    }
}
