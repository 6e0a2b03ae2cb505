package dev.fairlead.driver.internal.link;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A call that keeps what it was completed with, and counts how often it was. */
final class RecordedCall extends LinkCall {
    private final CompletableFuture<Object> outcome = new CompletableFuture<>();
    final AtomicInteger completions = new AtomicInteger();
    private final Function<RespReader, Object> decoder;

    RecordedCall(String... words) {
        this(RespReader::readReply, words);
    }

    RecordedCall(byte[][] argv) {
        super(argv);
        this.decoder = RespReader::readReply;
    }

    RecordedCall(Function<RespReader, Object> decoder, String... words) {
        super(Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
        this.decoder = decoder;
    }

    @Override
    protected void onReply(RespReader reply) {
        Object decoded = decoder.apply(reply);
        completions.incrementAndGet();
        outcome.complete(decoded);
    }

    @Override
    protected void onError(Reply.ServerError error) {
        completions.incrementAndGet();
        outcome.complete(error);
    }

    @Override
    protected void onFailure(LinkException failure) {
        completions.incrementAndGet();
        outcome.complete(failure);
    }

    /** What it ended with: a decoded reply, a {@link Reply.ServerError} or a {@link LinkException}. */
    Object outcome() throws InterruptedException, ExecutionException, TimeoutException {
        return outcome.get(5, TimeUnit.SECONDS);
    }

    boolean isDone() {
        return outcome.isDone();
    }
}
