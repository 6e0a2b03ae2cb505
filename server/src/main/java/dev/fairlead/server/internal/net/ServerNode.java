package dev.fairlead.server.internal.net;

import dev.fairlead.command.CommandTable;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.server.ServerConfig;
import dev.fairlead.server.ServerStartException;
import dev.fairlead.server.internal.command.ClientSession;
import dev.fairlead.server.internal.command.CommandException;
import dev.fairlead.server.internal.command.CommandExecutor;
import dev.fairlead.server.internal.command.CommandRegistry;
import dev.fairlead.server.internal.command.ConfigStore;
import dev.fairlead.server.internal.command.PersistenceCommands;
import dev.fairlead.server.internal.command.PersistenceControl.Saving;
import dev.fairlead.server.internal.command.ReplicationCommands;
import dev.fairlead.server.internal.command.ServerClock;
import dev.fairlead.server.internal.command.ServerControl;
import dev.fairlead.server.internal.command.StandardCommands;
import dev.fairlead.server.internal.keyspace.EncodingLimits;
import dev.fairlead.server.internal.keyspace.Keyspace;
import dev.fairlead.server.internal.replication.ReplicationState;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running server, put together: the keyspace, the commands, replication, persistence, and the one event loop on which all of
 * them live. It answers what the commands ask about the server, and does what is due by the clock.
 *
 * <p>Everything but {@link #start}, {@link #stop} and {@link #kill} is confined to that loop, the command thread.
 */
public final class ServerNode implements ServerControl {
    /** The version of Redis that INFO and snapshots claim compatibility with. */
    static final String COMPATIBLE_VERSION = "7.0.15";

    /** Under this name the command thread tells the log what the server is: M for a master, S for a replica. */
    public static final String LOG_ROLE = "role";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long CRON_MILLIS = 100;
    private static final int CRONS_A_SECOND = 10;
    /**
     * Rest after a slice, by the time that it took: work takes a third of the thread. A thread that never rests is made to wait for
     * the processor when there are more threads than processors, and its clients with it.
     */
    private static final int REST_PER_WORK = 2;
    /** Without a command for so long nobody is there to be delayed. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final ServerConfig config;
    private final ServerClock clock = ServerClock.system();
    private final Keyspace keyspace;
    private final LiveConfig liveConfig;
    private final Sockets sockets;
    private final FlushQueue flushes;
    private final Replication replication;
    private final Persistence persistence;
    private final CommandExecutor executor;
    private final Faults faults;
    private final String runId = newId();
    private Logger log = LoggerFactory.getLogger("dev.fairlead.server");
    private OutputLimits outputLimits;
    private long queryBufferLimit;
    private long leastReplicas;
    private long mostLagSeconds;
    private RespLimits requestLimits = RespLimits.DEFAULT;
    private long lastClientId;
    private long crons;
    private long commandsAtLastSlice;
    private long lastServedNanos;
    private ScheduledFuture<?> deadline;
    private long deadlineMillis = Long.MAX_VALUE;
    private Shutdown shutdown;

    /**
     * Puts the server together; {@link #start} makes it run.
     *
     * @param breakable whether {@link #faults} may be used; costs a handler in each connection
     */
    public ServerNode(ServerConfig config, boolean breakable) {
        this.config = config;
        this.sockets = new Sockets(breakable);
        this.faults = sockets.faults();
        this.flushes = new FlushQueue(sockets.loop());
        this.keyspace = new Keyspace((int) config.number("databases"), new EncodingLimits());
        this.liveConfig = new LiveConfig(config, this::configSet);
        ReplicationState state = new ReplicationState(ServerNode::newId, backlogBytes());
        this.replication = new Replication(this, state);
        CommandRegistry registry = new CommandRegistry(CommandTable.standard());
        StandardCommands.registerAll(registry);
        ReplicationCommands.register(registry, replication);
        this.executor = new CommandExecutor(keyspace, registry, this, replication.replicas(), clock);
        this.persistence = new Persistence(this);
        PersistenceCommands.register(registry, persistence);
        ReplicationInfo.contribute(executor.info(), this);
        executor.info().contribute("server", lines -> lines.add("run_id", runId)
                .add("tcp_port", port())
                .add("config_file", config.file() == null ? "" : config.file()));
        flushes.first(this::beforeSleep);
        configChanged();
    }

    private static String newId() {
        byte[] random = new byte[20];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private int backlogBytes() {
        return (int) Math.min(config.number("repl-backlog-size"), 1 << 30);
    }

    private Encryption encryption() throws Encryption.WrongDirectiveException {
        return new Encryption(config::get, config.home());
    }

    private void configSet(Set<String> names) throws Encryption.WrongDirectiveException {
        if (names.stream().anyMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("tls-"))) {
            // Reads the certificates again, also where they have the same names as before.
            sockets.encryption(encryption());
        }
        configChanged();
    }

    private void configChanged() {
        outputLimits = OutputLimits.of(config);
        queryBufferLimit = config.number("client-query-buffer-limit");
        requestLimits = new RespLimits((int) config.number("proto-max-bulk-len"), 1 << 20, 1 << 30, 32, 64 << 10);
        if (backlogBytes() != replication.state().backlogCapacity()) {
            replication.state().resizeBacklog(backlogBytes());
        }
        replication.configChanged();
        leastReplicas = config.number("min-replicas-to-write");
        mostLagSeconds = config.number("min-replicas-max-lag");
        encodingLimitsChanged();
    }

    private void encodingLimitsChanged() {
        EncodingLimits limits = keyspace.limits();
        limits.hashEntries = (int) config.number("hash-max-listpack-entries");
        limits.hashValueBytes = (int) config.number("hash-max-listpack-value");
        limits.setIntegers = (int) config.number("set-max-intset-entries");
        limits.sortedSetEntries = (int) config.number("zset-max-listpack-entries");
        limits.sortedSetValueBytes = (int) config.number("zset-max-listpack-value");
    }

    // --- start ---

    /**
     * Loads the data, opens the port, and follows its master if it has one. Called once, by any thread but the loop's.
     *
     * @throws ServerStartException when the file or the port does not allow it; nothing is left running then
     */
    public void start() {
        try {
            Encryption encryption = encryption();
            Persistence.Loaded loaded = loop().submit(this::load).get();
            sockets.listen(config, encryption, () -> new ClientChannel(this, nextClientId(), requestLimits));
            loop().submit(() -> goLive(loaded)).get();
        } catch (ExecutionException e) {
            sockets.close();
            if (e.getCause() instanceof ServerStartException start) {
                throw start;
            }
            throw new ServerStartException("The server could not start: " + e.getCause(), e.getCause());
        } catch (Encryption.WrongDirectiveException e) {
            sockets.close();
            throw config.refused(e.directive(), e.getMessage());
        } catch (IOException e) {
            sockets.close();
            throw new ServerStartException(e.getMessage(), e);
        } catch (InterruptedException e) {
            sockets.close();
            Thread.currentThread().interrupt();
            throw new ServerStartException("Interrupted while the server started", e);
        }
    }

    private Persistence.Loaded load() {
        log.info("Server initialized");
        config.withoutEffect().forEach(name -> log.warn("'{}' is accepted and has no effect on this server", name));
        boolean asMaster = config.words("replicaof").isEmpty();
        Persistence.Loaded loaded = persistence.load(!asMaster);
        if (loaded != null) {
            replication.state().restore(loaded.replicationId(), loaded.offset(), asMaster);
        }
        return loaded;
    }

    private void goLive(Persistence.Loaded loaded) {
        log = LoggerFactory.getLogger("dev.fairlead.server." + port());
        loop().scheduleAtFixedRate(this::cron, CRON_MILLIS, CRON_MILLIS, TimeUnit.MILLISECONDS);
        log.info("Ready to accept connections");
        List<String> master = config.words("replicaof");
        if (!master.isEmpty()) {
            int database = loaded == null ? 0 : loaded.streamDatabase();
            replication.startFollowing(master.get(0), Integer.parseInt(master.get(1)), loaded != null, database);
            if (loaded != null) {
                replication.master().guard().holdsItsData();
            }
            log.info("Connecting to MASTER {}:{}", master.get(0), master.get(1));
            replication.master().connect();
        }
    }

    // --- connections ---

    long nextClientId() {
        return ++lastClientId;
    }

    /** A connection was accepted: it becomes a client, or is told why not. */
    void accepted(ClientChannel client) {
        if (executor.clients().size() >= config.number("maxclients")) {
            executor.stats().connectionsRejected++;
            client.writer().error("ERR max number of clients reached");
            client.closeAfterReplies();
        } else if (isProtectedFrom(client)) {
            executor.stats().connectionsRejected++;
            client.writer()
                    .error(
                            "DENIED Redis is running in protected mode because protected mode is enabled and no password is"
                                    + " set for the default user. In this mode connections are only accepted from the loopback"
                                    + " interface. Set 'requirepass', or 'protected-mode no' if the port is not reachable from"
                                    + " outside.");
            client.closeAfterReplies();
        } else {
            executor.connected(client.session());
        }
    }

    private boolean isProtectedFrom(ClientChannel client) {
        if (!config.yes("protected-mode") || !config.get("requirepass").isEmpty()) {
            return false;
        }
        try {
            return !InetAddress.getByName(client.remoteHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return true; // an address that cannot be read is not the loopback
        }
    }

    void gone(ClientChannel client) {
        replication.gone(client.session());
        executor.disconnected(client.session());
    }

    /** Opens a connection to another server. */
    ChannelFuture connect(String host, int port, ChannelHandler handler) {
        return sockets.connect(host, port, handler, (int) Math.min(60, config.number("repl-timeout")) * 1000);
    }

    /**
     * Runs the next slice of long work: after a rest while clients are being served, else in the next turn of the loop, after the
     * sockets were looked at. A task that queues itself with {@code execute} would run again in the same turn, for as long as a
     * second, before any client is read.
     *
     * @param workedNanos how long the slice took that has just ended
     */
    void nextSlice(Runnable slice, long workedNanos) {
        long commands = executor.stats().commands();
        long now = clock.nowNanos();
        if (commands != commandsAtLastSlice) {
            commandsAtLastSlice = commands;
            lastServedNanos = now;
        }
        if (now - lastServedNanos > IDLE_NANOS) {
            sockets.nextTurn(slice);
        } else {
            loop().schedule(slice, REST_PER_WORK * workedNanos, TimeUnit.NANOSECONDS);
        }
    }

    // --- due by the clock ---

    private void beforeSleep() {
        replication.replicas().beforeSleep();
        long next = executor.nextDeadlineMillis();
        if (next < deadlineMillis) {
            if (deadline != null) {
                deadline.cancel(false);
            }
            deadlineMillis = next;
            long wait = Math.max(0, next - clock.nowMillis());
            deadline = loop().schedule(this::tick, Math.min(wait, Integer.MAX_VALUE), TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        deadlineMillis = Long.MAX_VALUE;
        deadline = null;
        executor.tick();
        flushes.request();
    }

    private void cron() {
        try {
            executor.tick();
            executor.cron();
            persistence.cron();
            replication.failover().check();
            if (shutdown != null) {
                shutdown.check();
            }
            if (++crons % CRONS_A_SECOND == 0) {
                replication.cron();
                closeIdleClients();
            }
            flushes.request();
        } catch (RuntimeException e) {
            log.error("Periodic work failed; it is tried again in {} ms", CRON_MILLIS, e);
        }
    }

    private void closeIdleClients() {
        long timeoutMillis = config.number("timeout") * 1000;
        for (ClientSession session : List.copyOf(executor.clients().all())) {
            boolean idle = timeoutMillis > 0 && clock.nowMillis() - session.lastInteractionMillis() > timeoutMillis;
            if (idle && session.kind() == ClientSession.Kind.NORMAL && !session.isBlocked()) {
                log.debug("Closing idle client");
                session.connection().close();
            } else if (session.connection() instanceof ClientChannel client) {
                client.checkLimit();
            }
        }
    }

    /** A snapshot is done; another one may have waited for it. */
    void snapshotSlotFree() {
        replication.replicas().snapshotSlotFree();
    }

    // --- the end ---

    void shutdown(Saving saving, boolean now, boolean force) {
        log.warn("User requested shutdown...");
        if (shutdown != null) {
            shutdown.abort();
        }
        shutdown = new Shutdown(this, saving, force);
        boolean waits = !now && config.number("shutdown-timeout") > 0 && !isReplica();
        if (!waits || shutdown.replicasAreLevel()) {
            endNow();
        } else {
            shutdown.waitForReplicas(config.number("shutdown-timeout"));
        }
    }

    /** The replicas are level, or the time for it is over. */
    void endNow() {
        boolean saved = persistence.saveAtEnd(shutdown.saving());
        if (!saved && !shutdown.force()) {
            shutdown = null;
            log.warn("Errors trying to shut down the server. Check the logs for more information.");
            throw new CommandException("ERR Errors trying to SHUTDOWN. Check logs.");
        }
        log.warn("Redis is now ready to exit, bye bye...");
        closeAll();
    }

    boolean abortShutdown() {
        if (shutdown == null) {
            return false;
        }
        shutdown.abort();
        shutdown = null;
        log.warn("Shutdown manually aborted.");
        return true;
    }

    private void closeAll() {
        if (replication.master() != null) {
            replication.master().close();
        }
        persistence.close();
        sockets.closeInOrder();
    }

    /** Ends the server as SIGTERM does, and waits for it. Called by any thread but the loop's. */
    public void stop() {
        faults.resume();
        if (!loop().isShuttingDown()) {
            loop().execute(() -> {
                if (shutdown == null && sockets.isOpen()) {
                    endOrLeaveOpen();
                }
            });
        }
        sockets.awaitEnd();
    }

    private void endOrLeaveOpen() {
        try {
            shutdown(Saving.AS_CONFIGURED, false, true);
        } catch (CommandException e) {
            log.error("{}", e.getMessage());
        }
    }

    /** Ends the server as {@code kill -9} does, and waits for it. */
    public void kill() {
        faults.resume();
        loop().execute(() -> {
            sockets.reset(); // first, so that the master and the replicas get a reset too, and nothing in order
            persistence.close();
            if (replication.master() != null) {
                replication.master().close();
            }
        });
        sockets.awaitEnd();
    }

    public void awaitEnd() {
        sockets.awaitEnd();
    }

    // --- what the rooms ask ---

    public int port() {
        return sockets.port();
    }

    int portAmongServers() {
        return sockets.portAmongServers();
    }

    public String runId() {
        return runId;
    }

    /** What may be broken on command. */
    public Faults faults() {
        return faults;
    }

    long replicationDelayNanos() {
        return faults.replicationDelayNanos();
    }

    EventLoop loop() {
        return sockets.loop();
    }

    Logger log() {
        return log;
    }

    ServerClock clock() {
        return clock;
    }

    Keyspace keyspace() {
        return keyspace;
    }

    CommandExecutor executor() {
        return executor;
    }

    Replication replication() {
        return replication;
    }

    Persistence persistence() {
        return persistence;
    }

    FlushQueue flushes() {
        return flushes;
    }

    OutputLimits outputLimits() {
        return outputLimits;
    }

    long queryBufferLimit() {
        return queryBufferLimit;
    }

    @Override
    public boolean isReplica() {
        return replication.isReplica();
    }

    @Override
    public boolean isReplicaReadOnly() {
        return config.yes("replica-read-only");
    }

    @Override
    public boolean isMasterLinkUp() {
        return replication.master() != null && replication.master().isUp();
    }

    @Override
    public boolean servesStaleData() {
        return config.yes("replica-serve-stale-data");
    }

    @Override
    public boolean stopsWritesForFailedSave() {
        return !persistence.lastSaveOk() && config.savePoints().length > 0 && config.yes("stop-writes-on-bgsave-error");
    }

    @Override
    public boolean isTooStale() {
        return replication.beats().isTooStale();
    }

    @Override
    public boolean hasApplied(String historyId, long offset) {
        return replication.state().covers(historyId, offset);
    }

    @Override
    public void wantsOffsets(ClientSession session) {
        replication.pushes().add(session);
    }

    /** Never: a start loads before the port opens, and a full resync is loaded beside the data that is being served. */
    @Override
    public boolean isLoading() {
        return false;
    }

    @Override
    public boolean hasEnoughReplicas() {
        return leastReplicas == 0
                || mostLagSeconds == 0
                || replication.replicas().good(mostLagSeconds) >= leastReplicas;
    }

    ServerConfig settings() {
        return config;
    }

    /** The settings as CONFIG sees them. */
    @Override
    public ConfigStore config() {
        return liveConfig;
    }
}
