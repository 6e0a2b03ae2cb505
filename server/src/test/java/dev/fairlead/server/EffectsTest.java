package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever clients do to a master, what it sends gives a real redis-server, its replica, the same data: expiries, blocked
 * clients, random pops, floats and transactions included.
 */
@Timeout(600)
class EffectsTest {
    private static final long SEED = Long.getLong("fairlead.seed", 1);
    private static final int COMMANDS = Integer.getInteger("fairlead.differential.commands", 4_000);
    /** Commands between two comparisons. */
    private static final int ROUND = 500;

    @TempDir
    Path dir;

    @Test
    void aRealReplicaHoldsWhatItsMasterHoldsAfterAnyCommands() {
        System.out.println("EffectsTest seed=" + SEED);
        RandomLoad load = new RandomLoad(SEED);
        try (FairleadServer master = FairleadServer.builder().start();
                RealRedis replica = new RealRedis(dir, "--replicaof", "127.0.0.1 " + master.port())) {
            Await.level(master.port(), replica.port);
            for (int done = 0; done < COMMANDS; done += ROUND) {
                load.run(master.port(), ROUND);
                Await.level(master.port(), replica.port);
                assertThat(DataSet.read(replica.port))
                        .as("after %d commands of seed=%d", done + ROUND, SEED)
                        .isEqualTo(DataSet.read(master.port()));
            }
            assertThat(Talk.field(master.port(), "sync_full"))
                    .as("the link never broke")
                    .isEqualTo("1");
        }
    }
}
