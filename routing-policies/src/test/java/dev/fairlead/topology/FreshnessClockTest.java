package dev.fairlead.topology;

import static dev.fairlead.topology.Scene.A;
import static dev.fairlead.topology.Scene.B;
import static dev.fairlead.topology.Scene.C;
import static dev.fairlead.topology.Scene.R1;
import static dev.fairlead.topology.Scene.R2;
import static dev.fairlead.topology.Scene.R3;
import static dev.fairlead.topology.Scene.S1;
import static dev.fairlead.topology.Scene.master;
import static dev.fairlead.topology.Scene.nanos;
import static dev.fairlead.topology.Scene.replica;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FreshnessClockTest {
    @Example
    void aReplicaIsAsFreshAsTheLatestProbeWhoseOffsetItHasApplied() {
        Scene scene = Scene.unguarded()
                .at(20)
                .says(A, master(R1, null, -1, 500))
                .at(70)
                .says(A, master(R1, null, -1, 740));
        scene.says(B, replica(R1, A, 620));
        assertThat(scene.node(B).freshness()).isEqualTo(new Node.Freshness(true, nanos(20), 120, nanos(70)));
        scene.says(B, replica(R1, A, 740));
        assertThat(scene.node(B).freshness().asOfNanos()).isEqualTo(nanos(70));
    }

    @Example
    void theMasterIsAsFreshAsItsOwnLastProbe() {
        Scene scene = Scene.unguarded()
                .at(20)
                .says(A, master(R1, null, -1, 500))
                .at(400)
                .tick();
        assertThat(scene.shard().master().freshness().asOfNanos()).isEqualTo(nanos(20));
    }

    @Example
    void aReplicaCutOffFromItsMasterKeepsWhatWasSeenWhileItWasUp() {
        String down = replica(R1, A, 130).replace("status:up", "status:down");
        Scene scene =
                Scene.unguarded().at(20).says(A, master(R1, null, -1, 120)).says(B, replica(R1, A, 125));
        scene.says(B, down);
        assertThat(scene.node(B).position()).isEqualTo(new ReplicationPosition(R1, 125));
        assertThat(scene.node(B).freshness().asOfNanos()).isEqualTo(nanos(20));
        // On a new link nothing of it was seen; it has data, so a read without a bound may still go there.
        scene.breaks(B).says(B, down);
        assertThat(scene.node(B).position()).isNull();
        assertThat(scene.node(B).usable()).isTrue();
        assertThat(scene.node(B).disqualified()).contains("link to its master is down");
    }

    @Example
    void whatWasSeenIsVoidOnceTheReplicaIsPointedElsewhereOrFallsBack() {
        for (String after : new String[] {replica(R1, C, 130), replica(R1, A, 110)}) {
            Scene scene = Scene.unguarded().says(B, replica(R1, A, 125));
            scene.says(B, after.replace("status:up", "status:down"));
            assertThat(scene.node(B).position()).isNull();
        }
    }

    @Example
    void aBrokenLinkALoadingNodeAndAJumpOfTheClockVoidSamples() {
        Scene scene = Scene.unguarded();
        assertThat(scene.node(B).freshness().proven()).isTrue();
        scene.see(new Observation.NodeLoading(B, nanos(30)));
        assertThat(scene.node(B).usable()).isFalse();
        assertThat(scene.breaks(C).node(C).freshness().proven()).isFalse();
        assertThat(scene.node(C).linkId()).isZero();
        scene.at(50).see(new Observation.ClockJumped(nanos(50)));
        scene.see(new Observation.NodeReported(
                A, 1, nanos(49), nanos(51), ReplicationInfo.parse(master(R1, null, -1, 100))));
        assertThat(scene.shard().master().freshness().proven()).isFalse();
        assertThat(scene.at(60)
                        .says(A, master(R1, null, -1, 100))
                        .shard()
                        .master()
                        .usable())
                .isTrue();
    }

    @Example
    void anAnswerOverABrokenLinkSaysNothing() {
        Scene scene = Scene.withoutSentinels(A);
        scene.see(new Observation.LinkBroken(A, 7, nanos(1), "reset"));
        scene.see(new Observation.NodeReported(A, 7, 0, nanos(2), ReplicationInfo.parse(master(R1, null, -1, 100))));
        assertThat(scene.followed()).isNull();
    }

    @Example
    void aReplicaOfTheOldHistoryServesUpToTheForkAndNotPastIt() {
        Scene scene = Scene.unguarded().says(C, replica(R1, A, 160)).dies(A).says(B, master(R2, R1, 101, 101));
        assertThat(scene.node(C).disqualified()).contains("past the fork");
        scene = Scene.unguarded().dies(A).says(B, master(R2, R1, 101, 100));
        assertThat(scene.node(C).disqualified()).isNull();
        assertThat(scene.node(C).freshness().proven()).isTrue();
    }

    /** Rules 3 and 6. */
    @Example
    void aNodeWhoseDataMayHaveBeenReplacedBeginsAnIncarnation() {
        Scene scene = Scene.unguarded().at(20).says(B, replica(R1, A, 120));
        long first = scene.node(B).incarnation();
        scene.says(B, replica(R1, A, 130));
        assertThat(scene.node(B).incarnation()).as("it only went on").isEqualTo(first);
        List<Long> seen = new ArrayList<>(List.of(first));
        seen.add(scene.says(B, replica(R1, A, 110)).node(B).incarnation());
        seen.add(scene.says(B, replica(R2, A, 110)).node(B).incarnation());
        seen.add(scene.says(B, replica(R2, C, 110)).node(B).incarnation());
        seen.add(scene.breaks(B).says(B, replica(R2, C, 110)).node(B).incarnation());
        scene.see(new Observation.NodeLoading(B, nanos(500)));
        seen.add(scene.at(501).says(B, replica(R2, C, 110)).node(B).incarnation());
        seen.add(scene.says(B, replica(R2, C, 110).replace("sync_in_progress:0", "sync_in_progress:1"))
                .node(B)
                .incarnation());
        seen.add(scene.says(B, replica(R2, C, 110)).node(B).incarnation());
        seen.add(scene.node(C).incarnation());
        assertThat(seen).doesNotHaveDuplicates();
    }

    /** Rule 8. */
    @Example
    void aTokenIsMadeOfASampleThatLeftAfterWhatItStandsFor() {
        Scene scene = Scene.unguarded().at(20).says(A, master(R1, null, -1, 500));
        assertThat(scene.shard().tokenSince(nanos(20)))
                .isEqualTo(new ConsistencyToken(List.of(new ReplicationPosition(R1, 500))));
        assertThat(scene.shard().tokenSince(nanos(21))).isNull();
        scene.at(40).says(A, master(R1, null, -1, 500));
        assertThat(scene.shard().tokenSince(nanos(40)).positions().get(0).offset())
                .isEqualTo(500);
    }

    /** Rule 8. */
    @Example
    void aTokenStandsUpToTheForkIsLostPastItAndUnprovableElsewhere() {
        Scene scene = Scene.guarded().at(20).says(A, master(R1, null, -1, 900)).dies(A);
        scene.sentinel(S1, B, 2).says(B, master(R2, R1, 701, 800));
        assertThat(scene.followed()).isEqualTo(B);
        assertThat(standing(scene, R2, 800)).isEqualTo(TokenStanding.provable(800));
        assertThat(standing(scene, R1, 700)).isEqualTo(TokenStanding.provable(700));
        assertThat(standing(scene, R1, 701).kind()).isEqualTo(TokenStanding.Kind.LOST);
        assertThat(standing(scene, R1, 701).offset()).isEqualTo(700);
        assertThat(standing(scene, R3, 1).kind()).isEqualTo(TokenStanding.Kind.UNPROVABLE);
        ConsistencyToken both =
                new ConsistencyToken(List.of(new ReplicationPosition(R1, 650), new ReplicationPosition(R2, 750)));
        assertThat(scene.shard().standing(both)).isEqualTo(TokenStanding.provable(750));
    }

    /** An early adoption may be taken back: until it is confirmed nothing is said to be lost. */
    @Example
    void nothingIsLostByAnAdoptionThatIsNotAnnouncedYet() {
        Scene scene = Scene.guarded().at(20).says(A, master(R1, null, -1, 900)).selects(B);
        scene.says(B, master(R2, R1, 701, 701));
        assertThat(scene.followed()).isEqualTo(B);
        assertThat(standing(scene, R1, 900).kind()).isEqualTo(TokenStanding.Kind.UNPROVABLE);
        scene.sentinel(S1, B, 2);
        assertThat(standing(scene, R1, 900).kind()).isEqualTo(TokenStanding.Kind.LOST);
    }

    private static TokenStanding standing(Scene scene, ReplicationId id, long offset) {
        return scene.shard().standing(new ConsistencyToken(List.of(new ReplicationPosition(id, offset))));
    }

    @Example
    void aMasterWithoutABacklogGivesNoOffsets() {
        String idle = master(R1, null, -1, 0).replace("backlog_active:1", "backlog_active:0");
        assertThat(proves(idle, EnumSet.allOf(Rule.class))).isFalse();
        assertThat(proves(idle, ReplicationModel.allBut(Rule.BACKLOG_ACTIVE)))
                .as("the rule is needed")
                .isTrue();
    }

    private static boolean proves(String master, Set<Rule> rules) {
        Scene scene = new Scene(false, rules, TopologySettings.DEFAULT, A, B);
        scene.says(A, master).says(B, replica(R1, A, 0));
        assertThat(scene.shard().master().freshness().proven()).isTrue();
        return scene.node(B).freshness().proven();
    }

    @Property(tries = 300)
    void samplesAnswerLikeTheFullListOfThem(
            @ForAll @Size(min = 1, max = 60) java.util.List<@IntRange(max = 20) Integer> offsets,
            @ForAll @IntRange(max = 21) int applied) {
        MasterSamples samples = MasterSamples.NONE;
        long expected = -1;
        for (int i = 0; i < offsets.size(); i++) {
            // Answers may come in another order than their requests left.
            int sent = i % 2 == 0 ? i + 1 : i - 1;
            samples = samples.with(sent, offsets.get(i));
            expected = offsets.get(i) <= applied ? Math.max(expected, sent) : expected;
        }
        assertThat(samples.covers(applied)).isEqualTo(expected >= 0);
        if (expected >= 0) {
            assertThat(samples.asOfNanos(applied)).isEqualTo(expected);
        }
    }

    @Example
    void samplesStayInTheirBoundAndErrToTheStaleSide() {
        MasterSamples samples = MasterSamples.NONE;
        for (int i = 0; i < 100_000; i++) {
            samples = samples.with(i, 10L * i);
            assertThat(samples.size()).isLessThanOrEqualTo(MasterSamples.CAPACITY);
        }
        assertThat(samples.asOfNanos(999_985)).isEqualTo(99_998);
        for (long applied = 0; applied < 1_000_000; applied += 997) {
            assertThat(samples.asOfNanos(applied)).isLessThanOrEqualTo(applied / 10);
        }
    }
}
