package dev.fairlead.server.internal.net;

import dev.fairlead.server.ServerStartException;
import dev.fairlead.server.internal.command.CommandException;
import dev.fairlead.server.internal.command.PersistenceControl;
import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.Value;
import dev.fairlead.server.internal.persistence.DumpPayload;
import dev.fairlead.server.internal.persistence.RdbException;
import dev.fairlead.server.internal.persistence.RdbFile;
import dev.fairlead.server.internal.persistence.RdbReader;
import dev.fairlead.server.internal.persistence.Snapshot;
import dev.fairlead.server.internal.replication.ReplicationState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The data file: loaded at the start, saved on command, by save points and at the end. A save in the background walks the keyspace
 * in slices between commands.
 *
 * <p>Confined to the command thread.
 */
final class Persistence implements PersistenceControl {
    /** After a failure save points wait this long before they try again. */
    private static final long RETRY_SECONDS = 5;

    private final ServerNode node;
    private Snapshot background;
    private RdbFile backgroundFile;
    private long backgroundChanges;
    private long backgroundStartedNanos;
    private boolean scheduled;
    private boolean lastOk = true;
    private long lastSaveSeconds;
    private long lastTrySeconds;
    private long lastDurationSeconds = -1;
    private long loadedKeys;
    private long expiredAtLoad;

    Persistence(ServerNode node) {
        this.node = node;
        this.lastSaveSeconds = node.clock().nowMillis() / 1000;
    }

    // --- loading ---

    /** What the head of a data file says about replication. */
    record Loaded(String replicationId, long offset, int streamDatabase) {}

    /**
     * Loads the file where there is one.
     *
     * @return its place in a history; null when it has none
     * @throws ServerStartException naming the file and what is wrong with it
     */
    Loaded load(boolean asReplica) {
        Path file = node.settings().path("dbfilename");
        if (!Files.exists(file)) {
            return null;
        }
        long start = node.clock().nowNanos();
        Loader loader = new Loader(asReplica);
        try {
            RdbFile.load(file, loader, node.keyspace().limits());
        } catch (IOException e) {
            throw new ServerStartException(
                    "Fatal error loading the DB " + file + ": " + e.getMessage()
                            + ". Move the file away to start empty, or restore it from a copy.",
                    e);
        }
        node.log().info("Done loading RDB, keys loaded: {}, keys expired: {}.", loadedKeys, expiredAtLoad);
        node.log()
                .info(
                        "DB loaded from disk: {} seconds",
                        String.format("%.3f", (node.clock().nowNanos() - start) / 1e9));
        return loader.id == null ? null : new Loaded(loader.id, loader.offset, loader.streamDatabase);
    }

    private final class Loader implements RdbReader.Sink {
        private final boolean keepsExpired;
        private final long nowMillis = node.clock().nowMillis();
        private String id;
        private long offset;
        private int streamDatabase;

        Loader(boolean keepsExpired) {
            this.keepsExpired = keepsExpired;
        }

        @Override
        public void aux(String name, String value) {
            switch (name) {
                case "repl-id" -> id = value.length() == ReplicationState.NO_ID.length() ? value : null;
                case "repl-offset" -> offset = Long.parseLong(value);
                case "repl-stream-db" -> streamDatabase = Math.max(0, Integer.parseInt(value));
                default -> {
                    // Written for people: versions, times, sizes.
                }
            }
        }

        @Override
        public void expect(int database, int keys) {
            if (database < node.keyspace().databases()) {
                node.keyspace().database(database).reserve(keys);
            }
        }

        @Override
        public void entry(int database, byte[] key, Value value, long expireAtMillis) throws RdbException {
            if (database >= node.keyspace().databases()) {
                throw new RdbException("it holds a database " + database + " and this server has "
                        + node.keyspace().databases() + " of them; raise 'databases'");
            }
            // With a place in a history there may be replicas that still have the key: it is loaded, and expiry tells
            // them.
            if (expireAtMillis != Entry.NO_EXPIRY && expireAtMillis < nowMillis && !keepsExpired && id == null) {
                expiredAtLoad++;
                return;
            }
            loadedKeys++;
            Database target = node.keyspace().database(database);
            Entry entry = target.put(key, value);
            if (expireAtMillis != Entry.NO_EXPIRY) {
                target.expireAt(entry, expireAtMillis);
            }
        }
    }

    /** The facts at the head of a snapshot; with its place in the history if there is one. */
    Map<String, String> aux(boolean withReplication) {
        Map<String, String> aux = new LinkedHashMap<>();
        aux.put("redis-ver", ServerNode.COMPATIBLE_VERSION);
        aux.put("redis-bits", "64");
        aux.put("ctime", Long.toString(node.clock().nowMillis() / 1000));
        aux.put("used-mem", Long.toString(Runtime.getRuntime().totalMemory()));
        ReplicationState state = node.replication().state();
        if (withReplication && state.backlogActive()) {
            MasterLink master = node.replication().master();
            int database = master != null
                    ? master.database()
                    : node.replication().replicas().encoder().selected();
            aux.put("repl-stream-db", Integer.toString(database));
            aux.put("repl-id", state.id());
            aux.put("repl-offset", Long.toString(state.offset()));
        }
        aux.put("aof-base", "0");
        return aux;
    }

    // --- saving ---

    private Snapshot snapshot() {
        return new Snapshot(
                node.keyspace(),
                aux(true),
                node.settings().yes("rdbcompression"),
                node.settings().yes("rdbchecksum"));
    }

    @Override
    public void save() {
        if (node.keyspace().isWalking()) {
            throw new CommandException("ERR Background save already in progress");
        }
        if (!saveNow()) {
            throw new CommandException("ERR");
        }
    }

    private boolean saveNow() {
        Snapshot snapshot = snapshot();
        try (RdbFile file = new RdbFile(node.settings().path("dbfilename"))) {
            boolean complete = false;
            while (!complete) {
                complete = snapshot.step(Snapshot.SLICE_BYTES, Long.MAX_VALUE);
                file.write(snapshot.take());
            }
            file.commit();
        } catch (IOException e) {
            snapshot.cancel();
            failed(e);
            return false;
        }
        node.log().info("DB saved on disk");
        succeeded(node.keyspace().changes());
        return true;
    }

    private void failed(IOException e) {
        lastOk = false;
        node.log().warn("Error saving DB on disk to {}: {}", node.settings().path("dbfilename"), e.toString());
    }

    private void succeeded(long coveredChanges) {
        lastOk = true;
        lastSaveSeconds = node.clock().nowMillis() / 1000;
        node.keyspace().changesSaved(coveredChanges);
    }

    @Override
    public String saveInBackground(boolean schedule) {
        if (background != null) {
            throw new CommandException("ERR Background save already in progress");
        }
        if (node.keyspace().isWalking()) {
            if (!schedule) {
                throw new CommandException(
                        "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE"
                                + " SCHEDULE in order to schedule a BGSAVE whenever possible.");
            }
            scheduled = true;
            return "Background saving scheduled";
        }
        if (!begin()) {
            throw new CommandException("ERR");
        }
        return "Background saving started";
    }

    private boolean begin() {
        lastTrySeconds = node.clock().nowMillis() / 1000;
        scheduled = false;
        try {
            backgroundFile = new RdbFile(node.settings().path("dbfilename"));
        } catch (IOException e) {
            failed(e);
            return false;
        }
        background = snapshot();
        backgroundChanges = node.keyspace().changes();
        backgroundStartedNanos = node.clock().nowNanos();
        node.log().info("Background saving started");
        node.nextSlice(this::slice, 0);
        return true;
    }

    private void slice() {
        if (background == null) {
            return;
        }
        long start = node.clock().nowNanos();
        try {
            boolean complete = background.step(Snapshot.SLICE_BYTES, Snapshot.SLICE_NANOS);
            backgroundFile.write(background.take());
            if (!complete) {
                node.nextSlice(this::slice, node.clock().nowNanos() - start);
                return;
            }
            backgroundFile.commit();
            succeeded(backgroundChanges);
            node.log().info("Background saving terminated with success");
        } catch (IOException e) {
            failed(e);
        }
        lastDurationSeconds = (node.clock().nowNanos() - backgroundStartedNanos) / 1_000_000_000L;
        cancelBackground();
        node.snapshotSlotFree();
    }

    private void cancelBackground() {
        if (background == null) {
            return;
        }
        background.cancel();
        background = null;
        try {
            backgroundFile.close();
        } catch (IOException e) {
            node.log().warn("Removing the unfinished file of a save: {}", e.toString());
        }
    }

    /** Every 100 ms: save points, and a scheduled save. */
    void cron() {
        if (node.keyspace().isWalking()) {
            return;
        }
        if (scheduled) {
            begin();
            return;
        }
        long nowSeconds = node.clock().nowMillis() / 1000;
        long[] points = node.settings().savePoints();
        for (int i = 0; i < points.length; i += 2) {
            boolean due = node.keyspace().changes() >= points[i + 1] && nowSeconds - lastSaveSeconds > points[i];
            if (due && (lastOk || nowSeconds - lastTrySeconds > RETRY_SECONDS)) {
                node.log().info("{} changes in {} seconds. Saving...", points[i + 1], points[i]);
                begin();
                return;
            }
        }
    }

    @Override
    public long lastSaveSeconds() {
        return lastSaveSeconds;
    }

    boolean isSavingInBackground() {
        return background != null;
    }

    boolean lastSaveOk() {
        return lastOk;
    }

    long lastDurationSeconds() {
        return lastDurationSeconds;
    }

    long currentSeconds() {
        return background == null ? -1 : (node.clock().nowNanos() - backgroundStartedNanos) / 1_000_000_000L;
    }

    long loadedKeys() {
        return loadedKeys;
    }

    long expiredAtLoad() {
        return expiredAtLoad;
    }

    // --- the end ---

    @Override
    public void shutdown(Saving saving, boolean now, boolean force) {
        node.shutdown(saving, now, force);
    }

    @Override
    public boolean abortShutdown() {
        return node.abortShutdown();
    }

    /** Saves before the end. @return false when that was due and failed */
    boolean saveAtEnd(Saving saving) {
        boolean due = saving == Saving.ALWAYS
                || saving == Saving.AS_CONFIGURED && node.settings().savePoints().length > 0;
        if (!due) {
            cancelBackground();
            return true;
        }
        cancelBackground();
        if (node.keyspace().isWalking()) {
            node.replication().replicas().disconnectAll(); // a full sync under way cannot be finished any more
            node.replication().replicas().cancelFullSync();
        }
        node.log().info("Saving the final RDB snapshot before exiting.");
        return saveNow();
    }

    /** Leaves no unfinished file behind. */
    void close() {
        cancelBackground();
    }

    // --- DUMP, RESTORE ---

    @Override
    public byte[] dump(Value value) {
        return DumpPayload.of(value);
    }

    @Override
    public Value restore(byte[] payload) {
        Value value;
        try {
            value = DumpPayload.read(payload, node.keyspace().limits());
        } catch (RdbException e) {
            node.log().info("RESTORE: {}", e.getMessage());
            throw new CommandException("ERR Bad data format");
        }
        if (value == null) {
            throw new CommandException("ERR DUMP payload version or checksum are wrong");
        }
        return value;
    }
}
