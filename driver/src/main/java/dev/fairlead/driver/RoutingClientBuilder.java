package dev.fairlead.driver;

import dev.fairlead.policy.PolicyException;
import dev.fairlead.policy.PolicySet;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.TopologyReducer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Collects what a client needs and connects it. One of {@link #nodes}, {@link #sentinels} and {@link #endpoints} must be given; everything else
 * has a default. Not thread-safe; may build any number of clients.
 */
public final class RoutingClientBuilder {
    /** Policies are read whole; a file past this is not a policy file. */
    private static final long MAX_POLICY_BYTES = 1 << 20;

    private static final int MAX_SEEDS = 64;

    private static final int MAX_PREFIXES = 64;
    private static final long LEAST_CACHE_BYTES = 1 << 16;

    List<Endpoint> nodes = List.of();
    List<Endpoint> names = List.of();
    UnaryOperator<Endpoint> mapping = UnaryOperator.identity();
    HostResolver hostResolver;
    String masterName;
    List<Endpoint> sentinels = List.of();
    PolicySet policies;
    Credentials credentials;
    CredentialsSupplier supplier;
    Credentials sentinelCredentials;
    CredentialsSupplier sentinelSupplier;
    Duration credentialsPeriod = Duration.ofSeconds(10);
    TlsSettings tls;
    TlsSettings sentinelTls;
    String clientName = "fairlead";
    int database;
    Duration connectTimeout = Duration.ofSeconds(2);
    Duration defaultDeadline = Duration.ofSeconds(1);
    Duration probePeriod = Duration.ofSeconds(1);
    SharedProbes sharedProbes;
    int maxInFlight = 4096;
    int heldCalls = 10_000;
    int dedicatedLinks = 16;
    int subscriptions = 64;
    List<String> cachedPrefixes = List.of();
    long cacheBytes = 16 << 20;
    RespLimits replyLimits = RespLimits.DEFAULT;
    CallOptions defaults = CallOptions.DEFAULTS;

    /** For tests, which switch a rule of the freshness clock off to show that real servers need it. */
    TopologyReducer reducer = new TopologyReducer();

    final List<RoutingListener> listeners = new ArrayList<>();

    RoutingClientBuilder() {}

    /**
     * Servers to ask first, {@code host:port}; any one that answers is enough to find the rest. At most 64.
     *
     * @throws IllegalArgumentException for a malformed address, or when {@link #sentinels} or {@link #endpoints} were given
     */
    public RoutingClientBuilder nodes(String... addresses) {
        startOnly(!sentinels.isEmpty() || !names.isEmpty());
        nodes = endpoints("nodes", addresses);
        return this;
    }

    /**
     * The two names of a managed service, {@code host:port}: the primary's, and one that stands for its readers. Each address that they
     * stand for is a node, and says itself whether it is the master, so a failover is followed before the names do. They are looked up
     * again every 5 s, and every second while no master is known.
     *
     * @throws IllegalArgumentException for a malformed address, or when {@link #nodes} or {@link #sentinels} were given
     */
    public RoutingClientBuilder endpoints(String primary, String reader) {
        startOnly(!nodes.isEmpty() || !sentinels.isEmpty());
        names = endpoints("endpoints", primary, reader);
        return this;
    }

    private static void startOnly(boolean another) {
        if (another) {
            throw new IllegalArgumentException("give one start, not both: nodes, sentinels or endpoints");
        }
    }

    /**
     * Where the address that a server or a Sentinel announces is reached from here: behind address translation, from outside a container
     * network. Applied to every address that is learned, not to those given to this builder. Must not block. Default: none.
     */
    public RoutingClientBuilder addressMapping(UnaryOperator<Endpoint> announcedToReached) {
        mapping = Objects.requireNonNull(announcedToReached, "announcedToReached");
        return this;
    }

    /** Who looks host names up. Default: the JVM. */
    public RoutingClientBuilder hostResolver(HostResolver resolver) {
        hostResolver = Objects.requireNonNull(resolver, "resolver");
        return this;
    }

    /**
     * The Sentinels that guard the master of this name, {@code host:port}; those that are not named are found through the
     * others. At most 64.
     *
     * @throws IllegalArgumentException for a malformed address, or when {@link #nodes} or {@link #endpoints} were given
     */
    public RoutingClientBuilder sentinels(String masterName, String... addresses) {
        startOnly(!nodes.isEmpty() || !names.isEmpty());
        if (masterName.isBlank() || masterName.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException(
                    "'" + masterName + "' is not a master's name; use the one behind 'sentinel monitor'");
        }
        sentinels = endpoints("sentinels", addresses);
        this.masterName = masterName;
        return this;
    }

    private static List<Endpoint> endpoints(String what, String... addresses) {
        if (addresses.length == 0 || addresses.length > MAX_SEEDS) {
            throw new IllegalArgumentException(
                    what + " takes 1 to " + MAX_SEEDS + " addresses (host:port), not " + addresses.length);
        }
        return Arrays.stream(addresses).map(Endpoint::parse).distinct().toList();
    }

    /**
     * Reads routing policies from a YAML file, now.
     *
     * @throws PolicyException naming line and column of what is wrong
     * @throws UncheckedIOException if the file cannot be read
     */
    public RoutingClientBuilder policies(Path file) {
        try {
            if (Files.size(file) > MAX_POLICY_BYTES) {
                throw new PolicyException(file + ": larger than " + MAX_POLICY_BYTES + " bytes, not a policy file");
            }
            return policies(Files.readString(file), String.valueOf(file.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the policies in " + file + ": " + e, e);
        }
    }

    /**
     * Routing policies as YAML text.
     *
     * @param name what error messages and {@code explain} call it
     * @throws PolicyException naming line and column of what is wrong
     */
    public RoutingClientBuilder policies(String yaml, String name) {
        policies = PolicySet.parse(yaml, name);
        return this;
    }

    /**
     * What every call of the client and of its sessions asks for unless its own options, or those of its session, say otherwise; as they
     * do, it wins over the policies. What should give way to rules and named policies stands under {@code defaults} of a policy file.
     * Default: nothing.
     */
    public RoutingClientBuilder defaults(CallOptions options) {
        defaults = Objects.requireNonNull(options, "options");
        return this;
    }

    /** ACL user and password for the data nodes. Default: none. */
    public RoutingClientBuilder credentials(String user, String password) {
        credentials = new Credentials(Objects.requireNonNull(user, "user"), password);
        supplier = null;
        return this;
    }

    /** Password of the default user for the data nodes. Default: none. */
    public RoutingClientBuilder password(String password) {
        credentials = new Credentials(null, password);
        supplier = null;
        return this;
    }

    /** Credentials for the data nodes that change while the client runs: open connections take on new ones. Default: none. */
    public RoutingClientBuilder credentials(CredentialsSupplier source) {
        credentials = null;
        supplier = Objects.requireNonNull(source, "source");
        return this;
    }

    /** User and password for the Sentinels; {@code user} may be null for the default user. Default: none. */
    public RoutingClientBuilder sentinelCredentials(String user, String password) {
        sentinelCredentials = new Credentials(user, password);
        sentinelSupplier = null;
        return this;
    }

    /** Credentials for the Sentinels that change while the client runs. Default: none. */
    public RoutingClientBuilder sentinelCredentials(CredentialsSupplier source) {
        sentinelCredentials = null;
        sentinelSupplier = Objects.requireNonNull(source, "source");
        return this;
    }

    /** How often suppliers of credentials are asked. Default: 10 s. */
    public RoutingClientBuilder credentialsPeriod(Duration period) {
        credentialsPeriod = positive("credentialsPeriod", period);
        return this;
    }

    /** Encrypts every connection to the data nodes. Default: plain text. Sentinels have {@link #sentinelTls their own}. */
    public RoutingClientBuilder tls(TlsSettings settings) {
        tls = Objects.requireNonNull(settings, "settings");
        return this;
    }

    /** Encrypts the connections to the Sentinels. Default: plain text. */
    public RoutingClientBuilder sentinelTls(TlsSettings settings) {
        sentinelTls = Objects.requireNonNull(settings, "settings");
        return this;
    }

    /**
     * What {@code CLIENT LIST} shows. Default: {@code fairlead}.
     *
     * @throws IllegalArgumentException for blanks or control characters, which servers refuse
     */
    public RoutingClientBuilder clientName(String name) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c < '!' || c > '~')) {
            throw new IllegalArgumentException("client name '" + name + "' must be printable ASCII without blanks");
        }
        clientName = name;
        return this;
    }

    /** Database number that every command of this client uses. Default: 0. */
    public RoutingClientBuilder database(int number) {
        database = atLeast("database", 0, number);
        return this;
    }

    /** For one connection attempt, handshake included; {@code build} waits twice as long for a master. Default: 2 s. */
    public RoutingClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = positive("connectTimeout", timeout);
        return this;
    }

    /** Total time of a call for which neither a policy nor its options say anything. Default: 1 s. */
    public RoutingClientBuilder defaultDeadline(Duration deadline) {
        defaultDeadline = positive("defaultDeadline", deadline);
        return this;
    }

    /**
     * How often each node is probed ({@code INFO replication}) while no call needs a tighter pace; bounds in use make it a
     * quarter of the tightest one, down to 5 ms, and a failover 5 ms at first. Default: 1 s.
     */
    public RoutingClientBuilder probePeriod(Duration idle) {
        probePeriod = positive("probePeriod", idle);
        return this;
    }

    /**
     * Shares the answers to probes with the other clients that are built with the same object. For many clients of the same servers in one
     * JVM. Default: none.
     */
    public RoutingClientBuilder sharedProbes(SharedProbes probes) {
        sharedProbes = Objects.requireNonNull(probes, "probes");
        return this;
    }

    /** Most calls in flight on one connection; at the bound a read tries another node and a write fails. Default: 4,096. */
    public RoutingClientBuilder maxInFlight(int calls) {
        maxInFlight = atLeast("maxInFlight", 1, calls);
        return this;
    }

    /** Most calls that wait at once for a master or for a node fresh enough, as during a failover. Default: 10,000. */
    public RoutingClientBuilder heldCalls(int calls) {
        heldCalls = atLeast("heldCalls", 0, calls);
        return this;
    }

    /** Most connections lent at once by {@link Session#dedicated}; one more waits, then fails. They are opened as needed. Default: 16. */
    public RoutingClientBuilder dedicatedLinks(int connections) {
        dedicatedLinks = atLeast("dedicatedLinks", 1, connections);
        return this;
    }

    /** Most subscriptions at once, each with a connection of its own; one more is refused. Default: 64. */
    public RoutingClientBuilder subscriptions(int count) {
        subscriptions = atLeast("subscriptions", 1, count);
        return this;
    }

    /**
     * Keeps what reads of keys with these prefixes were answered, until the server that answered says that the key changed ({@code CLIENT
     * TRACKING}; needs RESP3, so Redis 6 or newer). A kept answer has the freshness that its node had when it was asked: it serves
     * {@code EVENTUAL} reads, and those with {@code READ_YOUR_WRITES} or {@code maxLag} that it is proven to be fresh enough for. What only
     * the master may answer, pages of walks and transactions are never served so. Where a server cannot tell of changes, what it answers
     * is not kept, and the log says so. The empty prefix stands for all keys. At most 64. Default: nothing is kept.
     *
     * @throws IllegalArgumentException when one prefix begins with another, which servers refuse
     */
    public RoutingClientBuilder cache(String... prefixes) {
        if (prefixes.length == 0 || prefixes.length > MAX_PREFIXES) {
            throw new IllegalArgumentException(
                    "cache takes 1 to " + MAX_PREFIXES + " prefixes of keys, not " + prefixes.length);
        }
        for (int i = 0; i < prefixes.length; i++) {
            for (int j = 0; j < prefixes.length; j++) {
                if (i != j && prefixes[i].startsWith(prefixes[j])) {
                    throw new IllegalArgumentException("the prefix '" + prefixes[i] + "' begins with '" + prefixes[j]
                            + "', which covers it; leave one of them out");
                }
            }
        }
        cachedPrefixes = List.of(prefixes);
        return this;
    }

    /** Most bytes that {@link #cache} may take, keys and what it takes to keep them included; at least 65,536. Default: 16 MiB. */
    public RoutingClientBuilder cacheBytes(long bytes) {
        if (bytes < LEAST_CACHE_BYTES) {
            throw new IllegalArgumentException("cacheBytes is " + bytes + "; it must be at least " + LEAST_CACHE_BYTES);
        }
        cacheBytes = bytes;
        return this;
    }

    /** Bounds on replies; a reply past one fails and its connection is given up. Default: {@link RespLimits#DEFAULT}. */
    public RoutingClientBuilder replyLimits(RespLimits limits) {
        replyLimits = Objects.requireNonNull(limits, "limits");
        return this;
    }

    /** A listener that is told everything from the first connection on. */
    public RoutingClientBuilder listener(RoutingListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    private static int atLeast(String what, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least " + least);
        }
        return value;
    }

    private static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be between 1 ns and 1 day");
        }
        return value;
    }

    /**
     * Connects, finds the nodes, verifies the master's role, and returns a client that is ready. Where replicas can be read but
     * no master shows up within twice the connect timeout, as in the middle of a failover, the client is ready too: reads are
     * served and writes wait.
     *
     * @throws IllegalArgumentException when no start was given, or a certificate or key cannot be used
     * @throws ConnectionFailedException when no node could be used within twice the connect timeout; it names each address
     *     that was tried and what it said
     */
    public RoutingClient build() {
        if (nodes.isEmpty() && sentinels.isEmpty() && names.isEmpty()) {
            throw new IllegalArgumentException("give the client a start: .nodes(\"host:port\"),"
                    + " .sentinels(\"mymaster\", \"host:port\") or .endpoints(\"primary:port\", \"reader:port\")");
        }
        return DefaultRoutingClient.open(this);
    }

    private String start() {
        if (!names.isEmpty()) {
            return "endpoints " + names;
        }
        return masterName == null ? "nodes " + nodes : masterName + " of Sentinels " + sentinels;
    }

    /** Without anything secret. */
    @Override
    public String toString() {
        return "RoutingClientBuilder["
                + start() + ", database "
                + database + (credentials == null && supplier == null ? "" : ", with credentials")
                + (tls == null ? "" : ", " + tls) + "]";
    }
}
