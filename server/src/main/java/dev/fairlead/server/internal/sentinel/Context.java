package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What every part of the machine shares: who this Sentinel is, what time it is, its epoch, its links and its way out. */
final class Context {
    /** The events that a notification-script is run for: those that Redis logs as warnings. */
    private static final Set<String> WORTH_A_NOTIFICATION = Set.of(
            "+monitor",
            "-monitor",
            "+set",
            "+reset-master",
            "+sdown",
            "-sdown",
            "+odown",
            "-odown",
            "+new-epoch",
            "+try-failover",
            "+vote-for-leader",
            "+elected-leader",
            "-failover-abort-not-elected",
            "-failover-abort-no-good-slave",
            "-failover-abort-slave-timeout",
            "-failover-abort-not-coordinated",
            "+failover-state-select-slave",
            "+selected-slave",
            "+promoted-slave",
            "+failover-state-reconf-slaves",
            "+failover-end",
            "+failover-end-for-timeout",
            "+switch-master",
            "+config-update-from");

    SentinelTimings timings;
    final RandomGenerator random;
    final SentinelOutput out;
    /** Where it is to die, for whoever tests what its death does; {@code SENTINEL SIMULATE-FAILURE}. */
    final Set<SimulatedFailure> failures = EnumSet.noneOf(SimulatedFailure.class);

    final String myId;
    /** As others reach this Sentinel; null until the runtime knows its port. */
    Endpoint announced;

    /** For other Sentinels. */
    Credentials sentinelCredentials = Credentials.NONE;

    long now;
    long currentEpoch;
    boolean tilt;
    long tiltSince = PeerLink.NEVER;
    /** One link for each other Sentinel, however many of our masters it guards. */
    private final Map<String, PeerLink> sentinelLinks = new HashMap<>();

    Context(SentinelTimings timings, RandomGenerator random, SentinelOutput out, String myId) {
        this.timings = timings;
        this.random = random;
        this.out = out;
        this.myId = myId;
    }

    void event(String name, Peer peer) {
        tell(name, peer.master(), peer.describe());
    }

    void event(String name, Peer peer, String more) {
        tell(name, peer.master(), peer.describe() + " " + more);
    }

    /** An event of this master whose payload is in words of its own. */
    void tell(String name, Master master, String payload) {
        out.event(name, payload);
        String script = master.settings.notificationScript();
        if (script != null && WORTH_A_NOTIFICATION.contains(name)) {
            out.script(List.of(script, name, payload));
        }
    }

    /** Tells the client-reconfig-script that clients have to go to another address; it hears of each change twice at most. */
    void reconfigureClients(Master master, boolean leader, Endpoint to) {
        String script = master.settings.clientReconfigScript();
        if (script != null) {
            out.script(List.of(
                    script,
                    master.name(),
                    leader ? "leader" : "observer",
                    "start",
                    master.endpoint.host(),
                    Integer.toString(master.endpoint.port()),
                    to.host(),
                    Integer.toString(to.port())));
        }
    }

    /** Follows a higher epoch, seen where this master was talked about. */
    void reachEpoch(Master master, long epoch) {
        if (epoch > currentEpoch) {
            currentEpoch = epoch;
            out.persist();
            tell("+new-epoch", master, Long.toString(epoch));
        }
    }

    PeerLink dataLink(Endpoint endpoint, MasterSettings settings) {
        return new PeerLink(endpoint, settings.credentials(), settings::commandName, true, now);
    }

    PeerLink sentinelLink(Endpoint endpoint, String runId) {
        return sentinelLinks.compute(
                runId,
                (id, known) -> known != null && known.endpoint().equals(endpoint)
                        ? known
                        : new PeerLink(endpoint, sentinelCredentials, name -> name, false, now));
    }

    /** Lets go of a peer's link; the last user closes it. */
    void release(Peer peer) {
        PeerLink link = peer.link;
        link.users.remove(peer);
        if (link.users.isEmpty()) {
            close(link);
            sentinelLinks.values().remove(link);
        }
    }

    void drop(PeerLink link, LinkKind kind) {
        if (!link.isDown(kind)) {
            link.dropped(kind);
            out.disconnect(link, kind);
            if (kind == LinkKind.COMMANDS) {
                link.users.forEach(user -> user.infoAskedAt = PeerLink.NEVER);
            }
        }
    }

    void close(PeerLink link) {
        link.kinds().forEach(kind -> drop(link, kind));
    }
}
