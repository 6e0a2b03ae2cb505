package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** INFO replication and ROLE beside a real server in the same place: the same fields in the same order, and the same values where chance has no part. */
@Timeout(60)
class InfoReplicationTest {
    /** What chance, ports and clocks decide. */
    private static final String VARIES =
            "(master_replid|master_port|master_last_io_seconds_ago|slave_read_repl_offset|slave_repl_offset|master_repl_offset"
                    + "|repl_backlog_histlen|master_link_down_since_seconds):.*";

    @TempDir
    Path dir;

    /** The lines, with a place holder for what varies. */
    private static List<String> info(int port) {
        return Arrays.stream(Talk.ask(port, "INFO", "replication").split("\r\n"))
                .map(line -> line.replaceFirst(VARIES, "$1:…"))
                .map(line -> line.replaceFirst("offset=\\d+,lag=\\d+", "offset=…,lag=…"))
                .toList();
    }

    private static void same(int ours, int theirs) {
        assertThat(info(ours)).isEqualTo(info(theirs));
    }

    @Test
    void showTheSameFieldsOnAMasterAndOnAReplicaUpAndDown() {
        String[] directives = {
            "replica-announce-ip",
            "127.0.0.1",
            "replica-announce-port",
            "7777",
            "slave-priority",
            "42",
            "repl-ping-slave-period",
            "3600"
        };
        String[] theirs = directives.clone();
        for (int i = 0; i < theirs.length; i += 2) {
            theirs[i] = "--" + theirs[i];
        }
        try (FairleadServer ours =
                        FairleadServer.builder().set("min-slaves-to-write", "1").start();
                RealRedis real = new RealRedis(dir, "--min-slaves-to-write", "1")) {
            same(ours.port(), real.port);
            assertThat(Talk.ask(ours.port(), "ROLE")).isEqualTo(Talk.ask(real.port, "ROLE"));
            // Each follows the other's kind: what is compared is only what it says of itself.
            try (FairleadServer ourReplica = TestServers.replicaOf(real.port, directives);
                    RealRedis realReplica = new RealRedis(dir, theirs)) {
                Talk.ask(realReplica.port, "REPLICAOF", "127.0.0.1", "" + ours.port());
                Await.level(real.port, ourReplica.port());
                Await.level(ours.port(), realReplica.port);
                for (int master : new int[] {ours.port(), real.port}) { // each learns that with an acknowledgement
                    Await.until("its replica is online", Duration.ofSeconds(20), () -> Talk.field(master, "slave0")
                            .contains("state=online"));
                }
                same(ours.port(), real.port);
                assertThat(info(ours.port()))
                        .contains(
                                "min_slaves_good_slaves:1",
                                "slave0:ip=127.0.0.1,port=7777,state=online,offset=…,lag=…");
                same(ourReplica.port(), realReplica.port);
                assertThat(info(ourReplica.port())).contains("master_link_status:up", "slave_priority:42");
                assertThat(Talk.ask(ours.port(), "ROLE"))
                        .matches("\\[master, \\d+, \\[\\[127.0.0.1, 7777, \\d+\\]\\]\\]");
                assertThat(Talk.ask(ourReplica.port(), "ROLE"))
                        .matches("\\[slave, 127.0.0.1, " + real.port + ", connected, \\d+\\]");
            }
        }
    }

    @Test
    void showTheSameFieldsOnAReplicaThatNeverReachedItsMaster() {
        try (FairleadServer ours = FairleadServer.builder().start();
                RealRedis real = new RealRedis(dir)) {
            for (int port : new int[] {ours.port(), real.port}) {
                Talk.ask(port, "SLAVEOF", "127.0.0.1", "1");
            }
            same(ours.port(), real.port);
            assertThat(info(ours.port())).contains("master_link_status:down", "master_link_down_since_seconds:…");
        }
    }
}
