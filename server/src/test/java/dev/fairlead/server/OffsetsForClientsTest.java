package dev.fairlead.server;

import static dev.fairlead.server.TestServers.replicaOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/protocol.md promises to a client that asks: offsets of writes, pushes of a replica, held reads, and a bound on staleness. */
@Timeout(90)
class OffsetsForClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern ATTRIBUTE =
            Pattern.compile("\\|\\[fairlead-offset=\\[([0-9a-f]{40}), (\\d+)\\]\\] (.*)");
    private static final Pattern PUSH = Pattern.compile(">\\[fairlead-offset, ([0-9a-f]{40}), (\\d+)\\]");

    @TempDir
    Path dir;

    private static FairleadServer master() {
        return FairleadServer.builder().set("repl-ping-replica-period", "3600").start();
    }

    private static Talk asking(int port) {
        Talk talk = new Talk(port);
        talk.call("HELLO", "3");
        assertThat(talk.call("CLIENT", "CAPA", "fairlead-offsets")).isEqualTo("OK");
        return talk;
    }

    private static Matcher matched(Pattern pattern, String reply) {
        Matcher matcher = pattern.matcher(String.valueOf(reply));
        assertThat(matcher.matches()).as(reply).isTrue();
        return matcher;
    }

    @Test
    void aWriteIsAnsweredWithTheOffsetAtWhichARealReplicaFirstShowsIt() {
        try (FairleadServer master = master();
                RealRedis replica = new RealRedis(dir, "--replicaof", "127.0.0.1 " + master.port());
                Talk client = asking(master.port());
                Talk reader = new Talk(replica.port)) {
            Await.level(master.port(), replica.port);
            String id = Talk.field(master.port(), "master_replid");
            for (int i = 0; i < 50; i++) {
                Matcher answer = matched(ATTRIBUTE, client.call("SET", "key" + i, "x".repeat(i * 100)));
                long offset = Long.parseLong(answer.group(2));
                assertThat(answer.group(1)).isEqualTo(id);
                assertThat(answer.group(3)).isEqualTo("OK");
                boolean shown = false;
                for (int look = 0; look < 100_000 && !shown; look++) {
                    reader.call("MULTI");
                    reader.call("EXISTS", "key" + i);
                    reader.call("INFO", "replication");
                    String both = reader.call("EXEC");
                    shown = both.startsWith("[1,");
                    long applied = Long.parseLong(both.replaceAll("(?s).*slave_repl_offset:(\\d+).*", "$1"));
                    assertThat(applied >= offset).as("look %d: %s", look, both).isEqualTo(shown);
                }
                assertThat(shown).isTrue();
            }
            assertThat(Talk.field(master.port(), "master_repl_offset"))
                    .isEqualTo(matched(ATTRIBUTE, client.call("SETNX", "key1", "no"))
                            .group(2));
        }
    }

    @Test
    void everyKindOfWriteHasItsOffsetAndNothingElseHasOne() {
        try (FairleadServer master = master();
                FairleadServer replica = replicaOf(master.port());
                Talk client = asking(master.port());
                Talk other = new Talk(master.port())) {
            Await.level(master.port(), replica.port());
            assertThat(matched(ATTRIBUTE, client.call("INCR", "n")).group(3)).isEqualTo("1");
            assertThat(client.call("GET", "n")).isEqualTo("1");
            client.call("MULTI");
            assertThat(client.call("INCR", "n")).isEqualTo("QUEUED");
            assertThat(matched(ATTRIBUTE, client.call("EXEC")).group(3)).isEqualTo("[2]");
            client.send("BLPOP", "list", "0");
            Await.until("it waits", PATIENCE, () -> "1".equals(Talk.field(master.port(), "blocked_clients")));
            other.call("RPUSH", "list", "element");
            Matcher popped = matched(ATTRIBUTE, client.read());
            assertThat(popped.group(3)).isEqualTo("[list, element]");
            assertThat(popped.group(2)).isEqualTo(Talk.field(master.port(), "master_repl_offset"));
            client.raw("SET a 1\r\nGET a\r\nSET a 2\r\n");
            matched(ATTRIBUTE, client.read());
            assertThat(client.read()).isEqualTo("1");
            matched(ATTRIBUTE, client.read());
            assertThat(other.call("SET", "a", "3")).as("who did not ask").isEqualTo("OK");
        }
    }

    @Test
    void aReplicaPushesHowFarItIs() {
        try (FairleadServer master = master();
                FairleadServer replica = replicaOf(master.port())) {
            Await.level(master.port(), replica.port());
            try (Talk client = asking(replica.port())) {
                matched(PUSH, client.read()); // where it is now
                for (int i = 0; i < 200; i++) {
                    Talk.ask(master.port(), "SET", "key" + i, "value");
                    String offset = Talk.field(master.port(), "master_repl_offset");
                    String told = "";
                    while (!told.equals(offset)) {
                        told = matched(PUSH, client.read()).group(2);
                        assertThat(Long.parseLong(told)).isLessThanOrEqualTo(Long.parseLong(offset));
                    }
                }
                String old = Talk.field(master.port(), "master_replid");
                try (FairleadServer other = master()) {
                    Talk.ask(replica.port(), "REPLICAOF", "127.0.0.1", "" + other.port());
                    String id = old;
                    while (id.equals(old)) {
                        id = matched(PUSH, client.read()).group(1);
                    }
                    assertThat(id).isEqualTo(Talk.field(other.port(), "master_replid"));
                }
            }
        }
    }

    @Test
    void aHeldReadWaitsForItsOffsetAloneAndNoLongerThanItMay() {
        try (FairleadServer master = master();
                FairleadServer replica = replicaOf(master.port());
                Talk writer = asking(master.port());
                Talk reader = new Talk(replica.port());
                Talk other = new Talk(replica.port())) {
            Await.level(master.port(), replica.port());
            replica.faults().delayReplication(Duration.ofHours(1));
            Matcher place = matched(ATTRIBUTE, writer.call("SET", "key", "new"));

            assertThat(reader.call("CLIENT", "HOLD", place.group(1), place.group(2), "30"))
                    .isEqualTo("OK");
            assertThat(reader.call("GET", "key")).startsWith("-STALE ");
            assertThat(reader.call("GET", "key")).as("held once only").isNull();

            reader.call("CLIENT", "HOLD", place.group(1), place.group(2), "60000");
            reader.send("GET", "key");
            reader.send("ECHO", "behind it");
            Await.until("it waits", PATIENCE, () -> "1".equals(Talk.field(replica.port(), "blocked_clients")));
            assertThat(other.call("GET", "key")).as("others go on").isNull();

            replica.faults().delayReplication(Duration.ZERO);

            assertThat(reader.read()).isEqualTo("new");
            assertThat(reader.read()).isEqualTo("behind it");
            reader.call("CLIENT", "HOLD", place.group(1), place.group(2), "1");
            assertThat(reader.call("GET", "key")).as("it is there").isEqualTo("new");
            reader.call("CLIENT", "HOLD", "f".repeat(40), "1", "1");
            assertThat(reader.call("GET", "key"))
                    .as("of no history that is known")
                    .startsWith("-STALE ");
            assertThat(reader.call("CLIENT", "HOLD", place.group(1), "1", "60001"))
                    .startsWith("-ERR CLIENT HOLD");
        }
    }

    @Test
    void aReplicaWithABoundAnswersNoReadFromOlderData() throws InterruptedException {
        long boundNanos = Duration.ofMillis(100).toNanos();
        try (FairleadServer master = master();
                RealRedis alongside = new RealRedis(dir, "--replicaof", "127.0.0.1 " + master.port());
                FairleadServer replica = replicaOf(master.port(), "replica-max-staleness-ms", "100");
                FairleadServer below = replicaOf(replica.port(), "replica-max-staleness-ms", "30000");
                Talk reader = new Talk(replica.port())) {
            AtomicLongArray acknowledged = new AtomicLongArray(1 << 20);
            Thread writer = new Thread(() -> {
                try (Talk talk = new Talk(master.port())) {
                    for (int n = 1; !Thread.interrupted() && n < acknowledged.length(); n++) {
                        talk.call("SET", "n", "" + n);
                        acknowledged.set(n, System.nanoTime());
                    }
                }
            });
            writer.start();
            Await.until("reads are answered", PATIENCE, () -> isNumber(Talk.ask(replica.port(), "GET", "n")));

            boolean cut = false;
            int refused = 0;
            int answered = 0;
            for (int i = 0; i < 400_000 && refused < 100; i++) {
                if (answered == 200 && !cut) {
                    cut = true;
                    replica.faults().cutFrom(master.faults());
                }
                long asked = System.nanoTime();
                String reply = reader.call("GET", "n");
                if (isNumber(reply)) {
                    long next = acknowledged.get(Integer.parseInt(reply) + 1);
                    assertThat(next == 0 || asked - next <= boundNanos)
                            .as("read %d: the write after it was acknowledged %d ns before", i, asked - next)
                            .isTrue();
                    answered++;
                } else {
                    assertThat(reply).startsWith("-STALE ");
                    refused += cut ? 1 : 0; // before, a machine that stalls for 100 ms is refused rightly, too
                }
            }
            assertThat(answered).isGreaterThanOrEqualTo(200);
            assertThat(refused).as("the bound came into force").isEqualTo(100);
            assertThat(reader.call("PING")).as("what reads no data").isEqualTo("PONG");

            replica.faults().heal();
            Await.until("reads are back", PATIENCE, () -> isNumber(reader.call("GET", "n")));
            Await.until("down the chain too", PATIENCE, () -> isNumber(Talk.ask(below.port(), "GET", "n")));
            writer.interrupt();
            writer.join();
            Talk.ask(replica.port(), "CONFIG", "SET", "replica-max-staleness-ms", "0");
            Talk.ask(below.port(), "CONFIG", "SET", "replica-max-staleness-ms", "0");
            Await.level(master.port(), alongside.port);
            assertThat(Talk.field(alongside.port, "total_error_replies"))
                    .as("a real replica takes beats as any PING")
                    .isEqualTo("0");
        }
    }

    private static boolean isNumber(String reply) {
        return reply != null && reply.matches("\\d+");
    }

    @Test
    void aReplicaOfAMasterThatGivesNoSignsOfLifeRefusesReadsRatherThanGuess() {
        try (RealRedis master = new RealRedis(dir);
                FairleadServer replica = replicaOf(master.port)) {
            Talk.ask(master.port, "SET", "key", "value");
            Await.level(master.port, replica.port());
            assertThat(Talk.ask(replica.port(), "GET", "key")).isEqualTo("value");

            Talk.ask(replica.port(), "CONFIG", "SET", "replica-max-staleness-ms", "1000");

            assertThat(Talk.ask(replica.port(), "GET", "key")).startsWith("-STALE ");
            Talk.ask(replica.port(), "CONFIG", "SET", "replica-max-staleness-ms", "0");
            assertThat(Talk.ask(replica.port(), "GET", "key")).isEqualTo("value");
            Await.level(master.port, replica.port());
            assertThat(Talk.field(master.port, "sync_full")).isEqualTo("1");
        }
    }
}
