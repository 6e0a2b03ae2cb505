package dev.fairlead.server;

import dev.fairlead.server.GuardedCluster.Kind;
import dev.fairlead.server.GuardedCluster.Member;
import dev.fairlead.server.GuardedCluster.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Sentinels over real servers that let nobody do what they please: users with the least rights, passwords, renamed commands. */
@EnabledIf(
        value = "dev.fairlead.server.internal.net.RedisProcess#isInstalled",
        disabledReason = "needs redis-server on the path")
@Timeout(120)
class SentinelRightsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<Kind> NODES = Collections.nCopies(3, Kind.REAL);
    private static final List<Kind> GUARDS = List.of(Kind.BUNDLED, Kind.BUNDLED, Kind.REAL);

    @TempDir
    Path dir;

    /** The rights of the Sentinels' user are those that Redis's documentation names; the Sentinels ask each other for a password. */
    @Test
    void aUserWithTheLeastRightsAndSentinelsWithAPasswordFailOver() {
        List<String> nodeLines = List.of(
                "user default on nopass ~* &* -@all +ping +info +get +set +wait",
                "user watcher on >watch &* -@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info"
                        + " +client|setname +client|kill +script|kill",
                "user copier on >copy -@all +psync +replconf +ping",
                "masteruser copier",
                "masterauth copy");
        List<String> guardLines = List.of(
                "requirepass of-the-sentinels",
                "sentinel auth-user " + GuardedCluster.NAME + " watcher",
                "sentinel auth-pass " + GuardedCluster.NAME + " watch");
        failsOverWhenTheMasterFreezes(GUARDS, nodeLines, guardLines);
    }

    /** Among themselves the Sentinels say who they are by a line of its own. */
    @Test
    void commandsAreCalledByTheNamesThatTheServersGaveThem() {
        failsOverWhenTheMasterFreezes(
                GUARDS.subList(0, 2), // so that it is a bundled one that leads
                List.of(
                        "rename-command SLAVEOF obey",
                        "rename-command REPLICAOF \"\"",
                        "rename-command CONFIG settings",
                        "rename-command PUBLISH tell"),
                List.of(
                        "requirepass of-the-sentinels",
                        "sentinel sentinel-user default",
                        "sentinel sentinel-pass of-the-sentinels",
                        "sentinel rename-command " + GuardedCluster.NAME + " SLAVEOF obey",
                        "sentinel rename-command " + GuardedCluster.NAME + " CONFIG settings",
                        "sentinel rename-command " + GuardedCluster.NAME + " PUBLISH tell"));
    }

    /** That takes what Sentinels are allowed to do on the servers, and a vote of theirs. */
    private void failsOverWhenTheMasterFreezes(List<Kind> guards, List<String> nodeLines, List<String> guardLines) {
        try (GuardedCluster cluster =
                new GuardedCluster(dir, NODES, guards, 1_500, Network.PLAIN, nodeLines, guardLines)) {
            for (Member guard : cluster.sentinels()) {
                Await.until("the Sentinels may ask each other", PATIENCE, () -> cluster.ask(
                                guard, "SENTINEL", "CKQUORUM", GuardedCluster.NAME)
                        .startsWith("OK " + guards.size() + " usable Sentinels."));
            }
            cluster.node(0).freeze();
            cluster.awaitMasterOtherThan(0);
            cluster.node(0).thaw();
            cluster.awaitOneMaster();
        }
    }
}
