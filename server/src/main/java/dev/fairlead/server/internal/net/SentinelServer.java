package dev.fairlead.server.internal.net;

import dev.fairlead.server.ServerConfig;
import dev.fairlead.server.internal.sentinel.MasterMemory;
import dev.fairlead.server.internal.sentinel.SentinelConfig;
import dev.fairlead.server.internal.sentinel.SentinelState;
import dev.fairlead.server.internal.sentinel.SentinelTimings;
import dev.fairlead.topology.Endpoint;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running Sentinel: a listener, its links to the nodes it watches, and the {@link SentinelState} that decides. All of it
 * lives on one event loop thread of its own, which ends with {@link #close}. The public methods may be called from any other
 * thread.
 */
public final class SentinelServer implements AutoCloseable {
    /** Ticks come this much earlier or later, so that Sentinels started together drift apart. */
    private static final int TICK_JITTER_MILLIS = 5;

    private static final int BACKLOG = 511;
    private static final ServerConfig DEFAULTS = ServerConfig.ofProcess();
    private static final long SHUTDOWN_SECONDS = 5;
    private static final Logger log = LoggerFactory.getLogger(SentinelServer.class);

    private final SentinelConfig config;
    private final Path file;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Faults faults;
    private final SplittableRandom random = new SplittableRandom();
    private final List<Channel> listeners = new ArrayList<>();
    private final SentinelLinks links;
    private final SentinelClients clients;
    private final SentinelScripts scripts;
    private final SentinelState state;
    private final Encryption encryption;
    private int port;
    private int encryptedPort;
    /** Where others reach this one, unless it was told what to announce; null until it is known. */
    private String ownHost;

    private volatile boolean crashed;
    private volatile List<String> written;
    private boolean closing;

    private SentinelServer(SentinelConfig config, Path file, SentinelTimings timings) {
        this.config = config;
        encryption = encryption(config);
        this.file = file;
        boolean epoll = Epoll.isAvailable();
        group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("fairlead-sentinel", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        loop = group.next();
        faults = new Faults(loop);
        clients = new SentinelClients(config.password());
        File home = config.dir() == null ? null : new File(config.dir());
        scripts = new SentinelScripts(loop, home, this::timings, this::event);
        links = new SentinelLinks(loop, faults, encryption, this::persist, clients::publish, scripts::run, this::crash);
        String myId = config.myId() == null ? newId() : config.myId();
        state = new SentinelState(myId, timings, random, links);
        links.state(state, this::reachedAt);
        clients.commands(new SentinelCommands(this, state, clients, scripts, config));
    }

    private static Encryption encryption(SentinelConfig config) {
        try {
            Path home = Path.of(config.dir() == null ? "" : config.dir()).toAbsolutePath();
            return new Encryption(name -> setting(config, name), home);
        } catch (Encryption.WrongDirectiveException e) {
            throw config.refused(e.directive(), e.getMessage());
        }
    }

    private static String setting(SentinelConfig config, String name) {
        return name.equals("port")
                ? Integer.toString(config.port())
                : config.tls().getOrDefault(name, DEFAULTS.get(name));
    }

    /** A Sentinel's directives of TLS are a server's. */
    private static String tlsDirective(String name, String value) {
        ServerConfig taker = ServerConfig.ofProcess();
        taker.set(name, value);
        return taker.get(name);
    }

    private SentinelTimings timings() {
        return state.timings();
    }

    private void event(String name, String payload) {
        links.event(name, payload);
    }

    /**
     * Starts a Sentinel as its file says.
     *
     * @throws IllegalArgumentException for a line it does not understand, with file, line number and reason
     * @throws UncheckedIOException when the file cannot be read or written, or the port not be opened
     */
    public static SentinelServer start(Path file) {
        try {
            SentinelConfig config = parse(file.toString(), Files.readAllLines(file));
            if (config.dir() != null && !Files.isDirectory(Path.of(config.dir()))) {
                throw new IOException("Can't chdir to '" + config.dir() + "': it is no directory; create it");
            }
            if (config.dir() != null) {
                requireWritable("dir " + config.dir(), Path.of(config.dir()));
            }
            if (!Files.isWritable(file)) {
                throw new IOException("Sentinel config file " + file + " is not writable: it keeps its state there");
            }
            requireWritable(
                    "the directory of the config file", file.toAbsolutePath().getParent());
            return new SentinelServer(config, file.toAbsolutePath(), SentinelTimings.STANDARD).open();
        } catch (IOException e) {
            throw new UncheckedIOException("Can't start the Sentinel with " + file + ": " + e.getMessage(), e);
        }
    }

    /** By writing there: what permissions say is not all, for root above all. */
    private static void requireWritable(String what, Path directory) throws IOException {
        try {
            Files.delete(Files.createTempFile(directory, ".sentinel-", null));
        } catch (IOException e) {
            throw new IOException(what + " cannot be written: " + e, e);
        }
    }

    /**
     * Starts a Sentinel that keeps its state in memory; {@link #written} gives it back for a restart.
     *
     * @param lines a {@code sentinel.conf}
     */
    public static SentinelServer start(List<String> lines, SentinelTimings timings) {
        return new SentinelServer(parse("sentinel.conf", lines), null, timings).open();
    }

    /**
     * Where the log of a Sentinel with this file goes; null for standard output.
     *
     * @throws IllegalArgumentException as {@link #start(Path)}
     * @throws UncheckedIOException when the file cannot be read
     */
    public static Path logFile(Path file) {
        try {
            SentinelConfig config = parse(file.toString(), Files.readAllLines(file));
            Path home = Path.of(config.dir() == null ? "" : config.dir());
            return config.logFile().isEmpty() ? null : home.resolve(config.logFile());
        } catch (IOException e) {
            throw new UncheckedIOException("Can't read the Sentinel's config file " + file + ": " + e.getMessage(), e);
        }
    }

    private static SentinelConfig parse(String fileName, List<String> lines) {
        return SentinelConfig.parse(
                fileName,
                lines,
                path -> new File(path).isFile() && new File(path).canExecute(),
                SentinelServer::resolve,
                SentinelServer::tlsDirective);
    }

    /** Blocks while the name is looked up, as a Sentinel does at its start and when it is told to monitor a master. */
    private static String resolve(String host) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("Can't resolve instance hostname '" + host + "'", e);
        }
    }

    private SentinelServer open() {
        try {
            listen();
            run(() -> {
                long now = SentinelLinks.nowMillis();
                announce();
                state.sentinelCredentials(config.sentinelCredentials());
                state.recallEpoch(config.currentEpoch());
                log.info("Sentinel ID is {}", state.myId());
                for (MasterMemory master : config.masters()) {
                    state.monitor(master.settings(), master.endpoint(), now);
                    state.recall(master, now);
                }
                persist();
                tick();
                return null;
            });
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void listen() {
        int plain = config.port();
        if (encryption.hasPort()) {
            encryptedPort = listen(Integer.parseInt(setting(config, "tls-port")), true);
        }
        port = plain == 0 && encryption.hasPort() ? encryptedPort : listen(plain, false);
        if (config.bind().size() == 1 && !config.bind().get(0).matches("0\\.0\\.0\\.0|\\*|-?::\\*?")) {
            ownHost = config.bind().get(0);
        }
    }

    /** @return the port, the free one that was found if 0 was wanted */
    private int listen(int wanted, boolean encrypted) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(faults.gate());
                        if (encrypted) {
                            encryption.accept(channel.pipeline());
                        }
                        channel.pipeline().addLast(clients.newClient());
                    }
                });
        int found = wanted;
        for (String host : config.bind().isEmpty() ? List.of("0.0.0.0") : config.bind()) {
            try {
                Channel listener = bootstrap
                        .bind(new InetSocketAddress(host.startsWith("-") ? host.substring(1) : host, found))
                        .sync()
                        .channel();
                listeners.add(listener);
                found = ((InetSocketAddress) listener.localAddress()).getPort();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while opening port " + found, e);
            } catch (Exception e) { // netty throws the checked BindException past its signature
                throw new UncheckedIOException(
                        "Failed listening on port " + found + " of " + host + " (" + e.getMessage() + ")",
                        e instanceof IOException io ? io : new IOException(e));
            }
        }
        faults.listensOn(found);
        return found;
    }

    private void reachedAt(String host) {
        ownHost = ownHost == null ? host : ownHost;
        announce();
    }

    /** Says under which address other Sentinels reach this one, as far as it is known. */
    void announce() {
        String host = config.announceIp() == null ? ownHost : config.announceIp();
        if (host != null) {
            int reached = encryption.isAmongServers() && encryptedPort > 0 ? encryptedPort : port;
            state.announce(new Endpoint(host, config.announcePort() == 0 ? reached : config.announcePort()));
        }
    }

    private void tick() {
        if (closing) {
            return;
        }
        state.tick(SentinelLinks.nowMillis());
        int jitter = random.nextInt(2 * TICK_JITTER_MILLIS + 1) - TICK_JITTER_MILLIS;
        loop.schedule(this::tick, SentinelState.TICK_MILLIS + jitter, TimeUnit.MILLISECONDS);
    }

    /** Ends as told by SENTINEL SIMULATE-FAILURE: in the middle of a step, with nothing said any more. */
    private void crash() {
        log.warn("Simulated failure: this Sentinel ends now");
        crashed = true;
        endLater();
    }

    /** Whether it ended by a failure that it was told to simulate. */
    public boolean hasCrashed() {
        return crashed;
    }

    /** Keeps the state in memory or, durably, in the file. @return false when the file cannot be written */
    boolean persist() {
        List<String> lines = config.rewrite(state);
        written = lines;
        if (file == null) {
            return true;
        }
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
            Files.write(next, bytes);
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            log.error("WARNING: Sentinel was not able to save the new configuration on disk!!!: {}", e.toString());
            return false;
        }
    }

    /** The configuration as it was last kept. */
    public List<String> written() {
        return written;
    }

    /** Never 0. */
    public int port() {
        return port;
    }

    public Faults faults() {
        return faults;
    }

    /**
     * Begins a failover.
     *
     * @param coordinated whether the master hands over itself
     * @throws IllegalStateException with the Sentinel's own words when it cannot
     */
    public void failover(String masterName, boolean coordinated) {
        run(() -> state.failover(masterName, coordinated, SentinelLinks.nowMillis()))
                .ifPresent(reason -> {
                    throw new IllegalStateException(reason);
                });
    }

    /** Where this Sentinel holds the master to be, and by which epoch. @throws IllegalArgumentException for an unknown name */
    public MasterView master(String masterName) {
        return run(() -> state.memory().stream()
                .filter(master -> master.settings().name().equals(masterName))
                .map(master -> new MasterView(
                        master.endpoint().host(), master.endpoint().port(), master.configEpoch()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No such master with that name: " + masterName)));
    }

    /** A master's address and the epoch of the failover that put it there. */
    public record MasterView(String host, int port, long configEpoch) {}

    /** The master and everybody around it in the fields of SENTINEL MASTER, for a person. */
    public String describe(String masterName) {
        return run(() -> {
            long now = SentinelLinks.nowMillis();
            return state.describeMaster(masterName, now)
                    + " replicas " + state.describeReplicas(masterName, now)
                    + " sentinels " + state.describeSentinels(masterName, now);
        });
    }

    /** Whether the master, so many replicas in step with it and so many other Sentinels are up, and no failover is under way. */
    public boolean sees(String masterName, int replicas, int otherSentinels) {
        return run(() -> state.sees(masterName, replicas, otherSentinels));
    }

    private <T> T run(Callable<T> task) {
        try {
            return loop.submit(task).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the Sentinel", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Waits until it has ended. */
    public void awaitTermination() throws InterruptedException {
        group.terminationFuture().await();
    }

    /** Ends at once, as {@code kill -9} does; what was {@link #written} stays. Waits for the thread to end. */
    @Override
    public void close() {
        faults.resume();
        endLater();
        group.terminationFuture().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }

    /** From any thread: closes everything on the loop, then ends it. */
    void endLater() {
        if (loop.isShuttingDown()) {
            return;
        }
        loop.execute(() -> {
            closing = true;
            listeners.forEach(Channel::close);
            clients.close();
            scripts.close();
            state.close();
        });
        group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }

    private String newId() {
        StringBuilder id = new StringBuilder();
        while (id.length() < 40) {
            id.append(Integer.toHexString(random.nextInt(16)));
        }
        return id.toString();
    }
}
