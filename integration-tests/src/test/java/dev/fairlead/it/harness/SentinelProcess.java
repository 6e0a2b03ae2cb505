package dev.fairlead.it.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real Sentinel of its own process, watching one master by the name {@link #MASTER_NAME}. */
public final class SentinelProcess extends RedisProcess {
    public static final String MASTER_NAME = "mymaster";

    private SentinelProcess(Path directory, int port, List<String> arguments) {
        super(directory, port, arguments);
    }

    /** @param downAfter silence after which the Sentinel takes a node for down */
    public static SentinelProcess start(TestNode master, int quorum, Duration downAfter) {
        return start(master, quorum, downAfter, List.of());
    }

    /** @param more lines of sentinel.conf */
    public static SentinelProcess start(TestNode master, int quorum, Duration downAfter, List<String> more) {
        List<String> lines = new ArrayList<>(watching(master, quorum, downAfter));
        lines.addAll(more);
        return startOnFreePort(
                RedisBinary.find().program(), "sentinel.conf", lines, List.of("--sentinel"), SentinelProcess::new);
    }

    /** The lines of sentinel.conf that make it watch this master. */
    static List<String> watching(TestNode master, int quorum, Duration downAfter) {
        return List.of(
                "sentinel monitor " + MASTER_NAME + " " + master.host() + " " + master.port() + " " + quorum,
                "sentinel down-after-milliseconds " + MASTER_NAME + " " + downAfter.toMillis(),
                // Long enough that no replica behind a test's proxy is 'repaired' back to the master's own address.
                "sentinel failover-timeout " + MASTER_NAME + " 60000");
    }
}
