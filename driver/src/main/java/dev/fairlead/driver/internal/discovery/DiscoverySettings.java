package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.internal.link.LinkSettings;
import dev.fairlead.topology.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where to begin, and how to connect.
 *
 * @param nodes seeds; empty with Sentinels
 * @param masterName what the Sentinels call the master; null without Sentinels
 * @param sentinels Sentinels to ask first; empty without
 * @param names host names whose addresses are the seeds; null without
 * @param mapping from an address as servers announce it to the one under which it is reached; the application's, and may throw
 * @param nodeLinks for links to data nodes
 * @param sentinelLinks for links to Sentinels
 * @param idleProbePeriod between two probes of a node while no bound is in use
 * @param board where answers to probes are shared with other clients; null when they are not
 */
public record DiscoverySettings(
        List<Endpoint> nodes,
        String masterName,
        List<Endpoint> sentinels,
        NamedEndpoints names,
        UnaryOperator<Endpoint> mapping,
        LinkSettings nodeLinks,
        LinkSettings sentinelLinks,
        Duration idleProbePeriod,
        ProbeBoard board) {
    boolean withSentinels() {
        return masterName != null;
    }
}
