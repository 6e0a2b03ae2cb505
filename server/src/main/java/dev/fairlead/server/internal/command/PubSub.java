package dev.fairlead.server.internal.command;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Who listens to which channel. Confined to the command thread. */
final class PubSub {
    /** Channels, patterns and shard channels are three name spaces that work alike. */
    enum Space {
        CHANNEL("subscribe", "unsubscribe", s -> s.channels),
        PATTERN("psubscribe", "punsubscribe", s -> s.patterns),
        SHARD("ssubscribe", "sunsubscribe", s -> s.shardChannels);

        final String subscribed;
        final String unsubscribed;
        final Function<Subscriptions, Set<Channel>> of;

        Space(String subscribed, String unsubscribed, Function<Subscriptions, Set<Channel>> of) {
            this.subscribed = subscribed;
            this.unsubscribed = unsubscribed;
            this.of = of;
        }

        /** What a subscribe or unsubscribe message counts. */
        int count(Subscriptions subscriptions) {
            return this == SHARD ? subscriptions.shardChannels.size() : subscriptions.plainCount();
        }
    }

    private final Map<Channel, Set<ClientSession>> channels = new HashMap<>();
    private final Map<Channel, Set<ClientSession>> patterns = new HashMap<>();
    private final Map<Channel, Set<ClientSession>> shardChannels = new HashMap<>();

    private Map<Channel, Set<ClientSession>> listeners(Space space) {
        return switch (space) {
            case CHANNEL -> channels;
            case PATTERN -> patterns;
            case SHARD -> shardChannels;
        };
    }

    void subscribe(ClientSession session, Space space, Channel channel) {
        if (space.of.apply(session.subscriptions).add(channel)) {
            listeners(space)
                    .computeIfAbsent(channel, c -> new LinkedHashSet<>())
                    .add(session);
        }
    }

    void unsubscribe(ClientSession session, Space space, Channel channel) {
        if (space.of.apply(session.subscriptions).remove(channel)) {
            Set<ClientSession> sessions = listeners(space).get(channel);
            sessions.remove(session);
            if (sessions.isEmpty()) {
                listeners(space).remove(channel);
            }
        }
    }

    void removeAll(ClientSession session) {
        for (Space space : Space.values()) {
            for (Channel channel : Set.copyOf(space.of.apply(session.subscriptions))) {
                unsubscribe(session, space, channel);
            }
        }
    }

    /** Delivers a message. @return how many copies were sent: a client that listens twice counts twice */
    int publish(byte[] channel, byte[] message) {
        Channel name = new Channel(channel);
        int sent = 0;
        for (ClientSession session : channels.getOrDefault(name, Set.of())) {
            deliver(session, "message", null, channel, message);
            sent++;
        }
        for (Map.Entry<Channel, Set<ClientSession>> pattern : patterns.entrySet()) {
            if (Glob.matches(pattern.getKey().name(), channel)) {
                for (ClientSession session : pattern.getValue()) {
                    deliver(session, "pmessage", pattern.getKey().name(), channel, message);
                    sent++;
                }
            }
        }
        return sent;
    }

    /** Delivers a message to the listeners of a shard channel. @return how many */
    int publishToShard(byte[] channel, byte[] message) {
        Set<ClientSession> sessions = shardChannels.getOrDefault(new Channel(channel), Set.of());
        sessions.forEach(session -> deliver(session, "smessage", null, channel, message));
        return sessions.size();
    }

    private static void deliver(ClientSession session, String kind, byte[] pattern, byte[] channel, byte[] message) {
        ReplyWriter out = session.pushes();
        out.push(pattern == null ? 3 : 4);
        out.bulk(kind);
        if (pattern != null) {
            out.bulk(pattern);
        }
        out.bulk(channel);
        out.bulk(message);
    }

    Collection<Channel> channels(Space space) {
        return listeners(space).keySet();
    }

    int listenerCount(Space space, byte[] name) {
        return listeners(space).getOrDefault(new Channel(name), Set.of()).size();
    }
}
