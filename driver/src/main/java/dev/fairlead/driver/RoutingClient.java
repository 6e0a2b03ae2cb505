package dev.fairlead.driver;

import java.util.concurrent.CompletableFuture;

/** Sends each call to the node that may and should answer it. Thread-safe; one per application. */
public interface RoutingClient extends AutoCloseable {
    <T> T execute(Command<T> command);

    <T> T execute(Command<T> command, CallOptions options);

    <T> CompletableFuture<T> executeAsync(Command<T> command);

    <T> CompletableFuture<T> executeAsync(Command<T> command, CallOptions options);

    @Override
    void close();
}
