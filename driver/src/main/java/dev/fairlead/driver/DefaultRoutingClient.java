package dev.fairlead.driver;

import dev.fairlead.driver.internal.cache.ReadCache;
import dev.fairlead.driver.internal.dedicated.DedicatedLinks;
import dev.fairlead.driver.internal.discovery.Discovery;
import dev.fairlead.driver.internal.discovery.DiscoveryListener;
import dev.fairlead.driver.internal.discovery.DiscoverySettings;
import dev.fairlead.driver.internal.discovery.NamedEndpoints;
import dev.fairlead.driver.internal.discovery.ProbeBoard;
import dev.fairlead.driver.internal.discovery.TokenMint;
import dev.fairlead.driver.internal.execute.CallEvents;
import dev.fairlead.driver.internal.execute.Cluster;
import dev.fairlead.driver.internal.execute.Executor;
import dev.fairlead.driver.internal.health.NodeHealth;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkListener;
import dev.fairlead.driver.internal.link.LinkSettings;
import dev.fairlead.driver.internal.link.LinkSettings.Use;
import dev.fairlead.driver.internal.link.Login;
import dev.fairlead.driver.internal.link.Resolver;
import dev.fairlead.driver.internal.link.Tls;
import dev.fairlead.driver.internal.pubsub.Feeds;
import dev.fairlead.driver.internal.route.Router;
import dev.fairlead.driver.internal.session.AcknowledgementLog;
import dev.fairlead.driver.internal.session.KeyMarks;
import dev.fairlead.driver.internal.session.Losses;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.policy.PolicySet;
import dev.fairlead.resp.Reply;
import dev.fairlead.topology.ConsistencyToken;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.ReplicationPosition;
import dev.fairlead.topology.Topology;
import dev.fairlead.topology.TopologyEvent;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the rooms together: what discovery finds is handed to the execution of calls and to the listeners, on the threads that
 * {@code docs/concurrency.md} names. What a session can do is {@link ClientSession}'s; the client hands each such verb to its own
 * session, which is what makes this file long.
 */
final class DefaultRoutingClient implements RoutingClient {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultRoutingClient.class);

    /** Two: enough to write to the master while another loop decodes what the replicas send. */
    private static final int EVENT_LOOPS = 2;

    /** Deadlines are kept to this, and held calls looked at. */
    private static final long TICK_MILLIS = 5;

    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Login login;
    private final Login sentinelLogin;
    private final EventLoopGroup eventLoops;
    private final EventDispatcher events = new EventDispatcher();
    private final AcknowledgementLog acknowledgements = new AcknowledgementLog();
    private final Losses losses = new Losses();
    private final KeyMarks marks = new KeyMarks(KeyMarks.DEFAULT_MAX_KEYS);
    private final NodeHealth health =
            new NodeHealth((node, readable) -> events.emit(new RoutingEvent.NodeHealthChanged(node, readable)));
    /** Null when nothing is to be cached. */
    private final ReadCache cache;

    private final Discovery discovery;
    private final Executor executor;
    private final DedicatedLinks dedicated;
    private final Feeds feeds;
    private final TokenMint mint;
    private final CallOptions defaults;
    private final Duration defaultDeadline;
    private final ClientSession.Rooms rooms;
    private final Session session;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** When the last tick was; a pause of this JVM shows in it. Of the ticking event loop. */
    private long tickedNanos = System.nanoTime();

    private DefaultRoutingClient(RoutingClientBuilder from) {
        from.listeners.forEach(events::add);
        login = login(from.credentials, from.supplier);
        sentinelLogin = login(from.sentinelCredentials, from.sentinelSupplier);
        Resolver resolver = from.hostResolver == null ? Resolver.SYSTEM : new Resolver(from.hostResolver);
        NamedEndpoints names = from.names.isEmpty() ? null : new NamedEndpoints(from.names, resolver);
        LinkSettings nodeLinks = LinkSettings.builder()
                .login(login)
                .clientName(from.clientName)
                .database(from.database)
                .connectTimeout(from.connectTimeout)
                .maxInFlight(from.maxInFlight)
                .limits(from.replyLimits)
                .tls(from.tls == null ? null : new Tls(from.tls))
                .hostOf(names == null ? Endpoint::host : names::hostOf)
                .resolver(resolver)
                .build();
        LinkSettings sentinelLinks = LinkSettings.builder()
                .login(sentinelLogin)
                .clientName(from.clientName)
                .connectTimeout(from.connectTimeout)
                .tls(from.sentinelTls == null ? null : new Tls(from.sentinelTls))
                .resolver(resolver)
                .build();
        eventLoops = Link.newEventLoops(EVENT_LOOPS, "fairlead-io"); // Once the certificates were found to be usable.
        discovery = new Discovery(
                new DiscoverySettings(
                        from.nodes,
                        from.masterName,
                        from.sentinels,
                        names,
                        from.mapping,
                        nodeLinks,
                        sentinelLinks,
                        from.probePeriod,
                        from.sharedProbes == null ? null : from.sharedProbes.board(ProbeBoard.class, ProbeBoard::new)),
                (endpoint, settings, ears) -> Link.connect(endpoint, settings, eventLoops, ears),
                from.reducer,
                System::nanoTime,
                System::currentTimeMillis,
                new Found());
        cache = from.cachedPrefixes.isEmpty() ? null : new ReadCache(from.cachedPrefixes, from.cacheBytes);
        executor = new Executor(
                new Servers(),
                new Router(from.policies == null ? PolicySet.standard() : from.policies),
                health,
                acknowledgements,
                cache,
                new Told(),
                System::nanoTime,
                from.maxInFlight,
                from.heldCalls,
                from.defaultDeadline);
        dedicated = new DedicatedLinks(
                new Servers(),
                endpoint -> Link.connect(endpoint, nodeLinks.withUse(Use.LENT), eventLoops, LinkListener.NONE),
                acknowledgements,
                System::nanoTime,
                from.dedicatedLinks,
                from.maxInFlight);
        feeds = new Feeds(
                discovery::topology,
                (endpoint, ears) -> Link.connect(endpoint, nodeLinks.withUse(Use.SUBSCRIPTIONS), eventLoops, ears),
                eventLoops.next(),
                from.subscriptions);
        defaultDeadline = from.defaultDeadline;
        defaults = from.defaults;
        mint = new TokenMint(discovery, eventLoops, defaultDeadline);
        rooms = new ClientSession.Rooms(executor, dedicated, mint, eventLoops, defaultDeadline, from.maxInFlight);
        session = new ClientSession(rooms, new SessionMarks(marks, losses, null, defaults));
    }

    private static Login login(Credentials fixed, CredentialsSupplier supplier) {
        return supplier == null ? Login.fixed(fixed) : Login.supplied(supplier);
    }

    /** Connects; fails, with everything closed again, when nothing can be used. */
    static RoutingClient open(RoutingClientBuilder from) {
        DefaultRoutingClient client = new DefaultRoutingClient(from);
        try {
            client.start(from);
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private void start(RoutingClientBuilder from) {
        events.start();
        eventLoops.next().scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        login.start(from.credentialsPeriod);
        sentinelLogin.start(from.credentialsPeriod);
        discovery.start();
        Duration patience = from.connectTimeout.multipliedBy(2);
        try {
            discovery.firstMaster().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            boolean readable = discovery.topology().shard().replicas().stream().anyMatch(Node::usable);
            if (e instanceof ExecutionException || !readable) {
                // Fails ahead of time once everything known was tried.
                throw cannotBeUsed(from, e instanceof TimeoutException ? " within " + patience.toMillis() + " ms" : "");
            }
            LOG.warn(
                    "no master within {}; reads are served, writes wait: {}",
                    patience,
                    discovery.topology().shard().writeGate().reason());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cannotBeUsed(from, " before the thread was interrupted");
        }
    }

    private ConnectionFailedException cannotBeUsed(RoutingClientBuilder from, String when) {
        Map<String, String> answers = new TreeMap<>(discovery.failures());
        Topology topology = discovery.topology();
        for (Node each : topology.shard().replicas()) {
            answers.putIfAbsent(each.endpoint().toString(), "is a replica");
        }
        from.names.forEach(each -> answers.putIfAbsent(each.toString(), "no address that can be used"));
        from.nodes.forEach(each -> answers.putIfAbsent(each.toString(), "no answer yet"));
        from.sentinels.forEach(each -> answers.putIfAbsent("Sentinel " + each, "no master that can be used"));
        return new ConnectionFailedException(
                "no server could be used" + when + " ("
                        + topology.shard().writeGate().reason() + ")",
                answers);
    }

    private void tick() {
        long now = System.nanoTime();
        boolean steady = now - tickedNanos < TimeUnit.MILLISECONDS.toNanos(4 * TICK_MILLIS);
        tickedNanos = now;
        try {
            discovery.forEachLink(link -> {
                if (link.inFlight() > 0) {
                    executor.look(link, now, steady);
                }
            });
            executor.tick();
        } catch (RuntimeException | AssertionError e) {
            LOG.error("a look at the deadlines failed", e);
        }
    }

    @Override
    public <T> T execute(Command<T> command) {
        return session.execute(command);
    }

    @Override
    public <T> T execute(Command<T> command, CallOptions options) {
        return session.execute(command, options);
    }

    @Override
    public <T> CompletableFuture<T> executeAsync(Command<T> command) {
        return session.executeAsync(command);
    }

    @Override
    public <T> CompletableFuture<T> executeAsync(Command<T> command, CallOptions options) {
        return session.executeAsync(command, options);
    }

    @Override
    public List<Reply> batch(Command<?>... commands) {
        return session.batch(commands);
    }

    @Override
    public List<Reply> batch(CallOptions options, Command<?>... commands) {
        return session.batch(options, commands);
    }

    @Override
    public CompletableFuture<List<Reply>> batchAsync(Command<?>... commands) {
        return session.batchAsync(commands);
    }

    @Override
    public CompletableFuture<List<Reply>> batchAsync(CallOptions options, Command<?>... commands) {
        return session.batchAsync(options, commands);
    }

    @Override
    public Iterable<String> scan(ScanOptions what) {
        return session.scan(what);
    }

    @Override
    public Iterable<String> scan(ScanOptions what, CallOptions options) {
        return session.scan(what, options);
    }

    @Override
    public Iterable<Map.Entry<String, String>> hscan(String key, ScanOptions what, CallOptions options) {
        return session.hscan(key, what, options);
    }

    @Override
    public Iterable<String> sscan(String key, ScanOptions what, CallOptions options) {
        return session.sscan(key, what, options);
    }

    @Override
    public Iterable<ScoredMember> zscan(String key, ScanOptions what, CallOptions options) {
        return session.zscan(key, what, options);
    }

    @Override
    public <T> T dedicated(Function<? super DedicatedLink, ? extends T> work) {
        return session.dedicated(work);
    }

    @Override
    public <T> T dedicated(Duration deadline, Function<? super DedicatedLink, ? extends T> work) {
        return session.dedicated(deadline, work);
    }

    @Override
    public Explanation explain(Command<?> command) {
        return session.explain(command);
    }

    @Override
    public Explanation explain(Command<?> command, CallOptions options) {
        return session.explain(command, options);
    }

    @Override
    public Session newSession() {
        return new ClientSession(rooms, new SessionMarks(marks, losses, null, defaults));
    }

    @Override
    public Session newSession(CallOptions own) {
        return new ClientSession(rooms, new SessionMarks(marks, losses, null, defaults.and(own)));
    }

    @Override
    public Session newSession(ConsistencyToken... tokens) {
        ConsistencyToken all = Arrays.stream(tokens)
                .reduce(ConsistencyToken::merge)
                .orElseThrow(() -> new IllegalArgumentException("at least one token is needed"));
        return new ClientSession(rooms, new SessionMarks(marks, losses, all, defaults.and(CallOptions.SESSION)));
    }

    @Override
    public <T> Answer<T> answer(Command<T> command, CallOptions options) {
        return session.answer(command, options);
    }

    @Override
    public <T> CompletableFuture<Answer<T>> answerAsync(Command<T> command, CallOptions options) {
        return session.answerAsync(command, options);
    }

    @Override
    public ConsistencyToken token() {
        return session.token();
    }

    @Override
    public CompletableFuture<ConsistencyToken> tokenAsync() {
        return session.tokenAsync();
    }

    @Override
    public List<RoutingEvent.WritesLost> writesLost() {
        return session.writesLost();
    }

    @Override
    public Subscription subscribe(MessageListener listener, String... channels) {
        return subscribe(listener, Topics.channels(channels));
    }

    @Override
    public Subscription subscribe(MessageListener listener, Topics topics) {
        rooms.refuseOnEventLoop("subscribe");
        return feeds.subscribe(
                Objects.requireNonNull(listener, "listener"),
                Objects.requireNonNull(topics, "topics"),
                defaultDeadline);
    }

    @Override
    public Topology topology() {
        return discovery.topology();
    }

    @Override
    public void addListener(RoutingListener listener) {
        events.add(listener);
    }

    @Override
    public void removeListener(RoutingListener listener) {
        events.remove(listener);
    }

    @Override
    public void close() {
        rooms.refuseOnEventLoop("close");
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        login.close();
        sentinelLogin.close();
        executor.close();
        mint.close();
        dedicated.close();
        feeds.close();
        try {
            discovery.close(DRAIN).get(2 * DRAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("some links did not close in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        eventLoops
                .shutdownGracefully(0, DRAIN.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(DRAIN.toMillis());
        events.close();
    }

    /** Runs on an event loop what may complete calls, and with them code of the application. */
    private void onEventLoop(Runnable task) {
        try {
            eventLoops.next().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("closed; a late task is dropped", e);
        }
    }

    /** What discovery finds, handed on. */
    private final class Found implements DiscoveryListener {
        @Override
        public boolean wroteSince(long nanos) {
            return acknowledgements.anySince(nanos);
        }

        @Override
        public void changed(Topology topology, List<TopologyEvent> changes) {
            for (TopologyEvent each : changes) {
                if (each instanceof TopologyEvent.WritesLost loss) {
                    lost(loss);
                } else {
                    events.emit(new RoutingEvent.TopologyChanged(each, topology));
                }
            }
            if (cache != null && !changes.isEmpty()) {
                // A node joined, left, changed its role or history: rare, and what was kept is soon there again.
                cache.clear();
            }
            health.retain(
                    topology.shard().replicas().stream().map(Node::endpoint).toList());
            dedicated.changed();
            feeds.changed();
            onEventLoop(executor::changed);
        }

        /** A history was left behind: tells the application when any of its writes may be gone with it. */
        private void lost(TopologyEvent.WritesLost loss) {
            long possiblyLost = acknowledgements.leave(loss.survivedUntilNanos(), loss.amountKnown());
            if (possiblyLost > 0) {
                RoutingEvent.WritesLost event =
                        new RoutingEvent.WritesLost(loss, loss.amountKnown() ? possiblyLost : -1);
                losses.add(event);
                LOG.warn("{}", event);
                events.emit(event);
            }
        }

        @Override
        public void resolved() {
            onEventLoop(executor::resolved);
        }

        @Override
        public void alive(Endpoint node) {
            health.alive(node);
        }

        @Override
        public void opened(Link link) {
            if (cache != null) {
                cache.opened(link);
            }
        }

        @Override
        public void closed(Link link) {
            if (cache != null) {
                cache.closed(link);
            }
        }

        @Override
        public void pushed(Reply.Sequence push) {
            if (cache != null) {
                cache.pushed(push);
            }
        }
    }

    private final class Servers implements Cluster {
        @Override
        public Topology topology() {
            return discovery.topology();
        }

        @Override
        public Link link(Node node) {
            return discovery.link(node);
        }

        @Override
        public void suspect(String reason) {
            discovery.suspect(reason);
        }

        @Override
        public void loading(Endpoint node) {
            discovery.loading(node);
        }

        @Override
        public void probeSoon(boolean forOffset) {
            discovery.probeSoon(forOffset);
        }

        @Override
        public void boundInUse(long nanos) {
            discovery.boundInUse(nanos);
        }

        @Override
        public void offsetsInUse(long nanos) {
            discovery.offsetsInUse(nanos);
        }

        @Override
        public void covered(Node master, long sentNanos, ReplicationPosition place) {
            discovery.covered(master, sentNanos, place);
        }

        @Override
        public long probePeriodNanos() {
            return discovery.probePeriodNanos();
        }
    }

    private final class Told implements CallEvents {
        @Override
        public boolean wanted() {
            return events.callsWanted();
        }

        @Override
        public void emit(RoutingEvent event) {
            events.emit(event);
        }
    }
}
