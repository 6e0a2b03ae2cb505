package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.Commands;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.it.harness.ClusterKind;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RequiresRedis;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every typed command against each server, in both protocols: what it sends is understood, and what comes back is what its method
 * promises. The steps stand in {@link CommandSteps}, in the order in which they run on an empty server.
 */
@Timeout(120)
class EveryCommandTest {
    /** What the bundled server does not have, or has otherwise. A name goes from here when all of its steps pass: until then the test fails. */
    private static final Set<String> BUNDLED_LACKS = Set.of("""
            xack xadd xautoclaim xclaim xdel xgroup|create xgroup|createconsumer xgroup|delconsumer xgroup|destroy
            xgroup|setid xinfo|consumers xinfo|groups xinfo|stream xlen xpending xrange xread xreadgroup xrevrange
            xsetid xtrim geoadd geodist geohash geopos geosearch geosearchstore pfadd pfcount pfmerge
            eval eval_ro evalsha evalsha_ro script|exists script|flush script|kill script|load fcall fcall_ro
            function|delete function|dump function|flush function|kill function|list function|load function|restore
            acl|cat acl|deluser acl|dryrun acl|genpass acl|log acl|setuser
            latency|doctor latency|graph latency|histogram latency|history latency|latest latency|reset
            memory|doctor memory|malloc-stats memory|purge memory|stats
            config|rewrite
            """.trim().split("\\s+"));

    /** What is asked for here is not how fast it is. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ClusterTest(replicas = 0, on = ClusterKind.BUNDLED)
    void onTheBundledServer(ClusterUnderTest cluster) {
        run(cluster, BUNDLED_LACKS);
    }

    @RequiresRedis("7.0")
    @ClusterTest(
            replicas = 0,
            on = {ClusterKind.PROCESSES, ClusterKind.CONTAINERS})
    void onRedis(ClusterUnderTest cluster) {
        run(cluster, Set.of());
    }

    /** The wire has fewer types there: no maps, sets, doubles, booleans. */
    @RequiresRedis("7.0")
    @ClusterTest(replicas = 0, directives = "rename-command HELLO \"\"", on = ClusterKind.PROCESSES)
    void onRedisInResp2(ClusterUnderTest cluster) {
        run(cluster, Set.of());
    }

    private static void run(ClusterUnderTest cluster, Set<String> lacking) {
        try (RoutingClient client = RoutingClient.builder()
                .nodes(cluster.master().address())
                .defaultDeadline(PATIENCE)
                .build()) {
            String version = version(client);
            assumeTrue(!version.startsWith("6"), "a server of version " + version + " lacks many of them");
            Asking asking = new Asking(client);
            List<String> failures = new ArrayList<>();
            Set<String> working = new TreeSet<>(lacking);
            for (CommandSteps.Step<?> step : CommandSteps.all()) {
                if (step.needs().stream().anyMatch(lacking::contains)) {
                    continue;
                }
                String name = step.command().spec().name();
                try {
                    step.run(asking);
                } catch (RuntimeException | AssertionError e) { // All of them are told at once.
                    if (!lacking.contains(name)) {
                        failures.add(
                                name + ": " + String.valueOf(e.getMessage()).strip());
                    }
                    working.remove(name);
                }
            }
            assertThat(String.join("\n", failures)).isEmpty();
            assertThat(working).as("work by now, and go from the list").isEmpty();
        }
    }

    private static String version(RoutingClient client) {
        return client.execute(Commands.info("server"))
                .lines()
                .filter(each -> each.startsWith("redis_version:"))
                .map(each -> each.substring("redis_version:".length()))
                .findFirst()
                .orElse("");
    }

    /** On the master; what blocks or belongs to a connection on one of its own. */
    private record Asking(RoutingClient client) implements CommandSteps.Asker {
        @Override
        public <T> T ask(Command<T> command) {
            boolean own = command.spec().blocks(command.argv())
                    || Set.of("watch", "unwatch").contains(command.spec().name());
            return own ? client.dedicated(link -> link.execute(command)) : client.execute(command, CallOptions.MASTER);
        }
    }

    /** Each method by the longest name of a command that its own begins with. */
    @Test
    void theStepsCoverEveryTypedCommand() {
        Set<String> taken = CommandSteps.all().stream()
                .map(each -> flat(each.command().spec().name()))
                .collect(Collectors.toSet());
        List<String> names = CommandTable.standard().all().stream()
                .map(CommandSpec::name)
                .map(EveryCommandTest::flat)
                .toList();
        Set<String> uncovered = new TreeSet<>();
        for (Method method : Commands.class.getMethods()) {
            if (Modifier.isStatic(method.getModifiers()) && Command.class.isAssignableFrom(method.getReturnType())) {
                String own = method.getName().toLowerCase(Locale.ROOT);
                String command = names.stream()
                        .filter(own::startsWith)
                        .max((a, b) -> a.length() - b.length())
                        .orElse("");
                if (!taken.contains(command)
                        && !method.getName().equals("getPersist")
                        && !method.getName().equals("functionReplace")) {
                    uncovered.add(method.getName());
                }
            }
        }
        assertThat(uncovered).isEmpty();
    }

    private static String flat(String name) {
        return name.replaceAll("[|_-]", "");
    }
}
