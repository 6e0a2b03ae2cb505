package dev.fairlead.server;

import static dev.fairlead.server.TestServers.replicaOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real redis-server as our replica and as our master, and data files in both directions. */
@Timeout(90)
class RealRedisReplicationTest {
    private static final int WRITES = 1500;

    @TempDir
    Path dir;

    private final Random random = new Random(42); // fixed: the protocol is under test, not the data

    @Test
    void aRealRedisReplicatesFromUsAndComesBackWithAPartialResync() {
        try (FairleadServer master = FairleadServer.builder().start();
                RealRedis replica = new RealRedis(dir)) {
            DataSet.write(master.port(), random, WRITES);
            Talk.ask(replica.port, "REPLICAOF", "127.0.0.1", "" + master.port());
            DataSet.write(master.port(), random, WRITES);
            Await.level(master.port(), replica.port);
            assertThat(DataSet.read(replica.port)).isEqualTo(DataSet.read(master.port()));

            Talk.ask(master.port(), "CLIENT", "KILL", "TYPE", "replica");
            DataSet.write(master.port(), random, 100);
            Await.level(master.port(), replica.port);

            assertThat(DataSet.read(replica.port)).isEqualTo(DataSet.read(master.port()));
            assertThat(Talk.field(master.port(), "sync_full")).isEqualTo("1");
            assertThat(Talk.field(master.port(), "sync_partial_ok")).isEqualTo("1");
        }
    }

    @Test
    void weReplicateFromARealRedisWhateverItSends() {
        try (RealRedis master = new RealRedis(dir);
                FairleadServer replica = FairleadServer.builder().start()) {
            DataSet.write(master.port, random, WRITES);
            Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + master.port);
            DataSet.write(master.port, random, WRITES);
            Await.level(master.port, replica.port());
            assertThat(DataSet.read(replica.port())).isEqualTo(DataSet.read(master.port));

            Talk.ask(master.port, "CLIENT", "KILL", "TYPE", "replica");
            DataSet.write(master.port, random, 100);
            Await.level(master.port, replica.port());

            assertThat(DataSet.read(replica.port())).isEqualTo(DataSet.read(master.port));
            assertThat(Talk.field(master.port, "sync_partial_ok")).isEqualTo("1");
            assertThat(Talk.ask(replica.port(), "SET", "a", "b")).startsWith("-READONLY");
        }
    }

    @Test
    void aRealRedisWithoutDisklessSyncSendsItsSnapshotByLength() {
        try (RealRedis master = new RealRedis(dir, "--repl-diskless-sync", "no");
                FairleadServer replica = replicaOf(master.port)) {
            DataSet.write(master.port, random, WRITES);
            Await.level(master.port, replica.port());

            assertThat(DataSet.read(replica.port())).isEqualTo(DataSet.read(master.port));
        }
    }

    @Test
    void aSnapshotByLengthIsTakenByARealRedis() {
        try (FairleadServer master =
                        FairleadServer.builder().set("repl-diskless-sync", "no").start();
                RealRedis replica = new RealRedis(dir, "--replicaof", "127.0.0.1 " + master.port())) {
            DataSet.write(master.port(), random, WRITES);
            Await.level(master.port(), replica.port);

            assertThat(DataSet.read(replica.port)).isEqualTo(DataSet.read(master.port()));
        }
    }

    @Test
    void afterAPromotionTheOldMasterAndASubReplicaGoOnWithoutAFullResync() {
        try (RealRedis old = new RealRedis(dir);
                FairleadServer middle = replicaOf(old.port);
                RealRedis below = new RealRedis(dir, "--replicaof", "127.0.0.1 " + middle.port())) {
            DataSet.write(old.port, random, WRITES);
            Await.level(old.port, middle.port());
            Await.level(old.port, below.port);
            String fullBefore = Talk.field(middle.port(), "sync_full");

            Talk.ask(middle.port(), "REPLICAOF", "NO", "ONE");
            Talk.ask(old.port, "REPLICAOF", "127.0.0.1", "" + middle.port());
            DataSet.write(middle.port(), random, 200);
            Await.level(middle.port(), old.port);
            Await.level(middle.port(), below.port);

            assertThat(DataSet.read(old.port)).isEqualTo(DataSet.read(middle.port()));
            assertThat(DataSet.read(below.port)).isEqualTo(DataSet.read(middle.port()));
            assertThat(Talk.field(middle.port(), "sync_full")).isEqualTo(fullBefore);
            assertThat(Talk.field(middle.port(), "sync_partial_ok")).isEqualTo("2");
        }
    }

    @Test
    void aLinkThatIsCutAgainAndAgainGoesOnAtTheRightByte() {
        try (RealRedis master = new RealRedis(dir);
                FairleadServer replica = replicaOf(master.port)) {
            Await.level(master.port, replica.port());
            for (int i = 0; i < 40; i++) {
                DataSet.write(master.port, random, 30);
                Talk.ask(replica.port(), "CLIENT", "KILL", "TYPE", "master");
            }
            Await.level(master.port, replica.port());

            assertThat(Talk.field(master.port, "sync_full")).isEqualTo("1");
            assertThat(Talk.field(replica.port(), "total_error_replies")).isEqualTo("0");

            assertThat(DataSet.read(replica.port())).isEqualTo(DataSet.read(master.port));
        }
    }

    @Test
    void redisCliFetchesASnapshotThatARealRedisLoads() throws Exception {
        RealRedis.assumeInstalled();
        Path fetched = Files.createDirectory(dir.resolve("fetched"));
        try (FairleadServer master = FairleadServer.builder().start()) {
            DataSet.write(master.port(), random, WRITES);
            Process cli = new ProcessBuilder("redis-cli", "-p", "" + master.port(), "--rdb", fetched + "/dump.rdb")
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("cli.log").toFile())
                    .start();
            assertThat(cli.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(cli.exitValue()).isZero();
            try (RealRedis real = new RealRedis(fetched)) {
                assertThat(DataSet.read(real.port)).isEqualTo(DataSet.read(master.port()));
            }
        }
    }

    @Test
    void dataFilesGoBothWays() throws IOException {
        Path theirs = Files.createDirectory(dir.resolve("theirs"));
        Path ours = Files.createDirectory(dir.resolve("ours"));
        List<String> written;
        try (RealRedis real = new RealRedis(theirs)) {
            DataSet.write(real.port, random, WRITES);
            assertThat(Talk.ask(real.port, "SAVE")).isEqualTo("OK");
            written = DataSet.read(real.port);
        }
        Files.move(theirs.resolve("dump.rdb"), ours.resolve("dump.rdb"));
        try (FairleadServer server =
                FairleadServer.builder().set("dir", ours.toString()).start()) {
            assertThat(DataSet.read(server.port())).isEqualTo(written);
            DataSet.write(server.port(), random, WRITES);
            assertThat(Talk.ask(server.port(), "BGSAVE")).isEqualTo("Background saving started");
            Await.until("the save is done", Duration.ofSeconds(10), () -> Talk.field(
                            server.port(), "rdb_changes_since_last_save")
                    .equals("0"));
            written = DataSet.read(server.port());
        }
        Files.move(ours.resolve("dump.rdb"), theirs.resolve("dump.rdb"));
        try (RealRedis real = new RealRedis(theirs)) {
            assertThat(DataSet.read(real.port)).isEqualTo(written);
        }
    }
}
