package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.command.ClientSession;
import dev.fairlead.server.internal.command.ReplyWriter;
import dev.fairlead.server.internal.replication.ReplicationState;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Tells the clients that asked for it how far this replica has applied its master's stream: at once when they ask, then whenever that
 * has moved, at most every {@link #LEAST_NANOS}. Another history is told ahead of the first reply from its data. With RESP3 alone, and
 * while the link to the master is up. docs/protocol.md has the form.
 *
 * <p>Confined to the command thread.
 */
final class OffsetPushes {
    /** The first word of a push, and the name of the attribute. */
    static final String NAME = "fairlead-offset";

    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final ServerNode node;
    private final ReplicationState state;
    private final Set<ClientSession> sessions = new LinkedHashSet<>();
    private boolean scheduled;
    private long toldNanos;

    OffsetPushes(ServerNode node, ReplicationState state) {
        this.node = node;
        this.state = state;
        this.toldNanos = node.clock().nowNanos() - LEAST_NANOS;
    }

    void add(ClientSession session) {
        sessions.add(session);
        tell(session);
    }

    void remove(ClientSession session) {
        sessions.remove(session);
    }

    /** The offset has moved. */
    void moved() {
        if (!scheduled && !sessions.isEmpty()) {
            scheduled = true;
            long wait = LEAST_NANOS - (node.clock().nowNanos() - toldNanos);
            node.loop().schedule(this::tellAll, Math.max(0, wait), TimeUnit.NANOSECONDS);
        }
    }

    private void tellAll() {
        scheduled = false;
        tellNow();
    }

    /** The data belongs to another history: told before anything is read from it. */
    void tellNow() {
        toldNanos = node.clock().nowNanos();
        sessions.forEach(this::tell);
    }

    private void tell(ClientSession session) {
        if (session.protocol() < 3 || !node.isMasterLinkUp()) {
            return;
        }
        ReplyWriter out = session.connection().writer();
        out.push(3);
        out.bulk(NAME);
        out.bulk(state.id());
        out.integer(state.offset());
    }
}
