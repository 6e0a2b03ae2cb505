package dev.fairlead.topology;

import java.util.List;

/**
 * One master and its replicas, with everything needed to judge their freshness. Immutable.
 *
 * <p>{@code master} is the node that this client follows; null while none is known. A node that calls itself master and is
 * not followed (fenced, deposed, not yet adopted) stands among {@code others}.
 */
public interface Shard {
    Node master();

    List<Node> replicas();

    List<Node> others();

    WriteGate writeGate();

    /** The node at an address, wherever it stands; null when it is not part of the shard. */
    Node node(Endpoint endpoint);

    /** The history that the followed master writes; null while no master is known. */
    ReplicationId replicationId();

    /** When the followed master was adopted; a session's watermark from before a failover moves up to it. */
    long adoptedNanos();

    /** What the token asks of this shard's nodes. */
    TokenStanding standing(ConsistencyToken token);

    /**
     * A token for everything that was acknowledged to anyone, or could be read anywhere in the followed history, before this instant;
     * null when no sample of the master sent at or after it is there, or the master gives no offsets (no backlog).
     */
    ConsistencyToken tokenSince(long nanos);
}
