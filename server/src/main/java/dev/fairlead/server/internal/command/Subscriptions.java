package dev.fairlead.server.internal.command;

import java.util.LinkedHashSet;
import java.util.Set;

/** The channels, patterns and shard channels that one client listens to. */
final class Subscriptions {
    final Set<Channel> channels = new LinkedHashSet<>();
    final Set<Channel> patterns = new LinkedHashSet<>();
    final Set<Channel> shardChannels = new LinkedHashSet<>();

    /** What subscribe and unsubscribe messages count: shard channels are counted apart. */
    int plainCount() {
        return channels.size() + patterns.size();
    }

    int count() {
        return plainCount() + shardChannels.size();
    }
}
