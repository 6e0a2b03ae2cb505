package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bundled and real servers mixed in each role, under random load, with a change of master in the middle: once the load stops every
 * node has the same data at the same offset, and only a first sync was a full one.
 */
@Timeout(600)
class ReplicationMatrixTest {
    private static final long SEED = Long.getLong("fairlead.seed", 1);
    private static final int COMMANDS = Integer.getInteger("fairlead.matrix.commands", 500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path dir;

    private final RandomLoad load = new RandomLoad(SEED);

    private RealRedis real(String... directives) {
        return new RealRedis(dir, directives);
    }

    private static FairleadServer bundledReplicaOf(int port) {
        return FairleadServer.builder()
                .replicaOf("127.0.0.1", port)
                .set("repl-backlog-size", "64mb")
                .start();
    }

    private static String[] replicaOf(int port) {
        return new String[] {"--replicaof", "127.0.0.1 " + port, "--repl-backlog-size", "64mb"};
    }

    private void loadAndCompare(int master, int... others) {
        load.run(master, COMMANDS);
        for (int other : others) {
            Await.level(master, other);
            DataSet.awaitSame(master, other, SEED);
        }
        assertThat(DataSet.read(master)).as("there is data").hasSizeGreaterThan(5);
    }

    private static void awaitRole(int port, String role) {
        Await.until(port + " is a " + role, PATIENCE, () -> role.equals(Talk.field(port, "role")));
    }

    private static void failOver(int from, int to) {
        assertThat(Talk.ask(from, "FAILOVER", "TO", "127.0.0.1", "" + to)).isEqualTo("OK");
        awaitRole(to, "master");
        Await.level(to, from);
    }

    private static void assertFullResyncs(int expected, int... ports) {
        int sum = 0;
        for (int port : ports) {
            sum += Integer.parseInt(Talk.field(port, "sync_full"));
        }
        assertThat(sum).as("full resyncs, seed=%d", SEED).isEqualTo(expected);
    }

    @Test
    void aBundledMasterWithTwoRealReplicas() {
        System.out.println("ReplicationMatrixTest seed=" + SEED);
        try (FairleadServer a = FairleadServer.builder()
                        .set("repl-backlog-size", "64mb")
                        .start();
                RealRedis b = real(replicaOf(a.port()));
                RealRedis c = real(replicaOf(a.port()))) {
            Await.level(a.port(), b.port);
            Await.level(a.port(), c.port);
            loadAndCompare(a.port(), b.port, c.port);

            failOver(a.port(), b.port);
            Talk.ask(c.port, "REPLICAOF", "127.0.0.1", "" + b.port);

            loadAndCompare(b.port, a.port(), c.port);
            assertFullResyncs(2, a.port(), b.port, c.port);
        }
    }

    @Test
    void aRealMasterWithTwoBundledReplicas() {
        try (RealRedis a = real("--repl-backlog-size", "64mb");
                FairleadServer b = bundledReplicaOf(a.port);
                FairleadServer c = bundledReplicaOf(a.port)) {
            Await.level(a.port, b.port());
            Await.level(a.port, c.port());
            loadAndCompare(a.port, b.port(), c.port());

            failOver(a.port, b.port());
            Talk.ask(c.port(), "REPLICAOF", "127.0.0.1", "" + b.port());

            loadAndCompare(b.port(), a.port, c.port());
            assertFullResyncs(2, a.port, b.port(), c.port());
        }
    }

    @Test
    void aChainOfRealBundledAndReal() {
        try (RealRedis a = real("--repl-backlog-size", "64mb");
                FairleadServer b = bundledReplicaOf(a.port);
                RealRedis c = real(replicaOf(b.port()))) {
            Await.level(a.port, b.port());
            Await.level(a.port, c.port);
            loadAndCompare(a.port, b.port(), c.port);

            failOver(a.port, b.port()); // the chain is c -> b <- a from now on

            loadAndCompare(b.port(), a.port, c.port);

            failOver(b.port(), c.port); // and a -> b -> c at the end, with a real master

            loadAndCompare(c.port, b.port(), a.port);
            assertThat(Talk.field(a.port, "sync_full")).as("of a").isEqualTo("1");
            assertThat(Talk.field(c.port, "sync_full")).as("of c").isEqualTo("0");
        }
    }
}
