package dev.fairlead.driver.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.policy.Demand;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Sightings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionMarksTest {
    private static final long ADOPTED = 10;
    private static final ReplicationId HISTORY = new ReplicationId("a".repeat(40));
    private static final ReplicationId OTHER_HISTORY = new ReplicationId("b".repeat(40));

    private final KeyMarks shared = new KeyMarks(1000);
    private final SessionMarks session = new SessionMarks(shared);

    private static Keys key(String key) {
        return new Keys(
                new byte[][] {"SET".getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8)},
                new int[] {1},
                false);
    }

    private static Keys noKeys() {
        return new Keys(new byte[][] {"DBSIZE".getBytes(StandardCharsets.UTF_8)}, new int[0], false);
    }

    private static Keys unknownKeys() {
        return new Keys(new byte[][] {"FLUSHALL".getBytes(StandardCharsets.UTF_8)}, new int[0], true);
    }

    private void write(Keys keys, long acknowledgedNanos) {
        session.start(keys);
        session.acknowledge(keys, acknowledgedNanos);
        session.end(keys);
    }

    @Test
    void aSessionThatWroteNothingDemandsNothing() {
        assertThat(session.demand(key("a"), HISTORY, ADOPTED)).isEqualTo(Demand.NOTHING);
        assertThat(session.demand(noKeys(), HISTORY, ADOPTED)).isEqualTo(Demand.NOTHING);
    }

    @Test
    void aReadMustSeeTheWriteOfItsKeyAndNotThoseOfOthers() {
        write(key("a"), 100);
        write(key("b"), 200);

        assertThat(session.demand(key("a"), HISTORY, ADOPTED)).isEqualTo(Demand.ofWrites(100, false));
        assertThat(session.demand(key("c"), HISTORY, ADOPTED)).isEqualTo(Demand.NOTHING);
    }

    @Test
    void aReadWithoutKeysMustSeeEveryWrite() {
        write(key("a"), 100);
        write(key("b"), 200);

        assertThat(session.demand(noKeys(), HISTORY, ADOPTED)).isEqualTo(Demand.ofWrites(200, false));
        assertThat(session.demand(unknownKeys(), HISTORY, ADOPTED)).isEqualTo(Demand.ofWrites(200, false));
    }

    @Test
    void aWriteOfUnknownKeysMovesEveryKey() {
        write(key("a"), 100);
        write(unknownKeys(), 300);

        assertThat(session.demand(key("a"), HISTORY, ADOPTED).wroteNanos()).isEqualTo(300);
        assertThat(session.demand(key("never written"), HISTORY, ADOPTED)).isEqualTo(Demand.ofWrites(300, false));
    }

    @Test
    void aWriteUnderWaySendsTheReadsOfItsKeyBehindIt() {
        session.start(key("a"));

        assertThat(session.demand(key("a"), HISTORY, ADOPTED).writeInFlight()).isTrue();
        assertThat(session.demand(noKeys(), HISTORY, ADOPTED).writeInFlight()).isTrue();
        assertThat(session.demand(key("b"), HISTORY, ADOPTED).writeInFlight()).isFalse();
    }

    @Test
    void aWriteOfUnknownKeysUnderWaySendsEveryReadBehindIt() {
        session.start(unknownKeys());

        assertThat(session.demand(key("a"), HISTORY, ADOPTED).writeInFlight()).isTrue();
    }

    @Test
    void aWriteOfUnknownOutcomeLeavesNoMark() {
        session.start(key("a"));
        session.end(key("a"));

        assertThat(session.demand(key("a"), HISTORY, ADOPTED)).isEqualTo(Demand.NOTHING);
    }

    @Test
    void twoWritesOfOneKeyUnderWayEndOneByOne() {
        session.start(key("a"));
        session.start(key("a"));
        session.acknowledge(key("a"), 100);
        session.end(key("a"));

        assertThat(session.demand(key("a"), HISTORY, ADOPTED)).isEqualTo(Demand.ofWrites(100, true));
    }

    @Test
    void aFailoverMovesTheMarkToTheAdoption() {
        write(key("a"), 100);

        assertThat(session.demand(key("a"), HISTORY, 500).wroteNanos()).isEqualTo(500);
        assertThat(session.demand(key("b"), HISTORY, 500)).as("never written").isEqualTo(Demand.NOTHING);
    }

    @Test
    void marksCompareAcrossTheWrapOfTheClock() {
        write(key("a"), Long.MAX_VALUE - 5);
        write(key("a"), Long.MIN_VALUE + 5);

        assertThat(session.demand(key("a"), HISTORY, Long.MAX_VALUE - 10).wroteNanos())
                .isEqualTo(Long.MIN_VALUE + 5);
    }

    @Test
    void whatIsEvictedFoldsIntoTheWholeSession() {
        KeyMarks small = new KeyMarks(8);
        SessionMarks crowded = new SessionMarks(small);
        for (int i = 0; i < 1000; i++) {
            crowded.start(key("k" + i));
            crowded.acknowledge(key("k" + i), 1000 + i);
            crowded.end(key("k" + i));
        }

        for (int i = 0; i < 1000; i++) {
            Demand demand = crowded.demand(key("k" + i), HISTORY, ADOPTED);
            assertThat(demand.wroteNanos()).isNotEqualTo(Sightings.NEVER);
            assertThat(demand.wroteNanos()).as("mark of k%d", i).isGreaterThanOrEqualTo(1000 + i);
        }
    }

    @Test
    void theLastHalfOfTheKeysKeepsMarksOfItsOwn() {
        SessionMarks crowded = new SessionMarks(new KeyMarks(8));
        for (int i = 0; i < 1000; i++) {
            crowded.start(key("k" + i));
            crowded.acknowledge(key("k" + i), 1000 + i);
            crowded.end(key("k" + i));
        }

        assertThat(crowded.demand(key("never written"), HISTORY, ADOPTED).wroteNanos())
                .as("the others' floor")
                .isBetween(1_990L, 1_995L);
        for (int i = 996; i < 1000; i++) {
            assertThat(crowded.demand(key("k" + i), HISTORY, ADOPTED).wroteNanos())
                    .isEqualTo(1000 + i);
        }
    }

    /** A mark that comes while its generation is folded away must not go with it. */
    @Test
    void noMarkIsLostBetweenWriters() throws Exception {
        SessionMarks crowded = new SessionMarks(new KeyMarks(4));
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Future<Integer>> lost = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            String name = "w" + writer + ":";
            lost.add(writers.submit(() -> {
                int missing = 0;
                for (int i = 1; i <= 50_000; i++) {
                    Keys keys = key(name + i);
                    crowded.start(keys);
                    crowded.acknowledge(keys, ADOPTED + i);
                    crowded.end(keys);
                    missing += crowded.demand(keys, HISTORY, ADOPTED).wroteNanos() < ADOPTED + i ? 1 : 0;
                }
                return missing;
            }));
        }
        for (Future<Integer> each : lost) {
            assertThat(each.get(30, TimeUnit.SECONDS)).isZero();
        }
        writers.shutdown();
    }

    @Test
    void sessionsDoNotSeeEachOthersWrites() {
        write(key("a"), 100);

        assertThat(new SessionMarks(shared).demand(key("a"), HISTORY, ADOPTED)).isEqualTo(Demand.NOTHING);
    }

    @Test
    void readsCountFromTheFirstThatMustNotGoBack() {
        session.saw(1, 100);
        assertThat(session.seen(ADOPTED)).isEqualTo(Sightings.NONE);
        session.saw(1, 200);
        assertThat(session.seen(ADOPTED).mustSeeNanos(2)).isEqualTo(200);
        assertThat(session.seen(500).mustSeeNanos(2)).as("after a failover").isEqualTo(500);
    }

    private void writeAt(Keys keys, long sentNanos, long acknowledgedNanos, ReplicationId history, long offset) {
        session.start(keys);
        session.acknowledge(keys, sentNanos, acknowledgedNanos, new ReplicationPosition(history, offset));
        session.end(keys);
    }

    @Test
    void aPlaceThatTheMasterNamedStandsForTheWriteInItsHistoryAlone() {
        writeAt(key("a"), 90, 100, HISTORY, 700);

        assertThat(session.demand(key("a"), HISTORY, ADOPTED))
                .isEqualTo(new Demand(100, new Demand.Covered(700, Sightings.NEVER), false, null, null));
        assertThat(session.demand(key("a"), OTHER_HISTORY, 500)).isEqualTo(Demand.ofWrites(500, false));
    }

    @Test
    void ofKeysWithAndWithoutAPlaceBothHaveToBeThere() {
        writeAt(key("a"), 90, 100, HISTORY, 700);
        write(unknownKeys(), 50);

        assertThat(session.demand(key("a"), HISTORY, ADOPTED).covered()).isEqualTo(new Demand.Covered(700, 50));
    }

    @Test
    void aLaterPlaceStandsForWhatWasAcknowledgedBeforeItsWriteLeft() {
        write(key("a"), 100);
        writeAt(key("a"), 101, 120, HISTORY, 700);
        assertThat(session.demand(key("a"), HISTORY, ADOPTED).covered())
                .isEqualTo(new Demand.Covered(700, Sightings.NEVER));
    }

    @Test
    void aPlaceDoesNotStandForAWriteThatWasStillUnderWayWhenItsOwnLeft() {
        write(key("a"), 110); // Elsewhere, perhaps behind the other one.
        writeAt(key("a"), 101, 120, HISTORY, 700);
        assertThat(session.demand(key("a"), HISTORY, ADOPTED).covered()).isNull();
        assertThat(session.demand(key("a"), HISTORY, ADOPTED).wroteNanos()).isEqualTo(120);

        writeAt(key("b"), 101, 120, HISTORY, 700);
        writeAt(key("b"), 102, 110, HISTORY, 800); // Acknowledged earlier, over another connection.
        assertThat(session.demand(key("b"), HISTORY, ADOPTED).covered().offset())
                .isEqualTo(800);
    }
}
