package dev.fairlead.server;

import dev.fairlead.server.internal.net.Faults;
import dev.fairlead.server.internal.net.SentinelServer;
import dev.fairlead.server.internal.net.SentinelServer.MasterView;
import dev.fairlead.server.internal.sentinel.SentinelTimings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A master, its replicas and the Sentinels that guard them, inside this JVM on free ports of 127.0.0.1, with faults on
 * command. They are the same servers that run as processes, and talk to each other and to clients over sockets.
 *
 * <p>Safe to use from several threads; each fault is in force when its method returns. {@link #close} ends every thread.
 */
public final class EmbeddedCluster implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Builder settings;
    /** In the order they were started: at first the master is number 0. */
    private final List<Member> nodes = new ArrayList<>();

    private final List<Member> sentinels = new ArrayList<>();

    private EmbeddedCluster(Builder settings) {
        this.settings = settings;
    }

    /** A cluster to be configured; it starts with {@link Builder#start}. */
    public static Builder builder() {
        return new Builder();
    }

    private record TlsFiles(Path certificate, Path key, Path authorities) {}

    /** Collects the configuration. Not thread-safe. */
    public static final class Builder {
        private int replicas = 2;
        private int sentinels = 3;
        private String masterName = "mymaster";
        private String password;
        private Duration downAfter = Duration.ofMillis(500);
        private Duration failoverTimeout = Duration.ofSeconds(3);
        private final Map<String, String> directives = new LinkedHashMap<>();

        private TlsFiles files;

        private Builder() {}

        /** Replicas beside the one master. Default: 2. */
        public Builder replicas(int count) {
            replicas = requireAtLeast("replicas", count, 0);
            return this;
        }

        /** Sentinels, of which a majority agrees on a failover. Default: 3. With 0 nobody fails the master over. */
        public Builder sentinels(int count) {
            sentinels = requireAtLeast("sentinels", count, 0);
            return this;
        }

        /** The name under which the Sentinels know the master. Default: {@code mymaster}. */
        public Builder masterName(String name) {
            masterName = name;
            return this;
        }

        /** What the master and the replicas ask of clients, and of each other. Default: nothing. */
        public Builder password(String secret) {
            password = secret;
            return this;
        }

        /**
         * Encrypts every connection: those of clients, and those between the members. Default: plain TCP. Clients may, and need not, show a
         * certificate.
         *
         * @param certificate PEM, of every member; clients that verify it want it for 127.0.0.1
         * @param key its private key in PEM
         * @param authorities PEM, whom the members trust
         */
        public Builder tls(Path certificate, Path key, Path authorities) {
            files = new TlsFiles(certificate, key, authorities);
            return this;
        }

        /** Silence after which the Sentinels take a node for dead. Default: 500 ms; at least 1 ms. */
        public Builder downAfter(Duration silence) {
            requireAtLeast("downAfter in ms", silence.toMillis(), 1);
            downAfter = silence;
            return this;
        }

        /** Bound on each step of a failover; twice this passes between two attempts. Default: 3 s; at least 1 ms. */
        public Builder failoverTimeout(Duration bound) {
            requireAtLeast("failoverTimeout in ms", bound.toMillis(), 1);
            failoverTimeout = bound;
            return this;
        }

        /** A directive of redis.conf for the master and every replica. */
        public Builder set(String directive, String value) {
            directives.put(directive, value);
            return this;
        }

        /**
         * Starts everything and returns once every replica is in step with the master and every Sentinel sees all the others.
         *
         * @throws IllegalStateException when that takes more than 30 s, saying what is missing
         * @throws IllegalArgumentException for a directive that the server does not know, or a value that it does not take
         */
        public EmbeddedCluster start() {
            EmbeddedCluster cluster = new EmbeddedCluster(this);
            try {
                cluster.startAll();
                return cluster;
            } catch (RuntimeException | Error e) {
                cluster.close();
                throw e;
            }
        }

        private static <N extends Number> N requireAtLeast(String what, N value, long least) {
            if (value.longValue() < least) {
                throw new IllegalArgumentException(what + " must be at least " + least + ", not " + value);
            }
            return value;
        }
    }

    private void startAll() {
        Node master = new Node(null);
        nodes.add(master);
        for (int i = 0; i < settings.replicas; i++) {
            nodes.add(new Node(master));
        }
        for (int i = 0; i < settings.sentinels; i++) {
            sentinels.add(new Watcher(sentinelDirectives()));
        }
        awaitStable(START_TIMEOUT);
    }

    private List<String> sentinelDirectives() {
        String name = settings.masterName;
        List<String> lines = new ArrayList<>();
        lines.add("port 0");
        lines.add("bind " + HOST);
        int quorum = settings.sentinels / 2 + 1;
        lines.add("sentinel monitor " + name + " " + HOST + " " + nodes.get(0).port() + " " + quorum);
        lines.add("sentinel down-after-milliseconds " + name + " " + settings.downAfter.toMillis());
        lines.add("sentinel failover-timeout " + name + " " + settings.failoverTimeout.toMillis());
        lines.add("sentinel parallel-syncs " + name + " " + Math.max(1, settings.replicas));
        if (settings.password != null) {
            lines.add("sentinel auth-pass " + name + " \"" + settings.password + "\"");
        }
        if (settings.files != null) {
            lines.add("tls-cert-file "
                    + ConfigFile.quoted(
                            settings.files.certificate.toAbsolutePath().toString()));
            lines.add("tls-key-file "
                    + ConfigFile.quoted(settings.files.key.toAbsolutePath().toString()));
            lines.add("tls-ca-cert-file "
                    + ConfigFile.quoted(
                            settings.files.authorities.toAbsolutePath().toString()));
            lines.add("tls-auth-clients optional");
            lines.add("tls-replication yes");
        }
        for (Member replica : nodes.subList(1, nodes.size())) {
            lines.add("sentinel known-replica " + name + " " + HOST + " " + replica.port());
        }
        return lines;
    }

    /** The node that the Sentinels hold to be the master; the first one when there are no Sentinels to ask. */
    public Member master() {
        return askedMaster().orElseGet(() -> nodes.get(0));
    }

    /** A node that is not the master at the moment, counted in the order of their start. */
    public Member replica(int index) {
        Member master = master();
        List<Member> replicas = nodes.stream().filter(node -> node != master).toList();
        return replicas.get(index);
    }

    /** A Sentinel. */
    public Member sentinel(int index) {
        return sentinels.get(index);
    }

    /** The master and the replicas, in the order of their start, running or not. */
    public List<Member> nodes() {
        return List.copyOf(nodes);
    }

    /** All Sentinels, running or not. */
    public List<Member> sentinels() {
        return List.copyOf(sentinels);
    }

    public String masterName() {
        return settings.masterName;
    }

    /** {@code host:port} of the master and the replicas. */
    public String[] seeds() {
        return nodes.stream().map(Member::address).toArray(String[]::new);
    }

    /** {@code host:port} of the Sentinels. */
    public String[] sentinelAddresses() {
        return sentinels.stream().map(Member::address).toArray(String[]::new);
    }

    /** Orders a failover ({@code SENTINEL FAILOVER}) and returns at once. @throws IllegalStateException when a Sentinel refuses it */
    public void failover() {
        failover(false);
    }

    /**
     * Orders a coordinated failover ({@code SENTINEL FAILOVER … COORDINATED}) and returns at once: the master holds its writes back and
     * hands over to a replica at the same offset, so that no acknowledged write is lost.
     *
     * @throws IllegalStateException when a Sentinel refuses it
     */
    public void coordinatedFailover() {
        failover(true);
    }

    private void failover(boolean coordinated) {
        Watcher leader = watchers()
                .filter(Watcher::answers)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no Sentinel is there to fail the master over"));
        leader.server.failover(settings.masterName, coordinated);
    }

    /** Kills the present master. @return the node that was it */
    public Member killMaster() {
        Member master = master();
        master.kill();
        return master;
    }

    /** Cuts every member of one set from every member of the other; nobody is told, connections stay open. */
    public void partition(Set<Member> one, Set<Member> other) {
        one.forEach(a -> other.forEach(b -> a.faults().cutFrom(b.faults())));
    }

    /** Ends every partition and isolation. */
    public void heal() {
        members().filter(Member::isRunning).forEach(Member::heal);
    }

    /**
     * Waits until all Sentinels that can answer name the same running node as the master, and it is not {@code old}.
     *
     * @throws IllegalStateException when it takes longer than this
     */
    public Member awaitMasterOtherThan(Member old, Duration timeout) {
        await(
                timeout,
                () -> agreedMaster().filter(master -> master != old).isPresent(),
                () -> "no agreement on a master other than " + old.address());
        return master();
    }

    /** Waits until all Sentinels that can answer name the same running node as the master. @throws IllegalStateException after this */
    public Member awaitMaster(Duration timeout) {
        await(timeout, () -> agreedMaster().isPresent(), () -> "no agreement on a running master");
        return master();
    }

    /**
     * Waits until the cluster is whole: the Sentinels agree, no failover is under way, and every running node that is not the
     * master is a replica of it whose link is up. Without Sentinels it returns at once.
     *
     * @throws IllegalStateException when it takes longer than this
     */
    public void awaitStable(Duration timeout) {
        await(
                timeout,
                () -> {
                    int replicas =
                            (int) nodes.stream().filter(Member::isRunning).count() - 1;
                    int others =
                            (int) sentinels.stream().filter(Member::isRunning).count() - 1;
                    return watchers()
                                    .allMatch(watcher -> !watcher.answers()
                                            || watcher.server.sees(settings.masterName, replicas, others))
                            && (settings.sentinels == 0 || agreedMaster().isPresent());
                },
                () -> "the cluster is not whole");
    }

    private void await(Duration timeout, BooleanSupplier condition, Supplier<String> complaint) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                StringBuilder views = new StringBuilder();
                watchers().filter(Watcher::answers).forEach(watcher -> views.append("; Sentinel ")
                        .append(watcher.address())
                        .append(" sees ")
                        .append(watcher.server.describe(settings.masterName)));
                throw new IllegalStateException(complaint.get() + " after " + timeout + views);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** The Sentinels' word: the one with the newest configuration is right. */
    private Optional<Member> askedMaster() {
        return views().max(Comparator.comparingLong(MasterView::configEpoch)).flatMap(this::nodeOf);
    }

    private Optional<Member> agreedMaster() {
        List<MasterView> distinct = views().distinct().toList();
        return distinct.size() == 1 ? nodeOf(distinct.get(0)).filter(Member::isRunning) : Optional.empty();
    }

    private Stream<MasterView> views() {
        return watchers().filter(Watcher::answers).map(watcher -> watcher.server.master(settings.masterName));
    }

    private Optional<Member> nodeOf(MasterView view) {
        return nodes.stream().filter(node -> node.port() == view.port()).findFirst();
    }

    private Stream<Watcher> watchers() {
        return sentinels.stream().map(Watcher.class::cast);
    }

    private Stream<Member> members() {
        return Stream.concat(sentinels.stream(), nodes.stream());
    }

    /** Ends every member, as {@code kill -9} does: nobody waits for anybody. */
    @Override
    public void close() {
        members().forEach(Member::kill);
    }

    /** One server or Sentinel of the cluster. It keeps its port over a restart. */
    public abstract static sealed class Member permits Node, Watcher {
        private boolean paused;
        private boolean isolated;
        private boolean running = true;

        private Member() {}

        public String host() {
            return HOST;
        }

        public abstract int port();

        /** {@code host:port}. */
        public String address() {
            return host() + ":" + port();
        }

        /** Whether the Sentinels hold this node to be the master. */
        public abstract boolean isMaster();

        public synchronized boolean isRunning() {
            return running;
        }

        /** Whether it can be asked something now. */
        synchronized boolean answers() {
            return running && !paused && !isolated;
        }

        abstract Faults faults();

        abstract void end(boolean abruptly);

        abstract void begin();

        /**
         * What its master sends is applied that much later, in order. Default: at once; {@code Duration.ZERO} goes back to that.
         *
         * @throws IllegalStateException for a Sentinel
         */
        public synchronized void delayReplication(Duration delay) {
            if (this instanceof Watcher) {
                throw new IllegalStateException(address() + " is a Sentinel and replicates nothing");
            }
            requireRunning();
            faults().delayReplication(delay);
        }

        /** Freezes it as SIGSTOP does: its connections stay open and nothing is answered. */
        public synchronized void pause() {
            requireRunning();
            paused = true;
            faults().pause();
        }

        /** Ends {@link #pause}. */
        public synchronized void resume() {
            requireRunning();
            faults().resume();
            paused = false;
        }

        /** Cuts it from everybody; nobody is told, connections stay open. */
        public synchronized void isolate() {
            requireRunning();
            isolated = true;
            faults().isolate();
        }

        /** Ends {@link #isolate} and every partition it is in: what was held back flows. */
        public synchronized void heal() {
            requireRunning();
            faults().heal();
            isolated = false;
        }

        /** Ends it as {@code kill -9} does. Nothing happens if it does not run. */
        public synchronized void kill() {
            finish(true);
        }

        /** Ends it in order, as SIGTERM does. Nothing happens if it does not run. */
        public synchronized void stop() {
            finish(false);
        }

        private void finish(boolean abruptly) {
            if (running) {
                faults().resume();
                paused = false;
                isolated = false;
                end(abruptly);
                running = false;
            }
        }

        /**
         * Starts it again on its port, killed first if it runs: a node without data, as what it was when it ended, a Sentinel
         * with what it had written down.
         */
        public synchronized void restart() {
            finish(true);
            begin();
            running = true;
        }

        private void requireRunning() {
            if (!running) {
                throw new IllegalStateException(address() + " does not run");
            }
        }

        @Override
        public String toString() {
            return address();
        }
    }

    /** A master or a replica. */
    private final class Node extends Member {
        private FairleadServer server;
        private final int port;
        private boolean endedAsMaster;

        Node(Member master) {
            server = configured(0, master).start();
            port = server.port();
        }

        private FairleadServer.Builder configured(int wantedPort, Member master) {
            FairleadServer.Builder builder =
                    FairleadServer.builder().bind(HOST).port(wantedPort).set("enable-debug-command", "yes");
            if (settings.password != null) {
                builder.set("requirepass", settings.password).set("masterauth", settings.password);
            }
            if (settings.files != null) {
                builder.tls(settings.files.certificate, settings.files.key, settings.files.authorities);
            }
            settings.directives.forEach(builder::set);
            return master == null ? builder : builder.replicaOf(master.host(), master.port());
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public boolean isMaster() {
            return master() == this;
        }

        @Override
        Faults faults() {
            return server.faults();
        }

        @Override
        void end(boolean abruptly) {
            endedAsMaster = isMaster();
            if (abruptly) {
                server.kill();
            } else {
                server.close();
            }
        }

        @Override
        void begin() {
            Member master = master();
            server = configured(port, endedAsMaster || master == this ? null : master)
                    .start();
        }
    }

    /** A Sentinel. */
    private static final class Watcher extends Member {
        private SentinelServer server;
        private final int port;

        Watcher(List<String> directives) {
            server = SentinelServer.start(directives, SentinelTimings.EMBEDDED);
            port = server.port();
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public boolean isMaster() {
            return false;
        }

        @Override
        Faults faults() {
            return server.faults();
        }

        @Override
        void end(boolean abruptly) {
            server.close();
        }

        @Override
        void begin() {
            List<String> lines = new ArrayList<>(server.written());
            if (lines.contains("tls-replication yes")) {
                lines.removeIf(line -> line.startsWith("tls-port "));
                lines.add("tls-port " + port);
            } else {
                lines.replaceAll(line -> line.startsWith("port ") ? "port " + port : line);
            }
            server = SentinelServer.start(lines, SentinelTimings.EMBEDDED);
        }
    }
}
