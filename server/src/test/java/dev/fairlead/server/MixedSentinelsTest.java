package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.GuardedCluster.Kind;
import dev.fairlead.server.GuardedCluster.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bundled and real Sentinels in one quorum fail bundled and real masters over. A few cells of the matrix; all of them with {@code
 * -Dfairlead.sentinel.cells=all}, which takes ten minutes.
 */
@EnabledIf(
        value = "dev.fairlead.server.internal.net.RedisProcess#isInstalled",
        disabledReason = "needs redis-server on the path")
@Timeout(240)
class MixedSentinelsTest {
    private static final long DOWN_AFTER = 1_500;

    enum Fault {
        KILLED,
        STOPPED,
        CUT_OFF,
        ORDERED
    }

    /** Three Sentinels, so many of them bundled, over a master of this kind with a replica of either kind, and what befalls it. */
    record Cell(int bundled, Kind master, Fault fault, Network network) {
        Cell(int bundled, Kind master, Fault fault) {
            this(bundled, master, fault, fault == Fault.CUT_OFF ? Network.CABLES : Network.PLAIN);
        }

        @Override
        public String toString() {
            return bundled + " bundled and " + (3 - bundled) + " real Sentinels, " + master + " master, " + fault
                    + (network == Network.ENCRYPTED ? ", encrypted" : "");
        }
    }

    static Stream<Cell> cells() {
        if (!"all".equals(System.getProperty("fairlead.sentinel.cells"))) {
            return Stream.of(
                    new Cell(2, Kind.BUNDLED, Fault.CUT_OFF),
                    new Cell(2, Kind.BUNDLED, Fault.ORDERED),
                    new Cell(2, Kind.BUNDLED, Fault.STOPPED, Network.ENCRYPTED),
                    new Cell(2, Kind.REAL, Fault.KILLED));
        }
        Stream<Cell> plain = Stream.of(3, 2, 1, 0).flatMap(bundled -> Arrays.stream(Kind.values())
                .flatMap(kind -> Arrays.stream(Fault.values()).map(fault -> new Cell(bundled, kind, fault))));
        Stream<Cell> encrypted = Stream.of(3, 2, 1).flatMap(bundled -> Arrays.stream(Kind.values())
                .map(kind -> new Cell(bundled, kind, Fault.KILLED, Network.ENCRYPTED)));
        return Stream.concat(plain, encrypted);
    }

    @TempDir
    Path dir;

    @ParameterizedTest
    @MethodSource("cells")
    void endWithOneMasterAllOthersItsReplicasAndAllSentinelsAgreeing(Cell cell) {
        List<Kind> guards = new ArrayList<>(Collections.nCopies(cell.bundled, Kind.BUNDLED));
        guards.addAll(Collections.nCopies(3 - cell.bundled, Kind.REAL));
        List<Kind> nodes = List.of(cell.master, Kind.BUNDLED, Kind.REAL);
        try (GuardedCluster cluster = new GuardedCluster(dir, nodes, guards, DOWN_AFTER, cell.network)) {
            int port = cluster.node(0).port();
            try (Talk writer = new Talk(port)) {
                writer.call("SET", "written", "before");
                assertThat(writer.call("WAIT", "2", "9000")).isEqualTo("2");
            }
            switch (cell.fault) {
                case KILLED -> cluster.node(0).kill();
                case STOPPED -> cluster.node(0).freeze();
                case CUT_OFF -> cluster.cut(0);
                case ORDERED ->
                    assertThat(Talk.ask(cluster.sentinels().get(0).port(), "SENTINEL", "FAILOVER", GuardedCluster.NAME))
                            .isEqualTo("OK");
            }
            int successor = cluster.awaitMasterOtherThan(0);
            switch (cell.fault) {
                case KILLED -> cluster.node(0).begin();
                case STOPPED -> cluster.node(0).thaw();
                case CUT_OFF -> cluster.mend(0);
                case ORDERED -> {}
            }
            cluster.awaitOneMaster();
            if (cell.bundled >= 2) {
                // Two real ones may fail a healthy new master over once more, its links having been reset a moment ago.
                assertThat(cluster.master()).as("nobody failed over again").isEqualTo(successor);
            }
            for (int i = 0; i < nodes.size(); i++) {
                int node = cluster.node(i).port();
                Await.until("node " + i + " has what was written", Duration.ofSeconds(30), () -> "before"
                        .equals(Talk.ask(node, "GET", "written")));
            }
        }
    }
}
