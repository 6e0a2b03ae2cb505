package dev.fairlead.driver.internal.pubsub;

import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.internal.link.LinkCall;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.Endpoint;
import java.util.concurrent.CompletableFuture;

/** A SUBSCRIBE or PING on a subscription's connection; only that it was answered matters. */
final class SubscriberCall extends LinkCall {
    /** Completes on the link's event loop. */
    final CompletableFuture<Void> answered = new CompletableFuture<>();

    private final String name;
    private final Endpoint node;

    SubscriberCall(String name, Endpoint node, byte[]... argv) {
        super(argv);
        this.name = name;
        this.node = node;
    }

    @Override
    protected void onReply(RespReader reply) {
        answered.complete(null);
    }

    @Override
    protected void onError(Reply.ServerError error) {
        answered.completeExceptionally(new ServerErrorException(name, node, error.text()));
    }

    @Override
    protected void onFailure(LinkException failure) {
        answered.completeExceptionally(failure);
    }
}
