package dev.fairlead.driver.internal.route;

import dev.fairlead.command.Access;
import dev.fairlead.command.CommandSpec;
import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.Explanation;
import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.LoadView;
import dev.fairlead.policy.PolicySet;
import dev.fairlead.policy.RoutePlan;
import dev.fairlead.policy.RoutingPolicy;
import dev.fairlead.policy.RoutingRequest;
import dev.fairlead.policy.RoutingSettings;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.WriteGate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Says what applies to a call and where a read may go. Whatever is not proven to be a read goes to the master and needs no
 * policy. Stateless; called on the callers' threads.
 */
public final class Router {
    private final PolicySet policies;
    private final RoutingPolicy policy = RoutingPolicy.standard();

    public Router(PolicySet policies) {
        this.policies = policies;
    }

    /**
     * What applies to the call.
     *
     * @throws IllegalArgumentException when it needs a connection of its own, or names a policy that is not there
     */
    public RoutingSettings settings(Command<?> command, CallOptions options) {
        SharedConnection.check(command.spec(), command.argv());
        return policies.settingsFor(command.spec(), command.argv(), options.override());
    }

    /** @throws IllegalArgumentException when a connection that is lent out would come back changed */
    public static void checkDedicated(Command<?> command) {
        checkNotDurable(command);
        SharedConnection.checkDedicated(command.spec());
    }

    /** @throws IllegalArgumentException when the command cannot stand in a transaction */
    public static void checkTransaction(Command<?> command) {
        checkNotDurable(command);
        SharedConnection.checkTransaction(command.spec());
    }

    private static void checkNotDurable(Command<?> command) {
        if (command.durability() != null) {
            throw new IllegalArgumentException(
                    command.name()
                            + " is marked durable, which client.execute sees to; on a connection of one's own send WAIT behind it");
        }
    }

    /** The node for a read, on the plain path; null when none may take it. */
    public Node first(RoutingRequest request, Topology topology, LoadView load) {
        return policy.first(request, topology, load, ThreadLocalRandom.current());
    }

    /** All nodes for a read, with their reasons. */
    public RoutePlan plan(RoutingRequest request, Topology topology, LoadView load) {
        return policy.plan(request, topology, load, ThreadLocalRandom.current());
    }

    /** Where the call would go now. */
    public Explanation explain(Command<?> command, RoutingRequest request, Topology topology, LoadView load) {
        String settings = describe(request.settings());
        if (command.access() != Access.READ) {
            return explainMaster(command, topology.shard(), settings);
        }
        RoutePlan plan = plan(request, topology, load);
        if (plan.candidates().isEmpty()) {
            return new Explanation(
                    words(command),
                    null,
                    "no node; whenNoneIsFresh is "
                            + lower(request.settings().whenNoneIsFresh().kind()),
                    settings,
                    List.of(),
                    plan.passedOver());
        }
        Node first = plan.candidates().get(0).node();
        return new Explanation(
                words(command), first.endpoint(), lower(first.role()), settings, plan.candidates(), plan.passedOver());
    }

    private static Explanation explainMaster(Command<?> command, Shard shard, String settings) {
        String why = command.access() == Access.WRITE ? "writes go to the master" : "not a read: goes to the master";
        WriteGate gate = shard.writeGate();
        Node master = shard.master();
        if (gate.state() != WriteGate.State.OPEN || master == null) {
            return new Explanation(
                    words(command), null, "waits for the master: " + gate.reason(), why, List.of(), List.of());
        }
        return new Explanation(
                words(command),
                master.endpoint(),
                "master",
                why + "; " + settings,
                List.of(new RoutePlan.Candidate(master, "taken: the only one that may")),
                List.of());
    }

    private static String describe(RoutingSettings settings) {
        StringBuilder text =
                new StringBuilder(settings.origin()).append(": from ").append(lower(settings.from()));
        if (settings.consistency() != Consistency.EVENTUAL) {
            text.append(", ").append(lower(settings.consistency()));
        }
        if (settings.maxLag() != null) {
            text.append(", at most ").append(settings.maxLag().toMillis()).append(" ms behind");
        }
        if (settings.maxLagBytes() >= 0) {
            text.append(", at most ").append(settings.maxLagBytes()).append(" bytes behind");
        }
        return text.append(", ").append(lower(settings.balance())).toString();
    }

    /** The command with its keys, which explain may show: whoever asks has them. */
    private static String words(Command<?> command) {
        CommandSpec spec = command.spec();
        StringBuilder text = new StringBuilder(command.name());
        for (int position : spec.keyPositions(command.argv())) {
            text.append(' ').append(new String(command.argv()[position], StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
