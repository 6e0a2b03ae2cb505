package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.internal.command.RandomCommands;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
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
    /** Commands of one client while the other one is blocked. */
    private static final int MEANWHILE = 12;

    /** Not for a test that needs its connections, or reads their replies one by one. */
    private static final List<String> SKIPPED = List.of("client", "hello", "auth");

    private static final String[] WITH_RANDOM_OUTCOME = {
        "spop $e",
        "spop $e $n",
        "spop $e $n",
        "spop $e",
        "sadd $e $v $v $m $n",
        "hincrbyfloat $h $m $f",
        "incrbyfloat $s 0.1"
    };
    private static final String[][] BLOCKING = {
        {"blpop", "l0", "l1", "0.02"},
        {"brpop", "l2", "l1", "0.02"},
        {"blmove", "l0", "l1", "left", "right", "0.02"},
        {"brpoplpush", "l1", "l2", "0.02"},
        {"blmpop", "0.02", "2", "l0", "l2", "left", "count", "2"},
        {"bzpopmin", "z0", "z1", "0.02"},
        {"bzmpop", "0.02", "2", "z1", "z2", "max", "count", "3"}
    };

    @TempDir
    Path dir;

    @Test
    void aRealReplicaHoldsWhatItsMasterHoldsAfterAnyCommands() {
        System.out.println("EffectsTest seed=" + SEED);
        RandomCommands commands = new RandomCommands(SEED, WITH_RANDOM_OUTCOME);
        Random random = new Random(SEED);
        try (FairleadServer master = FairleadServer.builder().start();
                RealRedis replica = new RealRedis(dir, "--replicaof", "127.0.0.1 " + master.port());
                Talk one = new Talk(master.port());
                Talk other = new Talk(master.port())) {
            Await.level(master.port(), replica.port);
            for (int done = 0; done < COMMANDS; done += ROUND) {
                for (int i = 0; i < ROUND; i += MEANWHILE) {
                    other.send(BLOCKING[random.nextInt(BLOCKING.length)]);
                    for (int k = 0; k < MEANWHILE; k++) {
                        perform(one, commands.next());
                    }
                    other.read();
                }
                one.call("discard");
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

    private static void perform(Talk client, String[] words) {
        if (!SKIPPED.contains(words[0].toLowerCase(Locale.ROOT))) {
            client.call(words);
        }
    }
}
