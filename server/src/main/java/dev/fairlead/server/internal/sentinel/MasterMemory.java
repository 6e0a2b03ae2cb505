package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a Sentinel must not forget about a master.
 *
 * @param voteEpoch the newest epoch in which it voted; forgotten, it could vote twice
 * @param sentinels addresses by run id; forgotten, a minority could take itself for a majority
 */
public record MasterMemory(
        MasterSettings settings,
        Endpoint endpoint,
        long configEpoch,
        long voteEpoch,
        List<Endpoint> replicas,
        Map<String, Endpoint> sentinels) {
    String name() {
        return settings.name();
    }

    MasterMemory withSettings(MasterSettings value) {
        return new MasterMemory(value, endpoint, configEpoch, voteEpoch, replicas, sentinels);
    }

    MasterMemory withEpochs(long newConfigEpoch, long newVoteEpoch) {
        return new MasterMemory(settings, endpoint, newConfigEpoch, newVoteEpoch, replicas, sentinels);
    }

    /** As lines of {@code sentinel.conf}. */
    List<String> directives() {
        List<String> lines = new ArrayList<>();
        String name = name();
        lines.add("sentinel monitor " + name + " " + endpoint.host() + " " + endpoint.port() + " " + settings.quorum());
        lines.addAll(settings.directives());
        lines.add("sentinel config-epoch " + name + " " + configEpoch);
        lines.add("sentinel leader-epoch " + name + " " + voteEpoch);
        replicas.forEach(
                replica -> lines.add("sentinel known-replica " + name + " " + replica.host() + " " + replica.port()));
        sentinels.forEach((runId, address) -> lines.add(
                "sentinel known-sentinel " + name + " " + address.host() + " " + address.port() + " " + runId));
        return lines;
    }
}
