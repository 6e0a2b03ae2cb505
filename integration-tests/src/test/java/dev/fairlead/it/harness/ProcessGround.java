package dev.fairlead.it.harness;

import java.time.Duration;
import java.util.List;

/** Real redis-server processes on loopback. */
record ProcessGround(Duration downAfter) implements AssembledCluster.Ground {
    @Override
    public TestNode server(List<String> directives) {
        return RedisProcess.start(directives.toArray(String[]::new));
    }

    @Override
    public TestNode sentinel(TestNode master, int quorum) {
        return SentinelProcess.start(master, quorum, downAfter);
    }

    @Override
    public String addressOfThisMachine() {
        return "127.0.0.1";
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "processes";
    }
}
