package dev.fairlead.server;

import static dev.fairlead.server.TestServers.replicaOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master that was restarted without its data must not take its replicas' data with it. */
@Timeout(90)
class EmptyMasterGuardTest {
    private static final int WRITES = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path dir;

    private static FairleadServer bundled(int port) {
        return FairleadServer.builder().port(port).start();
    }

    private static void awaitRefusal(FairleadServer replica) {
        Await.until(
                "the guard is in force", PATIENCE, () -> Talk.field(replica.port(), "master_refused_as_empty") != null);
    }

    @Test
    void bothReplicasOfABundledMasterThatCameBackEmptyKeepWhatTheyHave() {
        FairleadServer master = bundled(0);
        int port = master.port();
        try (FairleadServer one = replicaOf(port);
                FairleadServer other = replicaOf(port)) {
            DataSet.write(port, new Random(1), WRITES);
            Await.level(port, one.port());
            Await.level(port, other.port());
            var held = DataSet.read(one.port());
            master.kill();

            try (FairleadServer empty = bundled(port)) {
                awaitRefusal(one);
                awaitRefusal(other);
                assertThat(empty.port()).isEqualTo(port);
                Talk.ask(port, "SET", "written", "too early"); // not empty any more, and still not what it was

                assertThat(DataSet.read(one.port())).isEqualTo(held).isNotEmpty();
                assertThat(DataSet.read(other.port())).isEqualTo(held);
                assertThat(Talk.field(one.port(), "master_refused_as_empty"))
                        .isEqualTo(Talk.field(port, "master_replid"));
                assertThat(Talk.field(one.port(), "master_link_status")).isEqualTo("down");

                Talk.ask(one.port(), "REPLICAOF", "127.0.0.1", "" + port);
                Talk.ask(other.port(), "CONFIG", "SET", "replica-refuse-empty-master", "no");

                Await.level(port, one.port());
                Await.level(port, other.port());
                assertThat(DataSet.read(one.port()))
                        .isEqualTo(DataSet.read(port))
                        .hasSize(1);
                assertThat(Talk.field(one.port(), "master_refused_as_empty")).isNull();
            }
        }
    }

    @Test
    void aReplicaOfARealMasterThatCameBackEmptyKeepsWhatItHas() {
        int port;
        FairleadServer replica;
        try (RealRedis master = new RealRedis(dir)) {
            port = master.port;
            replica = replicaOf(port);
            DataSet.write(port, new Random(2), WRITES);
            Await.level(port, replica.port());
        }
        try (replica) {
            var held = DataSet.read(replica.port());
            try (RealRedis empty = new RealRedis(dir, "--port", "" + port)) {
                awaitRefusal(replica);

                assertThat(empty.port).isEqualTo(port);
                assertThat(DataSet.read(replica.port())).isEqualTo(held).isNotEmpty();
            }
        }
    }

    @Test
    void aMasterThatWasChosenAnewMayBeEmptyAndOneThatWasFlushedToo() {
        try (FairleadServer old = bundled(0);
                FairleadServer fresh = bundled(0);
                FairleadServer replica = replicaOf(old.port())) {
            DataSet.write(old.port(), new Random(3), WRITES);
            Await.level(old.port(), replica.port());

            Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + fresh.port());
            Await.level(fresh.port(), replica.port());
            assertThat(DataSet.read(replica.port())).as("the master's choice").isEmpty();

            DataSet.write(fresh.port(), new Random(4), WRITES);
            Await.level(fresh.port(), replica.port());
            replica.faults().isolate();
            Talk.ask(fresh.port(), "FLUSHALL");
            Talk.ask(fresh.port(), "CONFIG", "SET", "repl-backlog-size", "1");
            Talk.ask(fresh.port(), "PUBLISH", "c", "pushes the FLUSHALL out of the backlog");
            Talk.ask(fresh.port(), "CLIENT", "KILL", "TYPE", "replica");
            replica.faults().heal();
            Await.level(fresh.port(), replica.port());
            assertThat(DataSet.read(replica.port()))
                    .as("the same history, emptied")
                    .isEmpty();
        }
    }
}
