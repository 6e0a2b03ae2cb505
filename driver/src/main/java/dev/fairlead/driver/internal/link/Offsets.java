package dev.fairlead.driver.internal.link;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.ReplicationPosition;
import java.util.List;

/** Places in the replication stream as servers tell them to a client that asked, in the forms of {@code docs/protocol.md}. */
public final class Offsets {
    /** {@code CLIENT CAPA} with this asks for them. */
    public static final String CAPABILITY = "fairlead-offsets";

    private static final String NAME = "fairlead-offset";

    private Offsets() {}

    /**
     * The place that covers the write which this replies to; null where the server tells none.
     *
     * @throws RuntimeException when it is told in another form
     */
    public static ReplicationPosition covering(RespReader reply) {
        RespReader told = reply.attribute(NAME);
        if (told == null) {
            return null;
        }
        told.readAggregate();
        return new ReplicationPosition(new ReplicationId(told.readString()), told.readLong());
    }

    /**
     * The place up to which a replica that pushes this has applied its master's stream; null when it is a push of another kind.
     *
     * @throws RuntimeException when it is told in another form
     */
    public static ReplicationPosition pushed(Reply.Sequence push) {
        List<Reply> parts = push.elements();
        return parts.size() == 3 && parts.get(0).asString().equals(NAME)
                ? new ReplicationPosition(
                        new ReplicationId(parts.get(1).asString()), parts.get(2).asLong())
                : null;
    }
}
