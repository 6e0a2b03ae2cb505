package dev.fairlead.samples;

import dev.fairlead.driver.RoutingClient;
import dev.fairlead.server.EmbeddedCluster;
import dev.fairlead.topology.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A whole cluster in this JVM (a master, two replicas, three Sentinels), a mixed load through {@link RoutingClient}, a replica
 * that lags, and a failover; then a table of what happened. Exits 1 if any read broke its promise.
 */
public final class Quickstart {
    /** The {@code maxLag} of the feed in quickstart.yaml. */
    private static final Duration FEED_BOUND = Duration.ofMillis(200);

    /** Twice the bound and some: the lagging replica must be seen to be useless for the feed. */
    private static final Duration LAG = Duration.ofMillis(500);

    private final PrintStream out;
    private final Duration phase;
    private final long began = System.nanoTime();

    /** @param phase how long each of the four phases lasts */
    Quickstart(PrintStream out, Duration phase) {
        this.out = out;
        this.phase = phase;
    }

    public static void main(String[] args) throws Exception {
        System.exit(new Quickstart(System.out, Duration.ofSeconds(2)).run() ? 0 : 1);
    }

    /** Whether every read kept its promise. */
    boolean run() throws Exception {
        say("starting a master, two replicas and three Sentinels");
        Tally tally = new Tally(this::say);
        try (EmbeddedCluster cluster =
                        EmbeddedCluster.builder().replicas(2).sentinels(3).start();
                RoutingClient client = RoutingClient.builder()
                        .sentinels(cluster.masterName(), cluster.sentinelAddresses())
                        .policies(policies(), "quickstart.yaml")
                        .listener(tally)
                        .build()) {
            Map<String, ServerCounters> before = counters(cluster);
            Load load = new Load(client, FEED_BOUND);
            try (load) {
                say("load runs: a feed (at most 200 ms old), profiles (read-your-writes), counters (master)");
                watchFor(tally, load);

                EmbeddedCluster.Member lagging = cluster.replica(1);
                tally.watch(Endpoint.parse(lagging.address()));
                lagging.delayReplication(LAG);
                say("replica " + lagging.address() + " now applies everything " + LAG.toMillis() + " ms late");
                watchFor(tally, load);
                lagging.delayReplication(Duration.ZERO);
                tally.watch(null);
                say("replica " + lagging.address() + " keeps up again");
                watchFor(tally, load);

                say("SENTINEL FAILOVER " + cluster.masterName() + " (master is "
                        + cluster.master().address() + ")");
                tally.timeWrites();
                cluster.failover();
                watchFor(tally, load);
            }
            return report(cluster, before, tally.figures(), load);
        }
    }

    private static String policies() throws IOException {
        try (InputStream in = Quickstart.class.getResourceAsStream("/quickstart.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<String, ServerCounters> counters(EmbeddedCluster cluster) throws IOException {
        Map<String, ServerCounters> counters = new LinkedHashMap<>();
        for (EmbeddedCluster.Member node : cluster.nodes()) {
            counters.put(node.address(), ServerCounters.of(node.host(), node.port()));
        }
        return counters;
    }

    private synchronized void say(String what) {
        out.printf("%6.2f s  %s%n", (System.nanoTime() - began) / 1e9, what);
    }

    /** One phase, with a line of figures every half a second. */
    private void watchFor(Tally tally, Load load) throws InterruptedException {
        long step = 500;
        for (long waited = 0; waited < phase.toMillis(); waited += step) {
            Tally.Figures before = tally.figures();
            Thread.sleep(step);
            Tally.Figures now = tally.figures();
            StringBuilder nodes = new StringBuilder();
            now.readsByNode().forEach((node, reads) -> nodes.append("  ")
                    .append(node)
                    .append(": ")
                    .append((reads - before.readsByNode().getOrDefault(node, 0L)) * 1000 / step));
            say(String.format(
                    "writes/s %d | reads/s%s | kept off %d | stale %d",
                    (now.writes() - before.writes()) * 1000 / step,
                    nodes,
                    now.keptOff() - before.keptOff(),
                    load.staleFeedReads() + load.staleOwnReads()));
        }
    }

    private boolean report(
            EmbeddedCluster cluster, Map<String, ServerCounters> before, Tally.Figures figures, Load load)
            throws IOException {
        out.println();
        out.println("Commands by node and kind (from each server's INFO commandstats)");
        out.printf("  %-22s %-8s %10s %18s %8s%n", "node", "role now", "reads", "writes or replays", "other");
        for (EmbeddedCluster.Member node : cluster.nodes()) {
            ServerCounters from = before.get(node.address());
            ServerCounters to = ServerCounters.of(node.host(), node.port());
            out.printf(
                    "  %-22s %-8s %10d %18d %8d%n",
                    node.address(),
                    node.isMaster() ? "master" : "replica",
                    to.reads() - from.reads(),
                    to.writes() - from.writes(),
                    to.others() - from.others());
        }
        out.println("What the client reported");
        line("reads / writes answered", figures.reads() + " / " + figures.writes());
        line("reads kept off the lagging replica", figures.keptOff());
        figures.ownReadsByRole().forEach((role, reads) -> line("read-your-writes reads answered by " + role, reads));
        line("calls of unknown outcome, not sent again", figures.unknownOutcomes());
        line("other errors", figures.errors().isEmpty() ? 0 : figures.errors());
        line("time without writes in the failover", figures.longestWriteGapNanos() / 1_000_000 + " ms");
        if (figures.dropped() > 0) {
            line("events the listener was too slow for", figures.dropped());
        }
        out.println("What the data showed");
        line("read-your-writes reads that were stale", load.staleOwnReads());
        line("feed reads older than " + FEED_BOUND.toMillis() + " ms", load.staleFeedReads());
        boolean kept = load.staleOwnReads() == 0 && load.staleFeedReads() == 0;
        out.println(kept ? "Every read kept its promise." : "A PROMISE WAS BROKEN: see the two lines above.");
        return kept;
    }

    private void line(String what, Object figure) {
        out.printf("  %-45s %s%n", what, figure);
    }
}
