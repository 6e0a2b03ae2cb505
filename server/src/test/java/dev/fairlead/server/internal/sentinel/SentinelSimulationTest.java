package dev.fairlead.server.internal.sentinel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.internal.sentinel.SimulatedCluster.Guard;
import dev.fairlead.server.internal.sentinel.SimulatedCluster.Member;
import dev.fairlead.server.internal.sentinel.SimulatedCluster.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The state machine over a simulated network. Whatever a test is about, in every run each Sentinel votes once in an epoch, no
 * epoch has two leaders, nobody leads without the votes of a majority, and nobody promotes who does not lead: the simulated
 * cluster sees to that. {@code -Dfairlead.sentinel.seeds=N} runs more seeds, {@code -Dfairlead.sentinel.seed=S} one again.
 */
@Timeout(900)
class SentinelSimulationTest {
    private static final int SEEDS = Integer.getInteger("fairlead.sentinel.seeds", 50);
    private static final Long ONLY = Long.getLong("fairlead.sentinel.seed");
    /** Longer than any patience in the simulated settings: 2 s of tilt, two failover timeouts and what follows. */
    private static final long SETTLE_MILLIS = 30_000;

    /** A broken rule shows within the first few of them. */
    private static final int SEEDS_TO_CATCH = 200;

    private static long runs;
    private static long elections;
    private static long failovers;

    private static void forEachSeed(LongFunction<SimulatedCluster> run) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            long chosen = ONLY == null ? seed : ONLY;
            try {
                SimulatedCluster cluster = run.apply(chosen);
                runs++;
                elections += cluster.elections;
                failovers += cluster.failovers;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed=" + chosen + ": " + e.getMessage(), e);
            }
            if (ONLY != null) {
                return;
            }
        }
    }

    @AfterAll
    static void tellHowMuchWasSimulated() {
        System.out.println("simulated: " + runs + " runs, " + elections + " elections, " + failovers + " failovers");
    }

    private static void assertSettled(SimulatedCluster cluster) {
        assertThat(cluster.disagreement())
                .as(() -> String.join(
                        "\n",
                        cluster.history.subList(Math.max(0, cluster.history.size() - 80), cluster.history.size())))
                .isNull();
    }

    @Test
    void everySentinelFindsAllReplicasAndTheOtherSentinels() {
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, 3);
            cluster.run(1_000);
            assertThat(cluster.guards).allMatch(guard -> guard.state.sees(SimulatedCluster.NAME, 2, 2));
            return cluster;
        });
    }

    @Test
    void aKilledMasterGivesOneFailoverAndReturnsAsReplica() {
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, 3);
            cluster.run(2_000);
            Server old = cluster.masterServer();
            old.crash();
            cluster.run(10_000);
            assertSettled(cluster);
            assertThat(cluster.promotions).as(cluster::recentHistory).isEqualTo(1);
            assertThat(cluster.switches)
                    .as("one +switch-master from each Sentinel")
                    .isEqualTo(3);
            old.restart();
            cluster.run(10_000);
            assertSettled(cluster);
            assertThat(old.master).isNotNull();
            assertThat(cluster.promotions).as(cluster::recentHistory).isEqualTo(1);
            return cluster;
        });
    }

    @Test
    void aFrozenMasterIsAReplicaSoonAfterItThaws() {
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, 3);
            cluster.run(2_000);
            Server old = cluster.masterServer();
            old.frozen = true;
            cluster.run(8_000);
            old.thaw();
            cluster.run(8_000);
            assertSettled(cluster);
            assertThat(cluster.promotions).as(cluster::recentHistory).isEqualTo(1);
            return cluster;
        });
    }

    @Test
    void anOrderedFailoverPromotesWithinATenthOfASecondAndFencesTheOldMaster() {
        List<Long> promotedAfter = new ArrayList<>();
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, 3);
            cluster.run(2_000);
            Server old = cluster.masterServer();
            Guard leader = cluster.guards.get((int) (seed % 3));
            long ordered = cluster.net.now;
            assertThat(leader.orderFailover(false)).isEmpty();
            while (leader.view().equals(old.endpoint) && cluster.net.now < ordered + 2_000) {
                cluster.run(1);
            }
            promotedAfter.add(cluster.net.now - ordered);
            cluster.run(1_000);
            assertThat(old.master).as("the old master takes no more writes").isNotNull();
            cluster.run(10_000);
            assertSettled(cluster);
            assertThat(cluster.promotions).as(cluster::recentHistory).isEqualTo(1);
            return cluster;
        });
        promotedAfter.sort(null);
        // One message in fifty takes up to 120 ms here, which is not the Sentinel's fault.
        assertThat(promotedAfter.get(promotedAfter.size() / 2))
                .as("median, in ms: " + promotedAfter)
                .isLessThan(100);
    }

    @Test
    void replicasAreSentToTheNewMasterOneAtATime() {
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 5, 3);
            cluster.run(2_000);
            int leader = (int) (seed % 3);
            assertThat(cluster.guards.get(leader).orderFailover(false)).isEmpty();
            cluster.run(10_000);
            assertSettled(cluster);
            int sent = 0;
            int done = 0;
            for (String line : cluster.history) {
                sent += line.contains(" sentinel" + (leader + 1) + " +slave-reconf-sent slave") ? 1 : 0;
                done += line.contains(" sentinel" + (leader + 1) + " +slave-reconf-done slave") ? 1 : 0;
                assertThat(sent - done)
                        .as("under way at '" + line + "', with parallel-syncs 1")
                        .isLessThanOrEqualTo(1);
            }
            assertThat(done).as("the three replicas that are left").isEqualTo(3);
            return cluster;
        });
    }

    @Test
    void aMasterHandsOverWhenItIsAskedTo() {
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, 3);
            cluster.run(2_000);
            Server old = cluster.masterServer();
            assertThat(cluster.guards.get((int) (seed % 3)).orderFailover(true)).isEmpty();
            cluster.run(10_000);
            assertSettled(cluster);
            assertThat(old.master).isNotNull();
            assertThat(cluster.promotions).as(cluster::recentHistory).isEqualTo(1);
            assertThat(cluster.failovers).isEqualTo(1);
            return cluster;
        });
    }

    @Test
    void aMasterThatDiesWhileItHandsOverIsFailedOverAtOnce() {
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, 1); // Others would elect one of their own.
            cluster.run(2_000);
            Server old = cluster.masterServer();
            assertThat(cluster.guards.get(0).orderFailover(true)).isEmpty();
            cluster.run(seed % 200);
            old.crash();
            cluster.run(SimulatedCluster.FAILOVER_TIMEOUT); // in less time than a step may take
            assertSettled(cluster);
            assertThat(cluster.guards).noneMatch(guard -> guard.view().equals(old.endpoint));
            return cluster;
        });
    }

    @Test
    void aMinorityNeverFailsOver() {
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, 5, 2);
            cluster.run(2_000);
            Server master = cluster.masterServer();
            List<Member> minority = new ArrayList<>(cluster.servers.values());
            minority.remove(master);
            minority.addAll(cluster.guards.subList(0, 2));
            minority.forEach(member -> cluster.part(member, 1));
            cluster.run(20_000);
            assertThat(cluster.promotions).as(cluster::recentHistory).isZero();
            minority.forEach(member -> cluster.part(member, 0));
            cluster.run(SETTLE_MILLIS);
            assertSettled(cluster);
            return cluster;
        });
    }

    @Test
    void aSentinelWhoseFellowsAreDeadSaysThatItIsNotElectedAndWhenItMayTryAgain() {
        SimulatedCluster cluster = new SimulatedCluster(1, 3, 3, 1);
        cluster.run(2_000);
        cluster.guards.get(1).crash();
        cluster.guards.get(2).crash();
        cluster.masterServer().crash();
        cluster.run(5_000);
        assertThat(cluster.promotions).isZero();
        assertThat(cluster.history)
                .anyMatch(line -> line.contains("-failover-abort-not-elected master mymaster 10.0.0.1 6379"))
                .anyMatch(line -> line.matches(
                        ".*Next failover delay: I will not start a failover of mymaster again before \\d{4} ms.*"));
    }

    @Test
    void twoOrdersOnBothSidesOfAPartitionEndInOneMaster() {
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, 3);
            cluster.run(2_000);
            List<Server> servers = new ArrayList<>(cluster.servers.values());
            cluster.part(servers.get(1), 1);
            cluster.part(cluster.guards.get(0), 1);
            cluster.run(1_000);
            assertThat(cluster.guards.get(0).orderFailover(false)).isEmpty();
            assertThat(cluster.guards.get(1).orderFailover(false)).isEmpty();
            cluster.run(1_000);
            assertThat(cluster.disagreement())
                    .as("two masters, made in one epoch")
                    .isNotNull();
            cluster.part(servers.get(1), 0);
            cluster.part(cluster.guards.get(0), 0);
            cluster.run(2_000);
            assertThat(cluster.guards.stream().map(Guard::view).distinct())
                    .as(cluster::recentHistory)
                    .hasSize(1);
            cluster.run(SETTLE_MILLIS);
            assertSettled(cluster);
            return cluster;
        });
    }

    @Test
    void restartsInTheMiddleOfAnElectionGiveNobodyASecondVote() {
        forEachSeed(seed -> restartVoters(seed, UnaryOperator.identity()));
    }

    /** The master dies, and while its Sentinels run for its succession each may be killed and be back before the others notice. */
    private static SimulatedCluster restartVoters(long seed, UnaryOperator<List<String>> disks) {
        SimulatedCluster cluster = new SimulatedCluster(seed, 3, 5);
        cluster.disks = disks;
        SplittableRandom random = new SplittableRandom(seed);
        cluster.run(2_000);
        cluster.net.slowOneIn = 2; // so that several run in one epoch
        cluster.masterServer().crash();
        for (Guard guard : cluster.guards) {
            if (random.nextBoolean()) {
                long kill = random.nextLong(350, 650);
                cluster.net.after(kill, guard::crash);
                cluster.net.after(kill + random.nextLong(1, 50), guard::restart);
            }
        }
        cluster.run(2_000);
        cluster.net.slowOneIn = 50;
        cluster.run(2 * SimulatedCluster.FAILOVER_TIMEOUT + 4_000); // for a second attempt
        cluster.servers.values().stream().filter(server -> !server.alive).forEach(Server::restart);
        cluster.run(10_000);
        assertSettled(cluster);
        return cluster;
    }

    @Test
    void aSentinelThatForgetsItsVoteIsCaughtVotingTwice() {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= SEEDS_TO_CATCH; seed++) {
                        restartVoters(seed, lines -> without(lines, "sentinel leader-epoch"));
                    }
                })
                .hasMessageContaining("voted twice in epoch");
    }

    @Test
    void aSentinelThatForgetsTheOthersIsCaughtLeadingAMinority() {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= SEEDS_TO_CATCH; seed++) {
                        SimulatedCluster cluster = new SimulatedCluster(seed, 3, 5, 2);
                        cluster.disks = lines -> without(lines, "sentinel known-sentinel");
                        cluster.run(2_000);
                        Server master = cluster.masterServer();
                        List<Member> minority = new ArrayList<>(cluster.servers.values());
                        minority.remove(master);
                        minority.addAll(cluster.guards.subList(0, 2));
                        minority.forEach(member -> cluster.part(member, 1));
                        cluster.guards.subList(0, 2).forEach(guard -> {
                            guard.crash();
                            guard.restart();
                        });
                        cluster.run(20_000);
                    }
                })
                .hasMessageContaining("a minority of 2 elected");
    }

    private static List<String> without(List<String> lines, String start) {
        return lines.stream().filter(line -> !line.startsWith(start)).toList();
    }

    @Test
    void whateverHappensTheClusterEndsWithOneMasterAndTheOthersItsReplicas() {
        forEachSeed(seed -> {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, seed % 2 == 0 ? 3 : 5);
            SplittableRandom random = new SplittableRandom(seed);
            cluster.run(2_000);
            cluster.net.lossOneIn = (int) (seed % 3) * 1_000; // none, a bad network, a better one
            cluster.net.duplicateOneIn = (int) (seed % 4) * 20;
            for (int fault = 0; fault < 6; fault++) {
                breakSomething(cluster, random);
                cluster.run(random.nextInt(100, 4_000));
            }
            cluster.net.lossOneIn = 0;
            cluster.net.duplicateOneIn = 0;
            cluster.servers.values().stream().filter(server -> server.frozen).forEach(Member::thaw);
            cluster.guards.stream().filter(guard -> guard.frozen).forEach(Member::thaw);
            cluster.servers.values().stream().filter(server -> !server.alive).forEach(Server::restart);
            cluster.guards.stream().filter(guard -> !guard.alive).forEach(Guard::restart);
            cluster.servers.values().forEach(server -> cluster.part(server, 0));
            cluster.guards.forEach(guard -> cluster.part(guard, 0));
            cluster.run(SETTLE_MILLIS);
            assertSettled(cluster);
            return cluster;
        });
    }

    private static void breakSomething(SimulatedCluster cluster, SplittableRandom random) {
        List<Server> servers = new ArrayList<>(cluster.servers.values());
        Server server = servers.get(random.nextInt(servers.size()));
        Guard guard = cluster.guards.get(random.nextInt(cluster.guards.size()));
        switch (random.nextInt(7)) {
            case 0 -> {
                if (server.alive) {
                    server.crash();
                } else {
                    server.restart();
                }
            }
            case 1 -> {
                if (guard.alive) {
                    guard.crash();
                } else {
                    guard.restart();
                }
            }
            case 2 -> {
                if (server.frozen) {
                    server.thaw();
                } else {
                    server.frozen = server.alive;
                }
            }
            case 3 -> {
                if (guard.frozen) {
                    guard.thaw();
                } else {
                    guard.frozen = guard.alive;
                }
            }
            case 4 -> cluster.part(server, random.nextInt(2));
            case 5 -> cluster.part(guard, random.nextInt(2));
            default -> {
                if (guard.alive && !guard.frozen) {
                    guard.orderFailover(random.nextBoolean());
                }
            }
        }
    }
}
