package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random load on a master while every link of replication is cut, delayed and truncated at random. What the backlog still holds is never
 * fetched by a full resync, and the end is the same everywhere. Seconds in the usual build, minutes with the profile {@code slow}.
 */
@Timeout(1200)
class ReplicationTortureTest {
    private static final long SEED = Long.getLong("fairlead.seed", 1);
    private static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("fairlead.torture.seconds", 3));
    private static final int ROUND = 250;
    /** On a slow machine the load goes on until so much has gone wrong. */
    private static final int LEAST_CUTS = 4;

    private static final int MOST_COMMANDS = 1_000_000;

    @TempDir
    Path dir;

    private static void torture(int master, int[] replicas, FlakyLink... links) {
        for (int replica : replicas) {
            Await.level(master, replica);
        }
        int before = fullResyncs(master, replicas);
        for (FlakyLink link : links) {
            link.flaky(true);
        }
        RandomLoad load = new RandomLoad(SEED);
        int commands = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < DURATION.toNanos() || cuts(links) < LEAST_CUTS && commands < MOST_COMMANDS) {
            load.run(master, ROUND);
            commands += ROUND;
        }
        for (FlakyLink link : links) {
            link.flaky(false);
        }
        int cuts = cuts(links);
        for (int replica : replicas) {
            Await.level(master, replica);
            DataSet.awaitSame(master, replica, SEED);
        }
        System.out.println(
                "ReplicationTortureTest seed=" + SEED + ": " + commands + " commands, " + cuts + " connections cut");
        assertThat(cuts).as("connections cut").isGreaterThanOrEqualTo(LEAST_CUTS);
        assertThat(fullResyncs(master, replicas))
                .as("full resyncs after the first, seed=%d, %d cuts", SEED, cuts)
                .isEqualTo(before);
    }

    private static int cuts(FlakyLink... links) {
        int cuts = 0;
        for (FlakyLink link : links) {
            cuts += link.cuts();
        }
        return cuts;
    }

    private static int fullResyncs(int master, int... replicas) {
        int sum = Integer.parseInt(Talk.field(master, "sync_full"));
        for (int replica : replicas) {
            sum += Integer.parseInt(Talk.field(replica, "sync_full"));
        }
        return sum;
    }

    @Test
    void aBundledMasterWithARealReplicaAndAChainOfBundledAndReal() {
        try (FairleadServer master = FairleadServer.builder()
                        .set("repl-backlog-size", "256mb")
                        .start();
                FlakyLink toReal = new FlakyLink(master.port(), SEED);
                FlakyLink toBundled = new FlakyLink(master.port(), SEED + 1_000_000);
                RealRedis real = new RealRedis(dir, "--replicaof", "127.0.0.1 " + toReal.port());
                FairleadServer bundled = FairleadServer.builder()
                        .replicaOf("127.0.0.1", toBundled.port())
                        .set("repl-backlog-size", "256mb")
                        .start();
                FlakyLink below = new FlakyLink(bundled.port(), SEED + 2_000_000);
                RealRedis last = new RealRedis(dir, "--replicaof", "127.0.0.1 " + below.port())) {
            torture(master.port(), new int[] {real.port, bundled.port(), last.port}, toReal, toBundled, below);
        }
    }

    @Test
    void aRealMasterWithBundledReplicas() {
        try (RealRedis master = new RealRedis(dir, "--repl-backlog-size", "256mb");
                FlakyLink one = new FlakyLink(master.port, SEED + 3_000_000);
                FlakyLink other = new FlakyLink(master.port, SEED + 4_000_000);
                FairleadServer first = FairleadServer.builder()
                        .replicaOf("127.0.0.1", one.port())
                        .start();
                FairleadServer second = FairleadServer.builder()
                        .replicaOf("127.0.0.1", other.port())
                        .start()) {
            torture(master.port, new int[] {first.port(), second.port()}, one, other);
        }
    }
}
