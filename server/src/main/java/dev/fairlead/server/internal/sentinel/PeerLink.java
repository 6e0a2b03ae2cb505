package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The connections to one node and what its answers to PING prove. Another Sentinel that guards several of our masters is one
 * node, and so has one of these. Confined to the thread that drives {@link SentinelState}.
 */
public final class PeerLink {
    /** Long ago, yet far from overflow when subtracted from a time. */
    static final long NEVER = Long.MIN_VALUE / 4;

    private enum Phase {
        DOWN,
        CONNECTING,
        UP
    }

    private static final class Side {
        Phase phase = Phase.DOWN;
        long attemptedAt = NEVER;
        long upSince = NEVER;
    }

    private final Endpoint endpoint;
    private final Credentials credentials;
    private final UnaryOperator<String> commandNames;
    private final Map<LinkKind, Side> sides = new EnumMap<>(LinkKind.class);
    /** The monitored nodes this link stands for: one, or the same Sentinel once for each master. */
    final List<Peer> users = new ArrayList<>(1);

    long lastPingAt = NEVER;
    long lastValidReplyAt;
    long lastReplyAt;
    /** First PING still without a valid answer; {@link #NEVER} when the newest one was answered. */
    long unansweredSince;

    long lastHelloAt = NEVER;
    private boolean answered;

    PeerLink(
            Endpoint endpoint,
            Credentials credentials,
            UnaryOperator<String> commandNames,
            boolean withHello,
            long now) {
        this.endpoint = endpoint;
        this.commandNames = commandNames;
        this.credentials = credentials;
        sides.put(LinkKind.COMMANDS, new Side());
        if (withHello) {
            sides.put(LinkKind.HELLO, new Side());
        }
        lastValidReplyAt = now;
        lastReplyAt = now;
        unansweredSince = now; // A node that never answers is down, down-after from now.
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    public Credentials credentials() {
        return credentials;
    }

    /** The name under which this node knows a command. */
    public String commandName(String command) {
        return commandNames.apply(command);
    }

    Iterable<LinkKind> kinds() {
        return sides.keySet();
    }

    boolean isUp() {
        return isUp(LinkKind.COMMANDS);
    }

    boolean isUp(LinkKind kind) {
        return sides.get(kind).phase == Phase.UP;
    }

    boolean isDown(LinkKind kind) {
        return sides.get(kind).phase == Phase.DOWN;
    }

    long attemptedAt(LinkKind kind) {
        return sides.get(kind).attemptedAt;
    }

    long upSince(LinkKind kind) {
        return sides.get(kind).upSince;
    }

    void connecting(LinkKind kind, long now) {
        sides.get(kind).phase = Phase.CONNECTING;
        sides.get(kind).attemptedAt = now;
    }

    void up(LinkKind kind, long now) {
        sides.get(kind).phase = Phase.UP;
        sides.get(kind).upSince = now;
        if (kind == LinkKind.COMMANDS) {
            answered = false;
        } else {
            lastHelloAt = now;
        }
    }

    /**
     * The other side closed, or never opened.
     *
     * <p>A node that answered on this connection and then closed it (a promotion drops all clients) was alive a moment ago:
     * its silence is counted from here, and it may be connected to again at once. One that closes without having answered
     * gets neither, or a server that turns every client away would never count as down.
     */
    void broken(LinkKind kind, long now) {
        Side side = sides.get(kind);
        boolean wasUp = side.phase == Phase.UP;
        side.phase = Phase.DOWN;
        if (kind == LinkKind.COMMANDS && wasUp && answered) {
            lastValidReplyAt = now;
            unansweredSince = NEVER;
            side.attemptedAt = NEVER;
        } else if (kind == LinkKind.HELLO && wasUp && now - side.upSince > 1_000) {
            side.attemptedAt = NEVER;
        }
    }

    /** We gave it up ourselves, which proves nothing about the node. */
    void dropped(LinkKind kind) {
        sides.get(kind).phase = Phase.DOWN;
    }

    void pinged(long now) {
        lastPingAt = now;
        if (unansweredSince == NEVER) {
            unansweredSince = now;
        }
    }

    void answered(boolean valid, long now) {
        lastReplyAt = now;
        if (valid) {
            answered = true;
            lastValidReplyAt = now;
            unansweredSince = NEVER;
        }
    }

    /** Milliseconds without a sign of life that was due. */
    long silence(long now) {
        if (unansweredSince != NEVER) {
            return now - unansweredSince;
        }
        return isUp() ? 0 : now - lastValidReplyAt;
    }

    /** Time in which this Sentinel itself stood still is no evidence against others. */
    void forgive(long millis) {
        lastValidReplyAt += millis;
        if (unansweredSince != NEVER) {
            unansweredSince += millis;
        }
    }
}
