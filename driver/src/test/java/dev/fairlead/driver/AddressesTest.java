package dev.fairlead.driver;

import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.topology.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that stand for addresses, addresses that are reached elsewhere, and a name service that the test plays. */
@Timeout(60)
class AddressesTest {
    private final Map<String, List<String>> names = new ConcurrentHashMap<>();
    private final Set<String> resolverThreads = ConcurrentHashMap.newKeySet();
    private final List<ScriptedNode> nodes = new ArrayList<>();
    private ScriptedNode master;
    private ScriptedNode one;
    private ScriptedNode two;

    @BeforeEach
    void start() throws IOException {
        master = node('a', "127.0.0.2", 0);
        one = follower("127.0.0.3");
        two = follower("127.0.0.4");
        names.put("primary.example", List.of("127.0.0.2"));
        names.put("reader.example", List.of("127.0.0.3", "127.0.0.4"));
    }

    @AfterEach
    void stop() {
        nodes.forEach(ScriptedNode::close);
    }

    private ScriptedNode node(char id, String host, int port) throws IOException {
        ScriptedNode made = new ScriptedNode(id, host, port);
        nodes.add(made);
        return made;
    }

    private ScriptedNode follower(String host) throws IOException {
        ScriptedNode made = node('0', host, master.port());
        made.follow(master);
        return made;
    }

    private List<InetAddress> resolve(String host) throws UnknownHostException {
        resolverThreads.add(Thread.currentThread().getName());
        List<InetAddress> found = new ArrayList<>();
        for (String each : names.getOrDefault(host, List.of())) {
            found.add(InetAddress.getByName(each));
        }
        if (found.isEmpty()) {
            throw new UnknownHostException("no such name: " + host);
        }
        return found;
    }

    private RoutingClientBuilder builder() {
        return RoutingClient.builder()
                .hostResolver(this::resolve)
                .connectTimeout(ofSeconds(3))
                .probePeriod(ofMillis(50));
    }

    private RoutingClientBuilder pair() {
        return builder().endpoints("primary.example:" + master.port(), "reader.example:" + master.port());
    }

    private static void awaitRead(RoutingClient client, ScriptedNode node) {
        int before = node.received("GET");
        await("a read at " + node.address()).atMost(ofSeconds(20)).until(() -> {
            client.execute(get("k"));
            return node.received("GET") > before;
        });
    }

    @Test
    void everyAddressOfTheReadersNameServesReads() {
        try (RoutingClient client = pair().build()) {
            client.execute(set("k", "v"));
            assertThat(master.value("k")).isEqualTo("v");
            awaitRead(client, one);
            awaitRead(client, two);
            assertThat(resolverThreads).containsOnly("fairlead-resolver");
        }
    }

    @Test
    void aFailoverIsFollowedBeforeTheNameIsAndAReplacedNodeIsFound() throws IOException {
        try (RoutingClient client = pair().build()) {
            client.execute(set("k", "v"));
            awaitRead(client, one);
            awaitRead(client, two);
            master.stop();
            one.promote('b');
            await().atMost(ofSeconds(20)).ignoreExceptions().until(() -> {
                client.execute(set("k", "w"));
                return "w".equals(one.value("k"));
            });

            ScriptedNode next = node('0', "127.0.0.5", master.port());
            next.follow(one);
            next.announce("192.0.2.1"); // What the servers call it is of no use here; its name is.
            names.put("primary.example", List.of("127.0.0.3"));
            names.put("reader.example", List.of("127.0.0.4", "127.0.0.5"));
            awaitRead(client, next);
        }
    }

    @Test
    void aNameThatCannotBeResolvedIsSaidAndKeepsWhatItHad() {
        try (RoutingClient client = pair().build()) {
            awaitRead(client, one);
            names.clear();
            master.stop(); // Cause to look again.
            await().atMost(ofSeconds(20))
                    .until(() -> client.topology().shard().node(endpoint("127.0.0.2")) == null
                            || !client.topology()
                                    .shard()
                                    .node(endpoint("127.0.0.2"))
                                    .usable());
            awaitRead(client, one);
        }
        assertThatThrownBy(() -> pair().connectTimeout(ofMillis(200)).build())
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageContaining("primary.example:" + master.port() + " (the host name cannot be resolved")
                .hasMessageContaining("no such name: reader.example");
    }

    private Endpoint endpoint(String host) {
        return new Endpoint(host, master.port());
    }

    @Test
    void aServerWhoseInfoIsRestrictedIsNamedWithWhatIsMissing() {
        master.answer("INFO", argv -> "-NOPERM this user has no permissions to run the 'info' command\r\n");
        one.answer("INFO", argv -> ScriptedNode.bulk("role:master\r\nconnected_slaves:0\r\n"));
        two.stop();
        assertThatThrownBy(() -> pair().build())
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageContaining(master.address() + " (it refuses INFO: NOPERM")
                .hasMessageContaining("lacks the field 'master_replid'");
    }

    @Test
    void announcedAddressesAreMappedToWhereTheyAreReached() throws IOException {
        master.announce("10.255.0.2");
        one.announce("10.255.0.3");
        two.announce("10.255.0.4");
        try (ScriptedSentinel sentinel = new ScriptedSentinel();
                ScriptedSentinel other = new ScriptedSentinel()) {
            sentinel.names(master, 1, one, two);
            other.names(master, 1, one, two);
            other.announce("10.255.0.1");
            sentinel.knows(other);
            try (RoutingClient client = builder()
                    .sentinels("mymaster", sentinel.address())
                    .addressMapping(from -> new Endpoint(from.host().replace("10.255", "127.0"), from.port()))
                    .build()) {
                client.execute(set("k", "v"));
                awaitRead(client, one);
                awaitRead(client, two);
                await().until(() -> sentinel.isHeard() && other.isHeard());
                one.promote('b');
                other.switches(master, one);
                await().atMost(ofSeconds(20)).until(() -> {
                    client.execute(set("k", "w"));
                    return "w".equals(one.value("k"));
                });
                assertThat(client.topology().toString()).doesNotContain("10.255");
            }
        }
    }

    @Test
    void aMappingThatFailsLeavesTheAddressAsItWasAnnounced() {
        try (RoutingClient client = builder()
                .nodes(master.address())
                .addressMapping(from -> {
                    throw new IllegalStateException("no mapping for " + from);
                })
                .build()) {
            awaitRead(client, one);
        }
    }

    @Test
    void nodesThatAreAnnouncedByNameAreReached() {
        names.put("one.internal", List.of("127.0.0.3"));
        one.announce("one.internal");
        try (RoutingClient client = builder().nodes(master.address()).build()) {
            awaitRead(client, one);
            assertThat(client.topology().shard().node(endpoint("one.internal"))).isNotNull();
            assertThat(resolverThreads).containsOnly("fairlead-resolver");
        }
    }

    @Test
    void oneStartIsEnough() {
        assertThatThrownBy(() -> pair().nodes("a:1")).hasMessageContaining("give one start");
        assertThatThrownBy(() -> pair().sentinels("mymaster", "a:1")).hasMessageContaining("give one start");
        assertThatThrownBy(() -> RoutingClient.builder().nodes("a:1").endpoints("b:1", "c:1"))
                .hasMessageContaining("give one start");
    }
}
