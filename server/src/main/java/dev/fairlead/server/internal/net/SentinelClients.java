package dev.fairlead.server.internal.net;

import io.netty.channel.ChannelHandler;
import java.util.LinkedHashSet;
import java.util.Set;

/** The clients of one Sentinel, and who of them listens to which events. Confined to the Sentinel's event loop. */
final class SentinelClients {
    private final Set<SentinelClient> all = new LinkedHashSet<>();
    private final String password;
    private SentinelCommands commands;
    private long nextId = 1;

    /** @param password what clients have to say first; null for nothing */
    SentinelClients(String password) {
        this.password = password;
    }

    void commands(SentinelCommands table) {
        commands = table;
    }

    ChannelHandler newClient() {
        return new SentinelClient(nextId++, this, commands);
    }

    String password() {
        return password;
    }

    int count() {
        return all.size();
    }

    /** As CLIENT LIST tells them. */
    String describe() {
        StringBuilder lines = new StringBuilder();
        all.forEach(client -> lines.append(client.describe()).append('\n'));
        return lines.toString();
    }

    /** Closes the clients of a type, {@code normal} or {@code pubsub}, but this one. @return how many */
    int kill(String type, SentinelClient except) {
        int count = 0;
        for (SentinelClient client : Set.copyOf(all)) {
            if (client != except && type.equals(client.subscriptions() > 0 ? "pubsub" : "normal")) {
                client.close();
                count++;
            }
        }
        return count;
    }

    void add(SentinelClient client) {
        all.add(client);
    }

    void remove(SentinelClient client) {
        all.remove(client);
    }

    /** Tells an event to those who subscribed to its name or to a pattern of it. */
    void publish(String channel, String message) {
        all.forEach(client -> client.publish(channel, message));
    }

    void close() {
        Set.copyOf(all).forEach(SentinelClient::close);
    }
}
