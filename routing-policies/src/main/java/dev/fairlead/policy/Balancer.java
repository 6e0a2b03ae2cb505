package dev.fairlead.policy;

import dev.fairlead.topology.Node;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Picks one of the qualified nodes. Stateless; draws from {@code random} only where there is a choice. */
final class Balancer {
    /*
     * Two random choices by peak EWMA, as Finagle has it: load = latency × (calls in flight + 1), of two distinct random nodes the
     * lower wins. Looking at all would send every client to the same node at once; looking at two finds an idle one nearly as
     * well and keeps the herd apart.
     *
     * Latencies that are alike count as equal. Of two nodes the lower in latency alone would get every call of a caller that makes one at
     * a time: with two replicas nine in ten went to one of them, and a replica that lags behind has less to do and answers sooner.
     */

    /** Twice: what the averages of two equal servers differ by from one moment to the next. */
    private static final double ALIKE = 2;

    /**
     * Load of a node that is busy but was never measured, per call in flight: more than any measured one. An hour's latency with a
     * million calls in flight is 3.6e18 ns; an idle, untried node counts as 0 and is tried first.
     */
    private static final double UNTRIED = 1e19;

    private final RoutingRequest request;
    private final LoadView load;
    private final RandomGenerator random;

    Balancer(RoutingRequest request, LoadView load, RandomGenerator random) {
        this.request = request;
        this.load = load;
        this.random = random;
    }

    /** The index of the node to take among those whose bit is set; {@code qualified} is not 0. */
    int pick(Pool pool, long qualified) {
        int count = Long.bitCount(qualified);
        if (count == 1) {
            return Long.numberOfTrailingZeros(qualified);
        }
        return switch (request.settings().balance()) {
            case ROUND_ROBIN -> nth(qualified, (int) Math.floorMod(request.ticket(), (long) count));
            case RANDOM -> nth(qualified, random.nextInt(count));
            case WEIGHTED -> weighted(pool, qualified);
            case P2C_PEAK_EWMA -> lowerOfTwo(pool, qualified, count);
        };
    }

    private int weighted(Pool pool, long qualified) {
        long total = 0;
        for (long rest = qualified; rest != 0; rest &= rest - 1) {
            total += weight(pool.node(Long.numberOfTrailingZeros(rest)));
        }
        if (total == 0) {
            return nth(qualified, random.nextInt(Long.bitCount(qualified)));
        }
        long drawn = random.nextLong(total);
        for (long rest = qualified; ; rest &= rest - 1) {
            int index = Long.numberOfTrailingZeros(rest);
            drawn -= weight(pool.node(index));
            if (drawn < 0) {
                return index;
            }
        }
    }

    private int weight(Node node) {
        Map<?, Integer> weights = request.settings().weights();
        Integer weight = weights.get(node.endpoint());
        return weight == null ? 1 : weight;
    }

    private int lowerOfTwo(Pool pool, long qualified, int count) {
        int one = random.nextInt(count);
        int other = random.nextInt(count - 1);
        // >= not >: the hole itself must map to the next index, or it is picked twice.
        other += other >= one ? 1 : 0;
        int first = nth(qualified, one);
        int second = nth(qualified, other);
        return isLess(pool.node(second), pool.node(first)) ? second : first;
    }

    private boolean isLess(Node one, Node other) {
        double latency = load.latencyNanos(one);
        double otherLatency = load.latencyNanos(other);
        boolean alike =
                latency > 0 && otherLatency > 0 && latency < ALIKE * otherLatency && otherLatency < ALIKE * latency;
        return alike
                ? load.inFlight(one) < load.inFlight(other)
                : load(latency, load.inFlight(one)) < load(otherLatency, load.inFlight(other));
    }

    private static double load(double latency, int inFlight) {
        return latency > 0 ? latency * (inFlight + 1.0) : UNTRIED * inFlight;
    }

    private static int nth(long bits, int n) {
        long rest = bits;
        for (int i = 0; i < n; i++) {
            rest &= rest - 1;
        }
        return Long.numberOfTrailingZeros(rest);
    }
}
