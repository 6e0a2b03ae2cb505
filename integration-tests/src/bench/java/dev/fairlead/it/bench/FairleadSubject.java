package dev.fairlead.it.bench;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.Commands;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingClientBuilder;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.TestNode;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Fairlead, with one way to read: the options of every {@code get}. */
final class FairleadSubject implements Subject {
    private final String name;
    private final RoutingClient client;
    private final CallOptions reads;

    private FairleadSubject(String name, RoutingClientBuilder builder, CallOptions reads) {
        this.name = name;
        this.client = builder.defaultDeadline(Duration.ofSeconds(10)).build();
        this.reads = reads;
    }

    static FairleadSubject of(TestNode node) {
        return new FairleadSubject("Fairlead", RoutingClient.builder().nodes(node.address()), CallOptions.DEFAULTS);
    }

    static FairleadSubject of(ClusterUnderTest cluster) {
        return of(cluster, "Fairlead", CallOptions.DEFAULTS);
    }

    static FairleadSubject of(ClusterUnderTest cluster, String name, CallOptions reads) {
        RoutingClientBuilder builder = cluster.sentinels().isEmpty()
                ? RoutingClient.builder().nodes(cluster.addresses())
                : RoutingClient.builder().sentinels(ClusterUnderTest.MASTER_NAME, cluster.sentinelAddresses());
        return new FairleadSubject(name, builder, reads);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String get(String key) {
        return client.execute(Commands.get(key), reads);
    }

    @Override
    public void set(String key, String value) {
        client.execute(Commands.set(key, value));
    }

    @Override
    public void append(String list, String value) {
        client.execute(Commands.rpush(list, value));
    }

    @Override
    public byte[] getBytes(String key) {
        return client.execute(bytesOf(key));
    }

    @Override
    public CompletionStage<?> getAsync(String key) {
        return client.executeAsync(Commands.get(key), reads);
    }

    @Override
    public CompletionStage<?> setAsync(String key, String value) {
        return client.executeAsync(Commands.set(key, value));
    }

    @Override
    public CompletionStage<?> getBytesAsync(String key) {
        return client.executeAsync(bytesOf(key));
    }

    @Override
    public void batch(String[] keys, String[] values) {
        Command<?>[] commands = new Command<?>[keys.length];
        for (int i = 0; i < keys.length; i++) {
            commands[i] = values[i] == null ? Commands.get(keys[i]) : Commands.set(keys[i], values[i]);
        }
        for (Reply reply : client.batch(commands)) {
            if (reply instanceof Reply.ServerError error) {
                throw new IllegalStateException(error.text());
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static Command<byte[]> bytesOf(String key) {
        return Command.of(RespReader::readBytes, "GET", key);
    }
}
