package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.RedisProcess;
import dev.fairlead.it.harness.RequiresRedis;
import dev.fairlead.server.FairleadServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The bundled server beside a real one: the same answers to the same random commands, and the same data when either replicates
 * from the other. {@code -Dfairlead.seed=…} repeats a run.
 */
@RequiresRedis("7.0")
class DifferentialTest {
    private static final int COMMANDS = 20_000;
    private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(20);

    private final long seed = Long.getLong("fairlead.seed", 1);
    private final RandomCommands commands = new RandomCommands(seed);

    @BeforeEach
    void printSeed() {
        System.out.println("seed=" + seed);
    }

    @Test
    void theBundledServerAnswersRandomCommandsAsARealOneDoes() {
        try (FairleadServer bundled = FairleadServer.builder().start();
                RedisProcess real = RedisProcess.start();
                RedisClient ours = RedisClient.connectBinary(bundled.host(), bundled.port());
                RedisClient theirs = RedisClient.connectBinary(real.host(), real.port())) {
            for (int i = 0; i < COMMANDS; i++) {
                String[] argv = commands.next();
                Object expected = DataSet.comparable(argv, theirs);
                assertThat(DataSet.comparable(argv, ours))
                        .as("seed=%d, command %d: %s", seed, i, Arrays.toString(argv))
                        .isEqualTo(expected);
            }
            assertThat(DataSet.of(ours)).as("seed=%d", seed).isEqualTo(DataSet.of(theirs));
        }
    }

    @Test
    void transactionsAnswerAsOnARealServer() {
        List<String[]> script = List.of(
                new String[] {"MULTI"},
                new String[] {"SET", "k", "1"},
                new String[] {"INCR", "k"},
                new String[] {"LPUSH", "k", "wrong type"},
                new String[] {"EXEC"},
                new String[] {"EXEC"},
                new String[] {"DISCARD"},
                new String[] {"MULTI"},
                new String[] {"MULTI"},
                new String[] {"NOSUCH"},
                new String[] {"SET", "k", "2"},
                new String[] {"EXEC"},
                new String[] {"WATCH", "k"},
                new String[] {"SET", "k", "3"},
                new String[] {"MULTI"},
                new String[] {"GET", "k"},
                new String[] {"EXEC"},
                new String[] {"GET", "k"});
        try (FairleadServer bundled = FairleadServer.builder().start();
                RedisProcess real = RedisProcess.start();
                RedisClient ours = RedisClient.connect(bundled.host(), bundled.port());
                RedisClient theirs = real.connect()) {
            for (String[] argv : script) {
                assertThat(ours.ask(argv)).as(String.join(" ", argv)).isEqualTo(theirs.ask(argv));
            }
        }
    }

    @Test
    void aRealReplicaOfABundledMasterHoldsTheSameData() {
        try (FairleadServer master = FairleadServer.builder().start();
                RedisClient writer = RedisClient.connectBinary(master.host(), master.port())) {
            write(writer, COMMANDS / 2); // Arrives in the full sync; the other half in the stream.
            try (RedisProcess replica = RedisProcess.start("replicaof " + master.host() + " " + master.port());
                    RedisClient reader = RedisClient.connectBinary(replica.host(), replica.port())) {
                awaitLink(reader);
                write(writer, COMMANDS / 2);
                assertSameData(writer, reader);
                assertThat(replica.log()).doesNotContain("CRITICAL").doesNotContain("Connection with master lost");
            }
        }
    }

    @Test
    void aBundledReplicaOfARealMasterHoldsTheSameData() {
        try (RedisProcess master = RedisProcess.start();
                RedisClient writer = RedisClient.connectBinary(master.host(), master.port())) {
            write(writer, COMMANDS / 2);
            try (FairleadServer replica = FairleadServer.builder()
                            .replicaOf(master.host(), master.port())
                            .start();
                    RedisClient reader = RedisClient.connectBinary(replica.host(), replica.port())) {
                awaitLink(reader);
                write(writer, COMMANDS / 2);
                assertSameData(writer, reader);
                assertThat(master.log()).doesNotContain("CRITICAL").doesNotContain("lost");
            }
        }
    }

    private void write(RedisClient writer, int count) {
        for (int i = 0; i < count; i++) {
            writer.ask(commands.nextWrite());
        }
    }

    private static void awaitLink(RedisClient replica) {
        await("the link to come up").atMost(SYNC_TIMEOUT).until(() -> "up"
                .equals(replica.info("replication").get("master_link_status")));
    }

    private void assertSameData(RedisClient master, RedisClient replica) {
        String offset = master.info("replication").get("master_repl_offset");
        await("the replica at offset " + offset)
                .atMost(SYNC_TIMEOUT)
                .until(() ->
                        Long.parseLong(replica.info("replication").get("slave_repl_offset")) >= Long.parseLong(offset));
        Map<String, String> expected = DataSet.of(master);
        assertThat(expected).as("seed=%d: some data to compare", seed).hasSizeGreaterThan(5);
        assertThat(DataSet.of(replica)).as("seed=%d", seed).isEqualTo(expected);
    }
}
