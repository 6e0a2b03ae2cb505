package dev.fairlead.driver.internal.dedicated;

import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.internal.link.LinkCall;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.Endpoint;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** One sending on a connection of one's own, whose result a thread waits for. */
final class OwnCall<T> extends LinkCall {
    /** Fails with a {@link ServerErrorException} or a {@link LinkException}. */
    final CompletableFuture<T> result = new CompletableFuture<>();

    private final String name;
    private final Endpoint node;
    private final Consumer<RespReader> onAnswer;
    private final Function<RespReader, ? extends T> decoder;

    /** @param onAnswer told on the event loop that a reply came which is no error, before it is decoded; only looks at it */
    OwnCall(
            String name,
            Endpoint node,
            byte[][] argv,
            Consumer<RespReader> onAnswer,
            Function<RespReader, ? extends T> decoder) {
        super(argv);
        this.name = name;
        this.node = node;
        this.onAnswer = onAnswer;
        this.decoder = decoder;
    }

    @Override
    protected void onReply(RespReader reply) {
        onAnswer.accept(reply);
        result.complete(decoder.apply(reply));
    }

    @Override
    protected void onError(Reply.ServerError error) {
        result.completeExceptionally(new ServerErrorException(name, node, error.text()));
    }

    @Override
    protected void onFailure(LinkException failure) {
        result.completeExceptionally(failure);
    }
}
