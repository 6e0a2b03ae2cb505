package dev.fairlead.server;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waiting for a condition, with a deadline. */
final class Await {
    private Await() {}

    static void until(String what, Duration atMost, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(10))
                .pollDelay(Duration.ZERO)
                .until(condition);
    }

    /** Until the replica's link is up and it has applied all that the master wrote. */
    static void level(int masterPort, int replicaPort) {
        until("replica " + replicaPort + " is level with master " + masterPort, Duration.ofSeconds(20), () -> {
            boolean up = "up".equals(Talk.field(replicaPort, "master_link_status"));
            return up
                    && Talk.field(replicaPort, "slave_repl_offset").equals(Talk.field(masterPort, "master_repl_offset"))
                    && Talk.field(replicaPort, "master_replid").equals(Talk.field(masterPort, "master_replid"));
        });
    }
}
