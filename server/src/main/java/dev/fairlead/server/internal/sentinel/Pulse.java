package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.server.internal.sentinel.PeerLink.NEVER;

import dev.fairlead.server.internal.sentinel.Peer.Flag;

/** Keeps the links to a node up and sends what goes over them at a pace: PING, INFO, hello. */
final class Pulse {
    /** A link whose hello side is silent for this many publish periods is opened anew. */
    private static final int SILENT_HELLO_PERIODS = 3;
    /** Most attempts to connect within one down-after, so that a short outage cannot be taken for a long one. */
    private static final int ATTEMPTS_PER_DOWN_AFTER = 5;

    private final Context context;

    Pulse(Context context) {
        this.context = context;
    }

    void tend(Peer peer) {
        replaceStuckLinks(peer);
        connect(peer);
        if (!peer.link.isUp()) {
            return;
        }
        ping(peer);
        if (!(peer instanceof OtherSentinel)) {
            askInfo(peer, infoPeriod(peer));
        }
        if (context.now - peer.publishedAt >= context.timings.publish()) {
            sayHello(peer);
        }
    }

    /** Asks for INFO unless it was asked or answered within {@code period}. */
    void askInfo(Peer peer, long period) {
        boolean waiting = peer.infoAskedAt != NEVER;
        if (peer.link.isUp() && !waiting && context.now - peer.infoAt >= period) {
            peer.infoAskedAt = context.now;
            context.out.send(peer.link, new SentinelRequest.Info());
        }
    }

    /** Tells every node of the master and every other Sentinel at once which address we hold. */
    void sayHelloToAll(Master master) {
        sayHello(master);
        master.others().forEach(this::sayHello);
    }

    void sayHello(Peer peer) {
        if (!peer.link.isUp() || context.announced == null) {
            return;
        }
        Master master = peer.master();
        HelloMessage hello = new HelloMessage(
                context.announced,
                context.myId,
                context.currentEpoch,
                master.name(),
                master.currentEndpoint(),
                master.configEpoch);
        peer.publishedAt = context.now;
        context.out.send(peer.link, new SentinelRequest.Hello(hello.payload()));
    }

    private void ping(Peer peer) {
        PeerLink link = peer.link;
        long period = Math.min(context.timings.ping(), peer.master().settings.downAfter());
        // The second half keeps an unanswered PING from being followed by one at each tick.
        if (context.now - link.lastReplyAt >= period && context.now - link.lastPingAt >= period / 2) {
            pingNow(link);
        }
    }

    void pingNow(PeerLink link) {
        link.pinged(context.now);
        context.out.send(link, new SentinelRequest.Ping());
    }

    private void connect(Peer peer) {
        long pause = Math.min(
                context.timings.ping(), Math.max(1, peer.master().settings.downAfter() / ATTEMPTS_PER_DOWN_AFTER));
        for (LinkKind kind : peer.link.kinds()) {
            if (peer.link.isDown(kind) && context.now - peer.link.attemptedAt(kind) >= pause) {
                peer.link.connecting(kind, context.now);
                context.out.connect(peer.link, kind);
            }
        }
    }

    /** A connection that carries nothing any more may be half open, which only a new one can tell. */
    private void replaceStuckLinks(Peer peer) {
        PeerLink link = peer.link;
        long halfDownAfter = peer.master().settings.downAfter() / 2;
        boolean old = context.now - link.upSince(LinkKind.COMMANDS) > context.timings.oldLink();
        if (link.isUp() && old && link.unansweredSince != NEVER && context.now - link.unansweredSince > halfDownAfter) {
            context.drop(link, LinkKind.COMMANDS);
        }
        if (peer instanceof OtherSentinel || !link.isUp(LinkKind.HELLO)) {
            return;
        }
        if (context.now - link.lastHelloAt > context.timings.publish() * SILENT_HELLO_PERIODS) {
            context.drop(link, LinkKind.HELLO);
        }
    }

    private long infoPeriod(Peer peer) {
        SentinelTimings timings = context.timings;
        if (!(peer instanceof Replica replica)) {
            return timings.info();
        }
        Master master = replica.master();
        boolean moving = replica.is(Flag.PROMOTED) || replica.is(Flag.RECONF_SENT) || replica.is(Flag.RECONF_INPROG);
        if (master.is(Flag.FAILOVER_IN_PROGRESS) && moving) {
            return timings.failoverPoll();
        }
        boolean eventful =
                master.is(Flag.O_DOWN) || master.is(Flag.FAILOVER_IN_PROGRESS) || replica.cutOffMillis() != 0;
        return eventful ? Math.min(timings.fastInfo(), timings.info()) : timings.info();
    }
}
