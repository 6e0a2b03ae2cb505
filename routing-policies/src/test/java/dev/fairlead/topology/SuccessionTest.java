package dev.fairlead.topology;

import static dev.fairlead.topology.Scene.A;
import static dev.fairlead.topology.Scene.B;
import static dev.fairlead.topology.Scene.C;
import static dev.fairlead.topology.Scene.R1;
import static dev.fairlead.topology.Scene.R2;
import static dev.fairlead.topology.Scene.R3;
import static dev.fairlead.topology.Scene.S1;
import static dev.fairlead.topology.Scene.S2;
import static dev.fairlead.topology.Scene.master;
import static dev.fairlead.topology.Scene.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.topology.TopologyEvent.MasterChanged;
import dev.fairlead.topology.TopologyEvent.MasterLost;
import dev.fairlead.topology.TopologyEvent.WritesHeld;
import dev.fairlead.topology.TopologyEvent.WritesLost;
import dev.fairlead.topology.TopologyEvent.WritesReleased;
import dev.fairlead.topology.WriteGate.State;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuccessionTest {
    @Test
    void oneReplicaIsEnoughToFindTheRest() {
        Scene scene = Scene.withoutSentinels(B).says(B, replica(R1, A, 90));
        assertThat(scene.gate()).isEqualTo(State.HELD);
        assertThat(scene.node(A).role()).isEqualTo(Role.UNKNOWN);
        scene.says(
                A,
                master(R1, null, -1, 100) + "slave0:ip=10.0.0.2,port=6379,state=online,offset=90,lag=0\r\n"
                        + "slave1:ip=10.0.0.3,port=6379,state=online,offset=90,lag=0\r\n");
        assertThat(scene.followed()).isEqualTo(A);
        assertThat(scene.gate()).isEqualTo(State.OPEN);
        assertThat(scene.node(C)).isNotNull();
    }

    @Test
    void aMasterOfAnotherHistoryDoesNotTakeOver() {
        Scene scene = Scene.withoutSentinels(A, B);
        scene.says(A, replica(R3, C, 5)).says(B, master(R2, null, -1, 7)).says(C, master(R3, null, -1, 9));
        // B was the only master when it answered; C, which continues nothing that B wrote, does not take over.
        assertThat(scene.followed()).isEqualTo(B);
    }

    @Test
    void aPromotionThatNobodyAnnouncedIsNotFollowedWhileTheOldMasterLives() {
        for (Scene scene : List.of(Scene.guarded(), Scene.unguarded())) {
            scene.says(B, master(R2, R1, 101, 120));
            assertThat(scene.followed()).isEqualTo(A);
            assertThat(scene.gate()).isEqualTo(State.OPEN);
            assertThat(scene.node(B).usable()).isFalse();
        }
    }

    @Test
    void writesAreHeldFromTheSelectionUntilTheSuccessorSaysMaster() {
        Scene scene = Scene.guarded().selects(B);
        assertThat(scene.gate()).isEqualTo(State.HELD);
        assertThat(scene.told(WritesHeld.class)).hasSize(1);
        scene.says(A, master(R1, null, -1, 100));
        assertThat(scene.gate()).isEqualTo(State.HELD);
        scene.says(B, master(R2, R1, 101, 101));
        assertThat(scene.followed()).isEqualTo(B);
        assertThat(scene.gate()).isEqualTo(State.OPEN);
        assertThat(scene.told(WritesReleased.class)).containsExactly(new WritesReleased(B));
        assertThat(scene.told(MasterChanged.class)).containsExactly(new MasterChanged(A, B, R2, true));
    }

    @Test
    void aSelectionForAnotherMasterHoldsNothing() {
        Scene scene = Scene.guarded().see(new Observation.FailoverSelected(S1, C, B, Scene.nanos(5)));
        assertThat(scene.gate()).isEqualTo(State.OPEN);
    }

    @Test
    void aHoldEndsAtItsLimitWhenTheSelectedNodeStillSaysReplica() {
        Scene scene = Scene.guarded().at(10).selects(B).at(900).says(B, replica(R1, A, 100));
        assertThat(scene.at(1009).tick().gate()).isEqualTo(State.HELD);
        // Said a second time, it does not begin anew.
        assertThat(scene.selects(B).at(1010).tick().gate()).isEqualTo(State.OPEN);
        // The failover goes on all the same, and its successor is still followed at once.
        assertThat(scene.says(B, master(R2, R1, 101, 101)).followed()).isEqualTo(B);
    }

    @Test
    void aHoldForASilentNodeEndsToo() {
        Scene scene = Scene.guarded().at(10).selects(B);
        assertThat(scene.at(3009).tick().gate()).isEqualTo(State.HELD);
        assertThat(scene.at(3010).tick().gate()).isEqualTo(State.OPEN);
    }

    @Test
    void anAbortEndsTheHold() {
        Scene scene = Scene.guarded().selects(B).see(new Observation.FailoverAborted(S1, A, Scene.nanos(9)));
        assertThat(scene.gate()).isEqualTo(State.OPEN);
        assertThat(scene.says(B, master(R2, R1, 101, 101)).followed()).isEqualTo(A);
    }

    @Test
    void writesAreHeldWhileTheMasterHandsOver() {
        Scene scene = Scene.unguarded();
        scene.says(A, master(R1, null, -1, 100).replace("no-failover", "waiting-for-sync"));
        assertThat(scene.gate()).isEqualTo(State.HELD);
        assertThat(scene.says(A, master(R1, null, -1, 100)).gate()).isEqualTo(State.OPEN);
    }

    @Test
    void afterTheAnnouncementTheOldMasterGetsNoWriteThoughTheNewOneIsSilent() {
        Scene scene = Scene.guarded().selects(B).see(new Observation.MasterSwitched(S1, A, B, Scene.nanos(9)));
        assertThat(scene.followed()).isEqualTo(A);
        assertThat(scene.gate()).isEqualTo(State.HELD);
        assertThat(scene.says(A, master(R1, null, -1, 100)).gate()).isEqualTo(State.HELD);
        assertThat(scene.says(B, master(R2, R1, 101, 101)).gate()).isEqualTo(State.OPEN);
        assertThat(scene.told(WritesReleased.class)).containsExactly(new WritesReleased(B));
    }

    @Test
    void anEarlyAdoptionStandsOnceTheSentinelsAnnounceIt() {
        Scene scene = Scene.guarded().selects(B).says(B, master(R2, R1, 101, 101));
        scene.see(new Observation.MasterSwitched(S1, A, B, Scene.nanos(50)));
        scene.sentinel(S1, A, 1).sentinel(S2, A, 1).says(B, replica(R1, A, 101));
        // An old epoch cannot take it back any more.
        assertThat(scene.told(MasterChanged.class)).hasSize(1);
        assertThat(scene.gate()).isEqualTo(State.HELD);
    }

    @Test
    void anEarlyAdoptionIsTakenBackWhenTheSuccessorIsTurnedIntoAReplicaAgain() {
        Scene scene = Scene.guarded().selects(B).at(20).says(B, master(R2, R1, 101, 140));
        long adopted = scene.shard().adoptedNanos();
        assertThat(scene.says(A, master(R1, null, -1, 100)).node(A).disqualified())
                .contains("fenced");
        scene.events.clear();
        scene.at(60).says(B, replica(R1, A, 100)).says(A, master(R1, null, -1, 100));
        assertThat(scene.followed()).isEqualTo(A);
        assertThat(scene.gate()).isEqualTo(State.OPEN);
        WritesLost lost = scene.told(WritesLost.class).get(0);
        assertThat(lost.oldHistory()).isEqualTo(R2);
        assertThat(lost.amountKnown()).isTrue();
        assertThat(lost.survivedUntilNanos()).isEqualTo(adopted);
        assertThat(scene.says(B, master(R2, R1, 101, 150)).followed()).isEqualTo(A);
    }

    @Test
    void confirmedAdoptionWaitsForTheAnnouncement() {
        TopologySettings confirmed = new TopologySettings(
                false, Duration.ofSeconds(1), Duration.ofSeconds(180), Duration.ofSeconds(5), Duration.ofSeconds(30));
        Scene scene = new Scene(true, EnumSet.allOf(Rule.class), confirmed, A, B).sentinel(S1, A, 1);
        scene.says(A, master(R1, null, -1, 100)).says(B, replica(R1, A, 100)).selects(B);
        assertThat(scene.says(B, master(R2, R1, 101, 101)).followed()).isEqualTo(A);
        assertThat(scene.sentinel(S1, B, 2).followed()).isEqualTo(B);
        assertThat(scene.told(MasterChanged.class).get(1).early()).isFalse();
    }

    @Test
    void theHighestEpochNamesTheMasterAndItsOwnWordConfirmsIt() {
        Scene scene = Scene.guarded().sentinel(S2, B, 2);
        assertThat(scene.followed()).isEqualTo(A);
        scene.says(B, master(R2, R1, 101, 101));
        assertThat(scene.followed()).isEqualTo(B);
        scene.sentinel(S1, A, 1).says(A, master(R1, null, -1, 200));
        assertThat(scene.followed()).isEqualTo(B);
        assertThat(scene.node(A).disqualified()).contains("fenced");
    }

    @Test
    void aSupersededHistoryStaysFencedWhateverItsAddress() {
        Scene scene = Scene.unguarded().dies(A).says(B, master(R2, R1, 101, 101));
        scene.dies(B).says(C, master(R3, R2, 120, 130));
        assertThat(scene.followed()).isEqualTo(C);
        scene.dies(C)
                .at(60_000)
                .says(A, master(R1, null, -1, 900))
                .says(B, master(R2, R1, 101, 900))
                .tick();
        assertThat(scene.followed()).isEqualTo(C);
        assertThat(scene.gate()).isEqualTo(State.HELD);
    }

    @Test
    void withoutSentinelsTheSuccessorIsTheChildOfTheCurrentHistory() {
        assertThat(Scene.unguarded().dies(A).says(B, master(R2, R1, 101, 101)).followed())
                .isEqualTo(B);
        Scene stepped = Scene.unguarded().says(B, master(R2, R1, 101, 101)).says(A, replica(R1, B, 100));
        assertThat(stepped.followed()).isEqualTo(B);
    }

    @Test
    void twoMastersThatNameTheSameParentGetNoWriteUntilOneIsAReplica() {
        Scene scene = Scene.unguarded().dies(A).says(B, master(R2, R1, 101, 101));
        assertThat(scene.gate()).isEqualTo(State.OPEN);
        scene.says(A, master(R3, R1, 95, 95));
        assertThat(scene.gate()).isEqualTo(State.AMBIGUOUS);
        assertThat(scene.shard().writeGate().reason()).contains("10.0.0.1:6379").contains("10.0.0.2:6379");
        assertThat(scene.says(A, replica(R2, B, 101)).gate()).isEqualTo(State.OPEN);
        assertThat(scene.followed()).isEqualTo(B);
    }

    @Test
    void twoSuccessorsAtOnceAreNeitherFollowed() {
        Scene scene = Scene.unguarded();
        scene.says(B, master(R2, R1, 101, 101))
                .says(C, master(R3, R1, 101, 101))
                .dies(A);
        assertThat(scene.gate()).isEqualTo(State.AMBIGUOUS);
        assertThat(scene.says(C, replica(R2, B, 101)).followed()).isEqualTo(B);
    }

    @Test
    void aMasterWithANewIdIsANewHistory() {
        Scene scene = Scene.unguarded().breaks(A).says(A, master(R2, R1, 61, 60));
        assertThat(scene.shard().replicationId()).isEqualTo(R2);
        WritesLost lost = scene.told(WritesLost.class).get(0);
        assertThat(lost.bytesSeenPastFork()).isEqualTo(40);
        assertThat(scene.node(B).disqualified()).contains("past the fork");
        assertThat(scene.node(B).usable()).isFalse();
    }

    @Test
    void aMasterThatCameBackWithoutAParentHasLostAnUnknownAmount() {
        Scene scene = Scene.unguarded().breaks(A).says(A, master(R2, null, -1, 100));
        assertThat(scene.told(WritesLost.class).get(0).amountKnown()).isFalse();
        assertThat(scene.node(B).disqualified()).contains("replication id");
        assertThat(scene.node(B).freshness().proven()).isFalse();
    }

    @Test
    void aFirstReplicaGivesItsMasterANewIdAndLosesNothing() {
        String process = "run_id:" + "a".repeat(40) + "\r\n";
        Scene scene = Scene.withoutSentinels(A).says(A, master(R1, null, -1, 0) + process);
        scene.says(A, master(R2, null, -1, 14) + process);
        assertThat(scene.shard().replicationId()).isEqualTo(R2);
        assertThat(scene.told(WritesLost.class)).isEmpty();
    }

    @Test
    void whatWasAcknowledgedAfterTheLastSampleBelowTheForkIsPossiblyLost() {
        Scene scene = Scene.unguarded()
                .at(50)
                .says(A, master(R1, null, -1, 140))
                .at(70)
                .says(A, master(R1, null, -1, 180));
        scene.dies(A).says(B, master(R2, R1, 151, 151));
        WritesLost lost = scene.told(WritesLost.class).get(0);
        assertThat(lost.amountKnown()).isTrue();
        assertThat(lost.survivedUntilNanos()).isEqualTo(Scene.nanos(50));
        assertThat(lost.bytesSeenPastFork()).isEqualTo(30);
        assertThat(lost.oldHistory()).isEqualTo(R1);
    }

    @Test
    void aDeadMasterIsToldOnceAndComesBack() {
        Scene scene = Scene.guarded().dies(A);
        assertThat(scene.told(MasterLost.class)).hasSize(1);
        assertThat(scene.gate()).isEqualTo(State.HELD);
        scene.says(A, master(R1, null, -1, 100));
        assertThat(scene.gate()).isEqualTo(State.OPEN);
        assertThat(scene.told(MasterChanged.class)).isEmpty();
    }

    @Test
    void afterATotalOutageTheOnlyMasterLeftIsFollowedInTheEnd() {
        Scene scene = Scene.unguarded().at(100).dies(A).dies(B).dies(C).at(200).says(B, master(R3, null, -1, 4));
        assertThat(scene.followed()).isEqualTo(A);
        assertThat(scene.gate()).isEqualTo(State.HELD);
        assertThat(scene.at(5_200).tick().followed()).isEqualTo(B);
        assertThat(scene.gate()).isEqualTo(State.OPEN);
    }

    @Test
    void oneServerUnderTwoNamesStandsOnce() {
        Endpoint localhost = Endpoint.parse("redis-1:6379");
        String process = "run_id:" + "b".repeat(40) + "\r\n";
        Scene scene = Scene.withoutSentinels(localhost).says(localhost, master(R1, null, -1, 10) + process);
        scene.says(B, replica(R1, A, 10));
        scene = Scene.withoutSentinels(localhost, B)
                .says(localhost, master(R1, null, -1, 10) + process)
                .says(B, replica(R1, A, 10))
                .says(A, master(R1, null, -1, 10) + process);
        assertThat(scene.followed()).isEqualTo(localhost);
        assertThat(scene.node(A)).isNull();
        assertThat(scene.gate()).isEqualTo(State.OPEN);
        assertThat(scene.tick().node(A)).isNull();
    }

    @Test
    void aNodeThatNobodyNamesLeavesOnceItIsGoneForLong() {
        Scene scene = Scene.withoutSentinels(A)
                .says(A, master(R1, null, -1, 10) + "slave0:ip=10.0.0.2,port=6379,state=online,offset=1,lag=0\r\n")
                .says(B, replica(R1, A, 10));
        scene.at(100).says(A, master(R1, null, -1, 10)).dies(B);
        assertThat(scene.at(30_000).tick().node(B)).isNotNull();
        assertThat(scene.at(30_200).tick().node(B)).isNull();
        assertThat(scene.told(TopologyEvent.NodeLeft.class)).hasSize(1);
    }
}
