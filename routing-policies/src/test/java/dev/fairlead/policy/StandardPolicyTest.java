package dev.fairlead.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.topology.ConsistencyToken;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Node.Freshness;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.Role;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.Sightings;
import dev.fairlead.topology.TokenStanding;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.WriteGate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StandardPolicyTest {
    private static final long NOW = ms(10_000);
    private static final RoutingSettings STANDARD = PolicySet.standard()
            .settingsFor(
                    dev.fairlead.command.CommandTable.standard().get("get"), new byte[1][0], SettingsOverride.NONE);
    private static final Node MASTER = node("10.0.0.1", Role.MASTER, 50, 0, null);

    private final Load load = new Load();

    private static long ms(long millis) {
        return millis * 1_000_000;
    }

    /** A node that is fresh as of so many milliseconds ago; negative: nothing is proven. */
    private static Node node(String host, Role role, long ageMillis, long lagBytes, String disqualified) {
        Freshness freshness =
                ageMillis < 0 ? Freshness.NONE : new Freshness(true, NOW - ms(ageMillis), lagBytes, NOW - ms(20));
        return new Node(new Endpoint(host, 6379), role, 1, host.hashCode(), null, freshness, true, disqualified);
    }

    private static Node replica(int number, long ageMillis, long lagBytes) {
        return node("10.0.1." + number, Role.REPLICA, ageMillis, lagBytes, null);
    }

    private static Node unusable(Node node, String why) {
        return new Node(
                node.endpoint(), node.role(), node.linkId(), node.incarnation(), null, Freshness.NONE, false, why);
    }

    private record Fixed(Node master, List<Node> replicas) implements Shard {
        @Override
        public List<Node> others() {
            return List.of();
        }

        @Override
        public WriteGate writeGate() {
            return WriteGate.OPEN;
        }

        @Override
        public Node node(Endpoint endpoint) {
            return null;
        }

        @Override
        public ReplicationId replicationId() {
            return null;
        }

        @Override
        public long adoptedNanos() {
            return 0;
        }

        @Override
        public TokenStanding standing(ConsistencyToken token) {
            throw new UnsupportedOperationException("the driver asks, and hands the answer in");
        }

        @Override
        public ConsistencyToken tokenSince(long nanos) {
            throw new UnsupportedOperationException("the driver asks");
        }
    }

    private static Topology topology(Node... replicas) {
        return new Topology(1, List.of(new Fixed(MASTER, List.of(replicas))));
    }

    private static final class Load implements LoadView {
        final Map<Endpoint, Integer> inFlight = new HashMap<>();
        final Map<Endpoint, Double> latency = new HashMap<>();
        final Map<Endpoint, Boolean> down = new HashMap<>();

        @Override
        public int inFlight(Node node) {
            return inFlight.getOrDefault(node.endpoint(), 0);
        }

        @Override
        public double latencyNanos(Node node) {
            return latency.getOrDefault(node.endpoint(), 0.0);
        }

        @Override
        public boolean available(Node node) {
            return !down.containsKey(node.endpoint());
        }
    }

    private static RoutingSettings settings(
            ReadFrom from, Duration maxLag, long bytes, WhenNoneIsFresh none, Balance balance) {
        return new RoutingSettings(
                "test",
                from,
                Consistency.EVENTUAL,
                maxLag,
                bytes,
                none,
                balance,
                Map.of(),
                null,
                Retry.READS,
                Hedge.NEVER);
    }

    private static RoutingSettings within(long millis, WhenNoneIsFresh none) {
        return settings(ReadFrom.REPLICA_PREFERRED, Duration.ofMillis(millis), -1, none, Balance.ROUND_ROBIN);
    }

    private static RoutingRequest request(RoutingSettings settings) {
        return new RoutingRequest(settings, NOW, Demand.NOTHING, ms(100), 0);
    }

    private static RoutingRequest mustSee(long agoMillis, boolean inFlight) {
        return new RoutingRequest(STANDARD, NOW, Demand.ofWrites(NOW - ms(agoMillis), inFlight), ms(100), 0);
    }

    private RoutePlan plan(RoutingRequest request, Topology topology) {
        return RoutingPolicy.standard().plan(request, topology, load, new Random(1));
    }

    private List<String> order(RoutingRequest request, Topology topology) {
        return plan(request, topology).candidates().stream()
                .map(candidate -> candidate.node().endpoint().host())
                .toList();
    }

    private String reason(RoutingRequest request, Topology topology, Node node) {
        RoutePlan plan = plan(request, topology);
        return java.util.stream.Stream.of(plan.candidates(), plan.passedOver())
                .flatMap(List::stream)
                .filter(candidate -> candidate.node().equals(node))
                .findFirst()
                .orElseThrow()
                .reason();
    }

    @Test
    void readsPreferReplicasAndKeepTheMasterForLast() {
        assertThat(order(request(within(500, WhenNoneIsFresh.MASTER)), topology(replica(1, 10, 0), replica(2, 20, 0))))
                .containsExactly("10.0.1.1", "10.0.1.2", "10.0.0.1");
    }

    @Test
    void aReplicaBeyondTheBoundIsPassedOverWithItsAge() {
        Node late = replica(1, 840, 0);
        RoutingRequest request = request(within(500, WhenNoneIsFresh.MASTER));
        assertThat(order(request, topology(late, replica(2, 500, 0)))).containsExactly("10.0.1.2", "10.0.0.1");
        assertThat(reason(request, topology(late), late))
                .isEqualTo("fresh as of 840 ms ago, 0 in flight  passed over: 840 ms behind, the bound is 500 ms");
    }

    @Test
    void readsFallBackToTheMasterWhenEveryReplicaIsStale() {
        RoutingRequest request = request(within(30, WhenNoneIsFresh.MASTER));
        RoutePlan plan = plan(request, topology(replica(1, 840, 0), replica(2, 900, 0)));
        assertThat(plan.fallback()).isTrue();
        assertThat(plan.candidates()).hasSize(1);
        assertThat(plan.candidates().get(0).node()).isEqualTo(MASTER);
    }

    @Test
    void theOtherFallbacksDoAsTheySay() {
        Topology topology = topology(replica(1, 840, 0), replica(2, 600, 0), replica(3, -1, 0));
        assertThat(order(request(within(30, WhenNoneIsFresh.LEAST_STALE)), topology))
                .containsExactly("10.0.0.1", "10.0.1.2", "10.0.1.1", "10.0.1.3");
        assertThat(order(request(within(30, WhenNoneIsFresh.FAIL)), topology)).isEmpty();
        WhenNoneIsFresh wait = new WhenNoneIsFresh(WhenNoneIsFresh.Kind.WAIT, Duration.ofMillis(50));
        assertThat(order(request(within(30, wait)), topology)).isEmpty();
    }

    @Test
    void readsFromReplicasAloneNeverReachTheMaster() {
        for (WhenNoneIsFresh none :
                List.of(WhenNoneIsFresh.MASTER, WhenNoneIsFresh.LEAST_STALE, WhenNoneIsFresh.FAIL)) {
            RoutingSettings settings = settings(ReadFrom.REPLICA, Duration.ofMillis(30), -1, none, Balance.ROUND_ROBIN);
            assertThat(order(request(settings), topology(replica(1, 840, 0)))).doesNotContain("10.0.0.1");
            assertThat(order(request(settings), topology())).isEmpty();
        }
    }

    @Test
    void aReadSeesTheLastWriteOnAReplicaThatIsProvenToHaveIt() {
        Topology topology = topology(replica(1, 38, 0), replica(2, 840, 0));
        assertThat(order(mustSee(120, false), topology)).containsExactly("10.0.1.1", "10.0.0.1");
        assertThat(reason(mustSee(120, false), topology, replica(1, 38, 0)))
                .endsWith("taken: covers the last write 120 ms ago");
        assertThat(reason(mustSee(120, false), topology, replica(2, 840, 0)))
                .endsWith("passed over: the last write is younger");
        // The master has it whenever it was last probed.
        assertThat(order(mustSee(20, false), topology)).containsExactly("10.0.0.1");
    }

    /** Rule 6. */
    @Test
    void aReadNeverGoesBackBehindTheLastOneFromAnotherNode() {
        Node here = replica(1, 200, 0);
        Node elsewhere = replica(2, 200, 0);
        Topology topology = topology(here, elsewhere);
        Sightings seen = Sightings.NONE.with(here.incarnation(), NOW - ms(100));
        assertThat(order(new RoutingRequest(STANDARD, NOW, demand(seen), ms(100), 0), topology))
                .containsExactly("10.0.1.1", "10.0.0.1");
        assertThat(reason(new RoutingRequest(STANDARD, NOW, demand(seen), ms(100), 0), topology, elsewhere))
                .endsWith("passed over: the last read elsewhere is younger");
        Sightings both = seen.with(elsewhere.incarnation(), NOW - ms(90));
        assertThat(order(new RoutingRequest(STANDARD, NOW, demand(both), ms(100), 0), topology))
                .as("neither is known to have what the other one showed")
                .containsExactly("10.0.0.1");
    }

    @Test
    void aReadThatNeverGoesBackKeepsAwayFromNodesOfAnotherHistory() {
        Node foreign = node("10.0.1.1", Role.REPLICA, -1, 0, "its replication id is not its master's");
        assertThat(order(new RoutingRequest(STANDARD, NOW, demand(Sightings.NONE), ms(100), 0), topology(foreign)))
                .containsExactly("10.0.0.1");
    }

    private static Demand demand(Sightings seen) {
        return new Demand(Sightings.NEVER, false, seen, null);
    }

    /** Rule 8: what cannot be proven is for the policy's fallback, and never for a replica. */
    @Test
    void aTokenOfAnUnknownHistoryIsNeverServedByAReplica() {
        Demand demand =
                new Demand(Sightings.NEVER, false, null, new TokenStanding(TokenStanding.Kind.UNPROVABLE, -1, null));
        Topology topology = topology(replica(1, 10, 0));
        for (WhenNoneIsFresh fallback : List.of(WhenNoneIsFresh.MASTER, WhenNoneIsFresh.LEAST_STALE)) {
            RoutingRequest request = new RoutingRequest(
                    settings(ReadFrom.REPLICA_PREFERRED, null, -1, fallback, Balance.RANDOM), NOW, demand, ms(100), 0);
            assertThat(order(request, topology)).containsExactly("10.0.0.1");
            assertThat(plan(request, topology).fallback()).isTrue();
        }
        RoutingRequest strict = new RoutingRequest(
                settings(ReadFrom.REPLICA_PREFERRED, null, -1, WhenNoneIsFresh.FAIL, Balance.RANDOM),
                NOW,
                demand,
                ms(100),
                0);
        assertThat(order(strict, topology)).isEmpty();
    }

    @Test
    void aWriteWithoutAReplyKeepsItsReadsOnTheMaster() {
        assertThat(order(mustSee(120, true), topology(replica(1, 38, 0)))).containsExactly("10.0.0.1");
    }

    @Test
    void aBoundInBytesNeedsARecentSample() {
        RoutingSettings bytes =
                settings(ReadFrom.REPLICA_PREFERRED, null, 100, WhenNoneIsFresh.FAIL, Balance.ROUND_ROBIN);
        Topology topology = topology(replica(1, 10, 100), replica(2, 10, 101));
        assertThat(order(request(bytes), topology)).containsExactly("10.0.1.1", "10.0.0.1");
        RoutingRequest late = new RoutingRequest(bytes, NOW, Demand.NOTHING, ms(19), 0);
        assertThat(order(late, topology)).isEmpty();
    }

    @Test
    void aNodeThatHoldsNothingUsefulIsAvoidedEvenWithoutABound() {
        Node loading = unusable(replica(1, 10, 0), "it is loading its data");
        Node cutOff = node("10.0.1.2", Role.REPLICA, -1, 0, "its link to its master is down");
        RoutingRequest eventual = request(
                settings(ReadFrom.REPLICA_PREFERRED, null, -1, WhenNoneIsFresh.LEAST_STALE, Balance.ROUND_ROBIN));
        assertThat(order(eventual, topology(loading, cutOff))).containsExactly("10.0.1.2", "10.0.0.1");
        assertThat(reason(eventual, topology(loading), loading)).endsWith("passed over: it is loading its data");
        assertThat(order(request(within(500, WhenNoneIsFresh.FAIL)), topology(cutOff)))
                .containsExactly("10.0.0.1");
    }

    @Test
    void aNodeThatTakesNoCallsIsPassedOver() {
        load.down.put(replica(1, 0, 0).endpoint(), true);
        assertThat(order(request(within(500, WhenNoneIsFresh.MASTER)), topology(replica(1, 10, 0))))
                .containsExactly("10.0.0.1");
    }

    @Test
    void eachBalanceSharesAsItSays() {
        Node one = replica(1, 10, 0);
        Node two = replica(2, 10, 0);
        Node three = replica(3, 10, 0);
        assertThat(shares(Balance.ROUND_ROBIN, one, two, three))
                .containsEntry("10.0.1.1", 1000)
                .containsEntry("10.0.1.3", 1000);
        assertThat(shares(Balance.RANDOM, one, two, three).values())
                .allSatisfy(n -> assertThat(n).isBetween(900, 1100));
        Map<String, Integer> weighted = shares(Balance.WEIGHTED, one, two, three);
        assertThat(weighted.get("10.0.1.1")).isBetween(1650, 1950);
        assertThat(weighted).doesNotContainKey("10.0.1.2");
        load.latency.putAll(Map.of(one.endpoint(), 4e5, two.endpoint(), 5e6, three.endpoint(), 4e5));
        // The slowest of three is only ever taken against itself: never.
        assertThat(shares(Balance.P2C_PEAK_EWMA, one, two, three)).doesNotContainKey("10.0.1.2");
    }

    @Test
    void nodesOfLikeLatencyShareTheReadsOfACallerThatMakesOneAtATime() {
        Node quick = replica(1, 10, 0);
        Node alike = replica(2, 10, 0);
        load.latency.putAll(Map.of(quick.endpoint(), 3e5, alike.endpoint(), 5e5));
        assertThat(shares(Balance.P2C_PEAK_EWMA, quick, alike).get("10.0.1.2")).isBetween(1350, 1650);
        load.inFlight.put(alike.endpoint(), 1);
        assertThat(shares(Balance.P2C_PEAK_EWMA, quick, alike)).containsOnlyKeys("10.0.1.1");
    }

    @Test
    void anUntriedNodeIsTriedFirstButNotPiledUpon() {
        Node known = replica(1, 10, 0);
        Node fresh = replica(2, 10, 0);
        load.latency.put(known.endpoint(), 4e5);
        assertThat(shares(Balance.P2C_PEAK_EWMA, known, fresh)).containsOnlyKeys("10.0.1.2");
        load.inFlight.put(fresh.endpoint(), 1);
        assertThat(shares(Balance.P2C_PEAK_EWMA, known, fresh)).containsOnlyKeys("10.0.1.1");
    }

    /** How 3,000 reads fall on the nodes; weights are 3, 0 and 2. */
    private Map<String, Integer> shares(Balance balance, Node... replicas) {
        Map<Endpoint, Integer> weights = Map.of(
                new Endpoint("10.0.1.1", 6379),
                3,
                new Endpoint("10.0.1.2", 6379),
                0,
                new Endpoint("10.0.1.3", 6379),
                2);
        RoutingSettings settings = new RoutingSettings(
                "test",
                ReadFrom.REPLICA_PREFERRED,
                Consistency.EVENTUAL,
                null,
                -1,
                WhenNoneIsFresh.MASTER,
                balance,
                weights,
                null,
                Retry.READS,
                Hedge.NEVER);
        Map<String, Integer> shares = new HashMap<>();
        Random random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            RoutingRequest request = new RoutingRequest(settings, NOW, Demand.NOTHING, ms(100), i);
            Node node = RoutingPolicy.standard().first(request, topology(replicas), load, random);
            shares.merge(node.endpoint().host(), 1, Integer::sum);
        }
        return shares;
    }

    @Test
    void theFirstChoiceIsThePlansFirstForEveryRequest() {
        int placed = 0;
        int fallbacks = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            Load randomLoad = new Load();
            Node[] replicas = new Node[random.nextInt(6)];
            for (int i = 0; i < replicas.length; i++) {
                Node node = node(
                        "10.0.1." + i,
                        Role.REPLICA,
                        random.nextInt(200) - 20,
                        random.nextInt(300),
                        random.nextInt(5) == 0 ? "its link to its master is down" : null);
                replicas[i] = random.nextInt(6) == 0 ? unusable(node, "it is in a full sync") : node;
                randomLoad.inFlight.put(node.endpoint(), random.nextInt(4));
                randomLoad.latency.put(node.endpoint(), random.nextInt(3) * 1e5);
                if (random.nextInt(6) == 0) {
                    randomLoad.down.put(node.endpoint(), true);
                }
            }
            RoutingSettings settings = new RoutingSettings(
                    "random",
                    any(ReadFrom.values(), random),
                    any(Consistency.values(), random),
                    random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(200)),
                    random.nextBoolean() ? -1 : random.nextInt(300),
                    any(
                            new WhenNoneIsFresh[] {
                                WhenNoneIsFresh.MASTER, WhenNoneIsFresh.LEAST_STALE, WhenNoneIsFresh.FAIL
                            },
                            random),
                    any(Balance.values(), random),
                    Map.of(new Endpoint("10.0.1.1", 6379), random.nextInt(3)),
                    null,
                    Retry.READS,
                    Hedge.NEVER);
            RoutingRequest request =
                    new RoutingRequest(settings, NOW, anyDemand(random), ms(random.nextInt(60)), random.nextLong());
            Topology topology = topology(replicas);
            RoutePlan plan = RoutingPolicy.standard().plan(request, topology, randomLoad, new Random(seed));
            Node first = RoutingPolicy.standard().first(request, topology, randomLoad, new Random(seed));
            Node planned = plan.candidates().isEmpty()
                    ? null
                    : plan.candidates().get(0).node();
            assertThat(first).as("seed=%d", seed).isEqualTo(planned);
            assertThat(plan.candidates().size() + plan.passedOver().size()).isEqualTo(replicas.length + 1);
            placed += first == null ? 0 : 1;
            fallbacks += plan.fallback() ? 1 : 0;
        }
        assertThat(placed).isGreaterThan(10_000);
        assertThat(fallbacks).isGreaterThan(1_000);
    }

    private static Demand anyDemand(Random random) {
        long wrote = random.nextBoolean() ? Sightings.NEVER : NOW - ms(random.nextInt(200));
        Sightings seen = random.nextBoolean()
                ? null
                : Sightings.NONE
                        .with(("10.0.1." + random.nextInt(6)).hashCode(), NOW - ms(random.nextInt(200)))
                        .with(("10.0.1." + random.nextInt(6)).hashCode(), NOW - ms(random.nextInt(200)));
        TokenStanding token = random.nextInt(4) > 0
                ? null
                : new TokenStanding(any(TokenStanding.Kind.values(), random), random.nextInt(100), null);
        return new Demand(wrote, random.nextInt(8) == 0, seen, token);
    }

    private static <T> T any(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }
}
