package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkCall;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** A question of discovery's own, and its answer as a future, which an error that the server answers with fails. */
final class ReplyCall extends LinkCall {
    /** The server's error, as it said it. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedException(String text) {
            super(text, null, false, false);
        }
    }

    private final CompletableFuture<Reply> answer = new CompletableFuture<>();

    private ReplyCall(String... words) {
        super(Arrays.stream(words)
                .map(each -> each.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
    }

    /** Sends the words; the future completes on the link's event loop. */
    static CompletableFuture<Reply> ask(Link link, String... words) {
        ReplyCall call = new ReplyCall(words);
        link.sendUrgent(call);
        return call.answer;
    }

    @Override
    protected void onReply(RespReader reply) {
        answer.complete(reply.readReply());
    }

    @Override
    protected void onError(Reply.ServerError error) {
        answer.completeExceptionally(new RefusedException(error.text()));
    }

    @Override
    protected void onFailure(LinkException failure) {
        answer.completeExceptionally(failure);
    }
}
