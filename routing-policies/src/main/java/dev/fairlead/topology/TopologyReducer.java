package dev.fairlead.topology;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns observations into the next topology. Pure: no I/O, no clock, no randomness; the same inputs give the same result. Safe for
 * any thread; observations have to come in one order, so one thread feeds it.
 *
 * <p>{@link ShardDraft} takes an observation in; {@link Succession} decides which master is true; {@link Lineage} and
 * {@link MasterSamples} keep what is known of its history; {@link FreshnessClock} says what that proves of each node.
 */
public final class TopologyReducer {
    private final TopologySettings settings;
    private final Set<Rule> rules;

    public TopologyReducer() {
        this(TopologySettings.DEFAULT);
    }

    public TopologyReducer(TopologySettings settings) {
        this(settings, EnumSet.allOf(Rule.class));
    }

    /** For tests, which switch single rules off to show that they are needed. */
    TopologyReducer(TopologySettings settings, Set<Rule> rules) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.rules = rules;
    }

    /** The next topology, and what to tell listeners once it is published. */
    public record Reduction(Topology topology, List<TopologyEvent> events) {
        public Reduction {
            events = List.copyOf(events);
        }
    }

    /**
     * A topology that knows only addresses: the seeds, or, with Sentinels, whatever nodes are known beforehand (usually none:
     * {@link Observation.SentinelReported} brings them).
     *
     * @param withSentinels whether the Sentinels' word decides which master is true
     */
    public Topology initial(List<Endpoint> seeds, boolean withSentinels) {
        Map<Endpoint, NodeState> nodes = new TreeMap<>();
        seeds.forEach(seed -> nodes.put(seed, NodeState.unknown(seed, 0)));
        ShardState.Facts facts = new ShardState.Facts(
                List.copyOf(seeds),
                withSentinels,
                nodes,
                Map.of(),
                null,
                null,
                null,
                MasterSamples.NONE,
                Fences.NONE,
                SentinelBoard.NONE,
                null,
                null,
                0,
                0,
                false,
                0);
        return new Topology(0, List.of(new ShardDraft(facts, settings, rules, 0).freeze()));
    }

    /**
     * The topology after one observation. The nodes of its shard (master, replicas and others) are the addresses to be connected
     * to and probed; a node that leaves is to be disconnected from.
     *
     * @param current made by this class
     */
    public Reduction reduce(Topology current, Observation observation) {
        ShardState before = (ShardState) current.shard();
        ShardDraft draft = new ShardDraft(before.facts(), settings, rules, observation.atNanos());
        draft.apply(observation);
        draft.conclude();
        ShardState after = draft.freeze();
        List<TopologyEvent> events = new ArrayList<>(draft.events());
        events.addAll(Changes.between(before, after));
        return after.equals(before)
                ? new Reduction(current, events)
                : new Reduction(new Topology(current.version() + 1, List.of(after)), events);
    }
}
