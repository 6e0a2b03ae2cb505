package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;
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
}
