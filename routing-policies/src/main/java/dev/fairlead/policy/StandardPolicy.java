package dev.fairlead.policy;

import dev.fairlead.topology.Node;
import dev.fairlead.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The one policy: settings say what is asked, {@link Qualification} which nodes may answer, {@link Balancer} which of them does.
 *
 * <p>The qualified nodes of the preferred kind come first, then the other kind. Where no node qualifies at all,
 * {@code whenNoneIsFresh} decides: the master, the least stale node, or none (the driver then waits or fails). Nodes that are
 * unusable or unavailable are never a fallback.
 */
final class StandardPolicy implements RoutingPolicy {
    static final StandardPolicy INSTANCE = new StandardPolicy();

    private StandardPolicy() {}

    @Override
    public Node first(RoutingRequest request, Topology topology, LoadView load, RandomGenerator random) {
        Pool pool = Pool.of(topology.shard());
        long preferred = pool.preferred(request.settings().from());
        long qualified = qualified(request, pool, load, preferred);
        if (qualified == 0) {
            qualified = qualified(request, pool, load, ~preferred);
        }
        if (qualified != 0) {
            return pool.node(new Balancer(request, load, random).pick(pool, qualified));
        }
        int fallback = leastStale(pool, fallback(request, pool, load));
        return fallback < 0 ? null : pool.node(fallback);
    }

    @Override
    public RoutePlan plan(RoutingRequest request, Topology topology, LoadView load, RandomGenerator random) {
        Pool pool = Pool.of(topology.shard());
        Qualification[] verdicts = new Qualification[pool.size()];
        long qualified = 0;
        for (int i = 0; i < verdicts.length; i++) {
            verdicts[i] = Qualification.of(request, pool.node(i), load);
            qualified |= verdicts[i] == Qualification.QUALIFIED ? 1L << i : 0;
        }
        long preferred = pool.preferred(request.settings().from());
        Balancer balancer = new Balancer(request, load, random);
        List<Integer> order = new ArrayList<>();
        inOrder(pool, qualified & preferred, balancer, order);
        inOrder(pool, qualified & ~preferred, balancer, order);
        boolean fallback = order.isEmpty();
        if (fallback) {
            long rest = fallback(request, verdicts, pool);
            for (int next = leastStale(pool, rest); next >= 0; next = leastStale(pool, rest)) {
                order.add(next);
                rest &= ~(1L << next);
            }
        }
        List<RoutePlan.Candidate> candidates = new ArrayList<>();
        for (int index : order) {
            Node node = pool.node(index);
            String why = fallback
                    ? verdicts[index].words(request, node) + ", but none qualifies and the policy takes the "
                            + (request.settings().whenNoneIsFresh().kind() == WhenNoneIsFresh.Kind.MASTER
                                    ? "master"
                                    : "least stale")
                    : verdicts[index].words(request, node);
            String verdict = candidates.isEmpty() ? "taken: " + why : "next, if the one before fails: " + why;
            candidates.add(candidate(request, node, load, verdict));
        }
        List<RoutePlan.Candidate> passedOver = new ArrayList<>();
        for (int i = 0; i < verdicts.length; i++) {
            if (!order.contains(i)) {
                Node node = pool.node(i);
                passedOver.add(candidate(request, node, load, "passed over: " + verdicts[i].words(request, node)));
            }
        }
        for (Node other : topology.shard().others()) {
            passedOver.add(new RoutePlan.Candidate(other, "passed over: " + other.disqualified()));
        }
        return new RoutePlan(candidates, passedOver, fallback && !candidates.isEmpty());
    }

    private static RoutePlan.Candidate candidate(RoutingRequest request, Node node, LoadView load, String verdict) {
        return new RoutePlan.Candidate(node, Words.figures(request, node, load) + "  " + verdict);
    }

    private static void inOrder(Pool pool, long bits, Balancer balancer, List<Integer> order) {
        for (long rest = bits; rest != 0; ) {
            int next = balancer.pick(pool, rest);
            order.add(next);
            rest &= ~(1L << next);
        }
    }

    private static long qualified(RoutingRequest request, Pool pool, LoadView load, long among) {
        long qualified = 0;
        for (int i = 0; i < pool.size(); i++) {
            if ((among >> i & 1) != 0 && Qualification.of(request, pool.node(i), load) == Qualification.QUALIFIED) {
                qualified |= 1L << i;
            }
        }
        return qualified;
    }

    private static long fallback(RoutingRequest request, Pool pool, LoadView load) {
        long bits = 0;
        for (int i = 0; i < pool.size(); i++) {
            bits |= mayFallBack(request, Qualification.of(request, pool.node(i), load), pool, i) ? 1L << i : 0;
        }
        return bits;
    }

    private static long fallback(RoutingRequest request, Qualification[] verdicts, Pool pool) {
        long bits = 0;
        for (int i = 0; i < verdicts.length; i++) {
            bits |= mayFallBack(request, verdicts[i], pool, i) ? 1L << i : 0;
        }
        return bits;
    }

    private static boolean mayFallBack(RoutingRequest request, Qualification verdict, Pool pool, int index) {
        return verdict.mayBeFallback(index >= pool.replicas().size())
                && switch (request.settings().whenNoneIsFresh().kind()) {
                    case MASTER -> index >= pool.replicas().size();
                    case LEAST_STALE -> true;
                    case FAIL, WAIT -> false;
                };
    }

    /** The index with the latest proven instant, unproven ones last; -1 when no bit is set. */
    private static int leastStale(Pool pool, long bits) {
        int best = -1;
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            int index = Long.numberOfTrailingZeros(rest);
            if (best < 0
                    || fresher(pool.node(index).freshness(), pool.node(best).freshness())) {
                best = index;
            }
        }
        return best;
    }

    private static boolean fresher(Node.Freshness one, Node.Freshness other) {
        return one.proven() && (!other.proven() || one.asOfNanos() - other.asOfNanos() > 0);
    }
}
