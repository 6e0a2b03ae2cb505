package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.internal.link.LinkCall;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.Shard;

/** One sending of a call to one node. What comes back after the call ended, or went elsewhere, is dropped. */
class Attempt<T> extends LinkCall {
    /** Not sent behind a write that it must see. */
    static final int NOT_BEHIND = -1;

    final Call<T> call;
    final Node node;

    /** The session's count of resent writes when this read was sent behind one; {@link #NOT_BEHIND} otherwise. */
    final int resends;

    /** The history that was followed when it was sent: an acknowledgement counts only under this one. */
    final ReplicationId history;

    /** Whether its acknowledgement was noted. On the link's event loop. */
    boolean acknowledged;

    private final Outcomes outcomes;

    Attempt(Outcomes outcomes, Call<T> call, Node node, int resends, ReplicationId history) {
        super(call.argv());
        this.outcomes = outcomes;
        this.call = call;
        this.node = node;
        this.resends = resends;
        this.history = history;
    }

    /**
     * Whether what the node says still comes from the followed master: no other history has taken over since the call was sent, or
     * the same master went on to a new one over the same link, whose replies come in order with the report that told of it.
     */
    boolean isFollowed(Shard shard) {
        if (history != null && history.equals(shard.replicationId())) {
            return true;
        }
        Node master = shard.master();
        return master != null && master.endpoint().equals(node.endpoint()) && master.linkId() == node.linkId();
    }

    @Override
    protected void onReply(RespReader reply) {
        if (call.isCurrent(this)) {
            outcomes.replied(this, reply);
        }
    }

    @Override
    protected void onError(Reply.ServerError error) {
        if (call.isCurrent(this)) {
            outcomes.refused(this, error);
        }
    }

    @Override
    protected void onFailure(LinkException failure) {
        if (call.isCurrent(this)) {
            outcomes.failed(this, failure);
        }
    }
}
