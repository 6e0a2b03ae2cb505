package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.server.internal.sentinel.PeerLink.NEVER;

import dev.fairlead.server.internal.sentinel.Peer.Flag;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;
import java.util.Optional;

/**
 * One failover after another: candidacy, promotion of a replica, the other replicas behind it, the new address. A step that
 * needs nobody's answer is taken at once; the ticks are there for those that wait.
 */
final class Failover {
    /** Longest wait for the offsets that replicas have now; the ones known may be a whole INFO period old. */
    private static final long FRESH_INFO_MILLIS = 100;
    /**
     * Between the choice of a replica and its promotion while the master is well: clients that listen to the events hold their
     * writes back, and what is under way reaches the replica. Redis's own steps take about this long.
     */
    private static final long HANDOVER_MILLIS = 50;

    private final Context context;
    private final Pulse pulse;
    private final DownDetection down;
    private final Election election;

    Failover(Context context, Pulse pulse, DownDetection down, Election election) {
        this.context = context;
        this.pulse = pulse;
        this.down = down;
        this.election = election;
    }

    /** Becomes a candidate when the master is objectively down and it is our turn. */
    void considerCandidacy(Master master) {
        boolean idle = master.failoverState == FailoverState.NONE;
        if (!master.is(Flag.O_DOWN) || !idle || context.now < master.nextAttemptAt) {
            master.candidacyAt = NEVER;
            return;
        }
        int desync = context.timings.desync();
        if (master.candidacyAt == NEVER) {
            // Several Sentinels see the same death within one round trip: whoever waits least gets all the votes.
            master.candidacyAt = context.now + context.random.nextInt(desync + 1);
            master.candidacyEpoch = context.currentEpoch;
        } else if (master.candidacyEpoch != context.currentEpoch) {
            // Somebody runs, though we know it from hearsay only: to run against it in a later epoch could win us the
            // votes that it has won already, and give two failovers. The request for our vote is on its way.
            master.candidacyAt = context.now + desync + context.random.nextInt(desync + 1);
            master.candidacyEpoch = context.currentEpoch;
        }
        if (context.now >= master.candidacyAt) {
            start(master);
            down.askOthers(master, true);
        }
    }

    /**
     * @param coordinated whether the master is to hand over itself, so that nothing is lost, or be left out of it
     * @return why not, in the words of the wire; empty when the failover is under way
     */
    Optional<String> force(Master master, boolean coordinated) {
        if (master.failoverState != FailoverState.NONE) {
            return Optional.of("INPROG Failover already in progress");
        }
        if (ReplicaSelection.select(master, context.timings, context.now).isEmpty()) {
            return Optional.of("NOGOODSLAVE No suitable replica to promote");
        }
        if (coordinated && (!master.link.isUp() || master.is(Flag.S_DOWN))) {
            return Optional.of("NOGOODMASTER The master cannot be reached, and only it can hand over without loss");
        }
        master.flags.add(Flag.FORCE_FAILOVER);
        master.coordinated = coordinated;
        start(master);
        advance(master);
        return Optional.empty();
    }

    private void start(Master master) {
        master.flags.add(Flag.FAILOVER_IN_PROGRESS);
        master.failoverState = FailoverState.WAIT_START;
        master.failoverStateSince = context.now;
        master.failoverStartedAt = context.now;
        election.postponeOwnAttempt(master);
        context.reachEpoch(master, context.currentEpoch + 1);
        master.failoverEpoch = context.currentEpoch;
        context.event("+try-failover", master);
        master.replicas.values().forEach(replica -> pulse.askInfo(replica, 0));
    }

    /** Takes every step that can be taken now. */
    void advance(Master master) {
        FailoverState before;
        do { // Each turn moves at least one state on, and there are seven.
            before = master.failoverState;
            switch (before) {
                case NONE, UPDATE_CONFIG -> {}
                case WAIT_START -> awaitElection(master);
                case SELECT_SLAVE -> select(master);
                case SEND_SLAVEOF_NOONE -> promote(master);
                case WAIT_PROMOTION -> awaitPromotion(master);
                case RECONF_SLAVES -> reconfigureReplicas(master);
            }
        } while (master.failoverState != before && master.failoverState != FailoverState.NONE);
        if (master.failoverState == FailoverState.UPDATE_CONFIG) {
            switchTo(master, master.promoted.endpoint, master.oldMasterTold);
        }
    }

    private void moveTo(Master master, FailoverState state) {
        master.failoverState = state;
        master.failoverStateSince = context.now;
    }

    private void awaitElection(Master master) {
        if (!master.is(Flag.FORCE_FAILOVER)) {
            Election.Standing standing = election.standing(master);
            long patience = Math.min(context.timings.election(), master.settings.failoverTimeout());
            boolean late = context.now - master.failoverStartedAt > patience;
            if (standing == Election.Standing.OPEN && !late) {
                return;
            }
            if (standing != Election.Standing.WON) {
                context.event("-failover-abort-not-elected", master);
                abort(master);
                if (standing == Election.Standing.SPLIT) {
                    master.nextAttemptAt = context.now + context.random.nextInt(context.timings.desync() * 2 + 1);
                }
                context.out.note("Next failover delay: I will not start a failover of " + master.name()
                        + " again before " + (master.nextAttemptAt - context.now) + " ms from now");
                return;
            }
        }
        context.event("+elected-leader", master);
        if (context.failures.contains(SimulatedFailure.CRASH_AFTER_ELECTION)) {
            context.out.die();
            return;
        }
        moveTo(master, FailoverState.SELECT_SLAVE);
        context.event("+failover-state-select-slave", master);
    }

    private void select(Master master) {
        boolean heard = master.replicas.values().stream()
                .allMatch(replica -> !replica.link.isUp() || replica.infoAt >= master.failoverStartedAt);
        if (!heard && context.now - master.failoverStateSince <= FRESH_INFO_MILLIS) {
            return;
        }
        Optional<Replica> selected = ReplicaSelection.select(master, context.timings, context.now);
        if (selected.isEmpty()) {
            context.event("-failover-abort-no-good-slave", master);
            abort(master);
            return;
        }
        master.promoted = selected.get();
        master.promoted.flags.add(Flag.PROMOTED);
        context.event("+selected-slave", master.promoted);
        moveTo(master, FailoverState.SEND_SLAVEOF_NOONE);
        if (!master.coordinated) {
            context.event("+failover-state-send-slaveof-noone", master.promoted);
        }
    }

    private void promote(Master master) {
        if (master.coordinated && !master.link.isUp()) {
            notHandedOver(master, "the master cannot be reached");
            return;
        }
        if (master.coordinated) {
            // Half of our own patience: by the end of it the master has handed over or has given up.
            long patience = Math.max(1, master.settings.failoverTimeout() / 2);
            context.out.send(master.link, new SentinelRequest.HandOver(master.promoted.endpoint, patience));
            context.event("+failover-state-wait-promotion", master.promoted);
            moveTo(master, FailoverState.WAIT_PROMOTION);
            return;
        }
        boolean ordered = master.is(Flag.FORCE_FAILOVER) && master.link.isUp() && !master.is(Flag.S_DOWN);
        if (ordered && context.now - master.failoverStateSince < HANDOVER_MILLIS) {
            return;
        }
        if (master.promoted.link.isUp()) {
            context.out.send(master.promoted.link, new SentinelRequest.Reconfigure(null));
            context.event("+failover-state-wait-promotion", master.promoted);
            moveTo(master, FailoverState.WAIT_PROMOTION);
        } else {
            abortWhenLate(master);
        }
    }

    private void awaitPromotion(Master master) {
        if (master.coordinated && master.is(Flag.O_DOWN)) {
            notHandedOver(master, "the master died");
        } else {
            abortWhenLate(master);
        }
    }

    /** The master does not carry the coordinated failover out, and says why. */
    void notHandedOver(Master master, String why) {
        boolean underWay = master.failoverState == FailoverState.SEND_SLAVEOF_NOONE
                || master.failoverState == FailoverState.WAIT_PROMOTION;
        if (master.coordinated && underWay) {
            context.event("-failover-abort-not-coordinated", master, why);
            abort(master);
            master.nextAttemptAt = context.now; // An order is no attempt that failed: if the master is dead, vote now.
        }
    }

    private void abortWhenLate(Master master) {
        if (context.now - master.failoverStateSince > master.settings.failoverTimeout()) {
            context.event("-failover-abort-slave-timeout", master);
            abort(master);
        }
    }

    /** The selected replica says role:master: from here on the failover cannot be undone, and everybody is told. */
    void promoted(Master master) {
        master.configEpoch = master.failoverEpoch;
        moveTo(master, FailoverState.RECONF_SLAVES);
        context.out.persist();
        context.event("+promoted-slave", master.promoted);
        if (context.failures.contains(SimulatedFailure.CRASH_AFTER_PROMOTION)) {
            context.out.die();
            return;
        }
        context.event("+failover-state-reconf-slaves", master);
        context.reconfigureClients(master, true, master.promoted.endpoint);
        if (master.coordinated) {
            // They have their new roles and hold their clients, which are told so: none is dropped.
            context.out.send(master.promoted.link, new SentinelRequest.Rewrite());
            master.oldMasterTold = master.link.isUp();
            if (master.oldMasterTold) {
                context.out.send(master.link, new SentinelRequest.Rewrite());
            }
        } else if (master.link.isUp()) {
            // Redis lets a reachable old master take writes for seconds more, to be sure of its view. We are the
            // elected
            // leader and hold the newest configuration there is: each such write would be lost, so it is fenced now.
            context.out.send(master.link, new SentinelRequest.Reconfigure(master.promoted.endpoint));
            master.oldMasterTold = true;
        }
        pulse.sayHelloToAll(master);
        advance(master);
    }

    private void reconfigureReplicas(Master master) {
        int syncing = 0;
        for (Replica replica : master.replicas.values()) {
            if (replica.is(Flag.RECONF_SENT)
                    && context.now - replica.reconfigureSentAt > context.timings.reconfiguration()) {
                // It counts as done; if it is not, it is found following the wrong master later.
                context.event("-slave-reconf-sent-timeout", replica);
                replica.flags.remove(Flag.RECONF_SENT);
                replica.flags.add(Flag.RECONF_DONE);
            }
            if (replica.is(Flag.RECONF_SENT) || replica.is(Flag.RECONF_INPROG)) {
                syncing++;
            }
        }
        boolean allDone = true;
        for (Replica replica : master.replicas.values()) {
            if (replica.is(Flag.PROMOTED) || replica.is(Flag.RECONF_DONE)) {
                continue;
            }
            allDone &= replica.is(Flag.S_DOWN); // One that is down follows when it comes back.
            boolean idle = !replica.is(Flag.RECONF_SENT) && !replica.is(Flag.RECONF_INPROG);
            if (idle && replica.link.isUp() && syncing < master.settings.parallelSyncs()) {
                syncing++;
                follow(replica, master.promoted.endpoint, "+slave-reconf-sent");
            }
        }
        if (master.promoted.is(Flag.S_DOWN)) {
            return; // Nobody may be sent to a new master that is gone itself.
        }
        if (allDone) {
            moveTo(master, FailoverState.UPDATE_CONFIG);
            context.event("+failover-end", master);
        } else if (context.now - master.failoverStateSince > master.settings.failoverTimeout()) {
            endLate(master);
        }
    }

    private void follow(Replica replica, Endpoint newMaster, String event) {
        replica.flags.add(Flag.RECONF_SENT);
        replica.reconfigureSentAt = context.now;
        context.out.send(replica.link, new SentinelRequest.Reconfigure(newMaster));
        context.event(event, replica);
    }

    private void endLate(Master master) {
        context.event("+failover-end-for-timeout", master);
        for (Replica replica : master.replicas.values()) {
            boolean told = replica.is(Flag.PROMOTED) || replica.is(Flag.RECONF_DONE) || replica.is(Flag.RECONF_SENT);
            if (!told && replica.link.isUp()) {
                follow(replica, master.promoted.endpoint, "+slave-reconf-sent-be");
            }
        }
        moveTo(master, FailoverState.UPDATE_CONFIG);
    }

    void abort(Master master) {
        if (master.coordinated && master.failoverState == FailoverState.WAIT_PROMOTION && master.link.isUp()) {
            context.out.send(master.link, new SentinelRequest.AbortHandOver());
        }
        clear(master);
        master.failoverStateSince = context.now;
    }

    private void clear(Master master) {
        master.flags.remove(Flag.FAILOVER_IN_PROGRESS);
        master.flags.remove(Flag.FORCE_FAILOVER);
        master.failoverState = FailoverState.NONE;
        master.candidacyAt = NEVER;
        master.oldMasterTold = false;
        master.coordinated = false;
        if (master.promoted != null) {
            master.promoted.flags.remove(Flag.PROMOTED);
            master.promoted = null;
        }
        for (Replica replica : master.replicas.values()) {
            replica.flags.remove(Flag.RECONF_SENT);
            replica.flags.remove(Flag.RECONF_INPROG);
            replica.flags.remove(Flag.RECONF_DONE);
        }
    }

    /**
     * Makes {@code to} the address of the master and its old address one of its replicas. The links move along with the
     * nodes they lead to: nothing that is up is closed for a change of names.
     *
     * @param oldMasterTold whether the node at the old address was told already to follow the new one
     */
    void switchTo(Master master, Endpoint to, boolean oldMasterTold) {
        Endpoint from = master.endpoint;
        context.tell(
                "+switch-master",
                master,
                master.name() + " " + from.host() + " " + from.port() + " " + to.host() + " " + to.port());
        clear(master);
        Replica successor = master.replicas.remove(to);
        PeerLink oldLink = master.link;
        oldLink.users.remove(master);
        master.link = successor == null ? context.dataLink(to, master.settings) : successor.link;
        master.link.users.remove(successor);
        master.link.users.add(master);
        master.endpoint = to;
        master.runId = successor == null ? null : successor.runId;
        master.info = successor == null ? null : successor.info;
        master.infoAt = NEVER; // Asked again at the next tick: it now names its replicas.
        master.infoAskedAt = successor == null ? NEVER : successor.infoAskedAt;
        master.publishedAt = NEVER;
        master.roleReported = Role.MASTER;
        master.roleReportedAt = context.now;
        master.nextAttemptAt = NEVER;
        master.failoverStartedAt = NEVER;
        DownDetection.forget(master);
        Replica oldMaster = new Replica(from, master, oldLink, context.now);
        master.replicas.put(from, oldMaster);
        for (Replica replica : master.replicas.values()) {
            replica.infoAt = NEVER; // Whom it follows is about to change.
            context.event("+slave", replica);
        }
        if (oldMasterTold) {
            context.event("+convert-to-slave", oldMaster);
        }
        context.out.persist();
        pulse.sayHelloToAll(master);
    }
}
