package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** What every part of the machine shares: who this Sentinel is, what time it is, its epoch, its links and its way out. */
final class Context {
    final SentinelTimings timings;
    final RandomGenerator random;
    final SentinelOutput out;
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
        out.event(name, peer.describe());
    }

    void event(String name, Peer peer, String more) {
        out.event(name, peer.describe() + " " + more);
    }

    /** Follows a higher epoch seen elsewhere. */
    void reachEpoch(long epoch) {
        if (epoch > currentEpoch) {
            currentEpoch = epoch;
            out.persist();
            out.event("+new-epoch", Long.toString(epoch));
        }
    }

    PeerLink dataLink(Endpoint endpoint, MasterSettings settings) {
        return new PeerLink(endpoint, settings.credentials(), true, now);
    }

    PeerLink sentinelLink(Endpoint endpoint, String runId) {
        return sentinelLinks.compute(
                runId,
                (id, known) -> known != null && known.endpoint().equals(endpoint)
                        ? known
                        : new PeerLink(endpoint, sentinelCredentials, false, now));
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
