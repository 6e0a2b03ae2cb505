package dev.fairlead.topology;

import static dev.fairlead.topology.Scene.A;
import static dev.fairlead.topology.Scene.B;
import static dev.fairlead.topology.Scene.R1;
import static dev.fairlead.topology.Scene.R2;
import static dev.fairlead.topology.Scene.master;
import static dev.fairlead.topology.Scene.nanos;
import static dev.fairlead.topology.Scene.replica;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What servers tell of their offsets without being asked: pushes of replicas, and places that come with a master's replies to writes. */
class OffsetsToldTest {
    @Test
    void aPushMovesAReplicaAtOnceAndSaysNothingOfTime() {
        Scene scene = Scene.unguarded().at(50).says(A, master(R1, null, -1, 300));
        Node.Freshness before = scene.node(B).freshness();
        long incarnation = scene.node(B).incarnation();

        scene.at(80).pushes(B, R1, 250);
        assertThat(scene.node(B).position()).isEqualTo(new ReplicationPosition(R1, 250));
        assertThat(scene.node(B).freshness().asOfNanos()).isEqualTo(before.asOfNanos());

        scene.at(90).pushes(B, R1, 300);
        assertThat(scene.node(B).freshness().asOfNanos())
                .as("the last probe of the master left at 50 ms")
                .isEqualTo(nanos(50));
        assertThat(scene.node(B).incarnation()).isEqualTo(incarnation);
    }

    @Test
    void aPushOfAnotherHistoryOrOfLessVoidsWhatWasKnownUntilTheNextAnswer() {
        for (boolean otherHistory : new boolean[] {true, false}) {
            Scene scene = Scene.unguarded();
            long incarnation = scene.node(B).incarnation();
            scene.pushes(B, otherHistory ? R2 : R1, otherHistory ? 100 : 99);
            assertThat(scene.node(B).usable()).isFalse();
            assertThat(scene.node(B).linkId()).isZero();

            scene.says(B, replica(R1, A, 100));
            assertThat(scene.node(B).usable()).isTrue();
            assertThat(scene.node(B).incarnation())
                    .as("what it has shown before it may have no more")
                    .isGreaterThan(incarnation);
        }
    }

    @Test
    void aPushAheadOfTheFirstAnswerOfItsLinkWaitsForThat() {
        Scene scene = Scene.unguarded().breaks(B).at(20).says(B, replica(R1, A, 100));
        scene.see(new Observation.PositionPushed(B, 1, new ReplicationPosition(R1, 500), nanos(30)));
        assertThat(scene.node(B).position().offset())
                .as("a link that is no more")
                .isEqualTo(100);
    }

    @Test
    void aPlaceIsASampleOfTheInstantAtWhichItsWriteLeft() {
        Scene scene = Scene.unguarded().at(80).covers(A, 60, R1, 500).pushes(B, R1, 499);
        assertThat(scene.node(B).freshness().asOfNanos() - nanos(60)).isNegative();
        assertThat(scene.node(B).freshness().lagBytes()).isEqualTo(1);

        scene.pushes(B, R1, 500);
        assertThat(scene.node(B).freshness().asOfNanos()).isEqualTo(nanos(60));
        assertThat(scene.node(A).freshness().asOfNanos()).isEqualTo(nanos(60));
        assertThat(scene.shard().tokenSince(nanos(61))).isNull();
    }

    @Test
    void aPlaceOfAnotherHistoryOrFromAnotherThanTheFollowedMasterIsNoSample() {
        Scene scene = Scene.unguarded();
        Topology before = scene.topology();
        scene.covers(A, 60, R2, 500).covers(B, 60, R1, 500);
        scene.see(new Observation.WriteCovered(A, 99, nanos(60), new ReplicationPosition(R1, 500), nanos(80)));
        assertThat(scene.node(B).freshness()).isEqualTo(before.shard().node(B).freshness());
    }

    @Test
    void aPlaceOfBeforeAJumpOfTheClocksSaysNothing() {
        Scene scene = Scene.unguarded().at(100);
        scene.see(new Observation.ClockJumped(nanos(100)));
        scene.says(A, master(R1, null, -1, 100)).says(B, replica(R1, A, 600));
        long asOf = scene.node(B).freshness().asOfNanos();

        scene.covers(A, 99, R1, 500);
        assertThat(scene.node(B).freshness().asOfNanos()).isEqualTo(asOf);
    }
}
