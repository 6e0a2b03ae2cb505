package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.command.InfoSections;
import dev.fairlead.server.internal.command.InfoSections.Lines;
import dev.fairlead.server.internal.replication.ReplicationState;
import java.util.List;
import java.util.Locale;

/** What INFO says about replication and persistence, field by field as Redis 7.0 does. Confined to the command thread. */
final class ReplicationInfo {
    private final ServerNode node;

    private ReplicationInfo(ServerNode node) {
        this.node = node;
    }

    static void contribute(InfoSections info, ServerNode node) {
        ReplicationInfo lines = new ReplicationInfo(node);
        info.contribute("replication", lines::replication);
        info.contribute("persistence", lines::persistence);
        info.contribute("stats", lines::stats);
    }

    private void replication(Lines lines) {
        MasterLink master = node.replication().master();
        lines.add("role", master == null ? "master" : "slave");
        if (master != null) {
            replica(lines, master);
        }
        Replicas replicas = node.replication().replicas();
        List<Replica> list = replicas.list();
        lines.add("connected_slaves", list.size());
        long least = node.settings().number("min-replicas-to-write");
        long maxLag = node.settings().number("min-replicas-max-lag");
        if (least > 0 && maxLag > 0) {
            lines.add("min_slaves_good_slaves", replicas.good(maxLag));
        }
        int number = 0;
        for (Replica replica : list) {
            boolean online = replica.state == Replica.State.ONLINE;
            lines.add(
                    "slave" + number++,
                    "ip=" + replica.host() + ",port=" + replica.listeningPort + ",state="
                            + replica.state.name().toLowerCase(Locale.ROOT) + ",offset=" + replica.ackOffset
                            + ",lag=" + (online ? replicas.lagSeconds(replica) : 0));
        }
        ReplicationState state = node.replication().state();
        lines.add("master_failover_state", node.replication().failover().state().toString());
        lines.add("master_replid", state.id());
        lines.add("master_replid2", state.secondId());
        lines.add("master_repl_offset", state.offset());
        lines.add("second_repl_offset", state.secondOffset());
        lines.add("repl_backlog_active", state.backlogActive() ? 1 : 0);
        lines.add("repl_backlog_size", state.backlogCapacity());
        lines.add("repl_backlog_first_byte_offset", state.backlogFirstOffset());
        lines.add("repl_backlog_histlen", state.backlogLength());
    }

    private void replica(Lines lines, MasterLink master) {
        ReplicationState state = node.replication().state();
        lines.add("master_host", master.host());
        lines.add("master_port", master.port());
        lines.add("master_link_status", master.isUp() ? "up" : "down");
        lines.add("master_last_io_seconds_ago", master.lastIoSeconds());
        lines.add("master_sync_in_progress", master.isSyncing() ? 1 : 0);
        lines.add("slave_read_repl_offset", master.readOffset());
        lines.add("slave_repl_offset", state.offset());
        SnapshotReceiver transfer = master.transfer();
        if (transfer != null) {
            long total = Math.max(0, transfer.totalBytes());
            long left = total - transfer.readBytes();
            lines.add("master_sync_total_bytes", total);
            lines.add("master_sync_read_bytes", transfer.readBytes());
            lines.add("master_sync_left_bytes", left);
            lines.add(
                    "master_sync_perc", String.format("%.2f", total == 0 ? 0.0 : 100.0 * transfer.readBytes() / total));
            lines.add("master_sync_last_io_seconds_ago", master.sinceIoSeconds());
        }
        if (!master.isUp()) {
            lines.add("master_link_down_since_seconds", master.downSeconds());
        }
        String refused = master.guard().refusedId();
        if (refused != null) {
            lines.add("master_refused_as_empty", refused);
        }
        if (node.replication().beats().areWanted()) {
            lines.add("replica_data_age_ms", node.replication().beats().ageMillis());
        }
        lines.add("slave_priority", node.settings().number("replica-priority"));
        lines.add("slave_read_only", node.settings().yes("replica-read-only") ? 1 : 0);
        lines.add("replica_announced", node.settings().yes("replica-announced") ? 1 : 0);
    }

    private void persistence(Lines lines) {
        Persistence persistence = node.persistence();
        lines.add("loading", 0);
        MasterLink link = node.replication().master();
        lines.add("async_loading", link != null && link.isSyncing() ? 1 : 0);
        lines.add("rdb_changes_since_last_save", node.keyspace().changes());
        lines.add(
                "rdb_bgsave_in_progress",
                persistence.isSavingInBackground()
                                || node.replication().replicas().isSyncing()
                        ? 1
                        : 0);
        lines.add("rdb_last_save_time", persistence.lastSaveSeconds());
        lines.add("rdb_last_bgsave_status", persistence.lastSaveOk() ? "ok" : "err");
        lines.add("rdb_last_bgsave_time_sec", persistence.lastDurationSeconds());
        lines.add("rdb_current_bgsave_time_sec", persistence.currentSeconds());
        lines.add("rdb_last_load_keys_expired", persistence.expiredAtLoad());
        lines.add("rdb_last_load_keys_loaded", persistence.loadedKeys());
        lines.add("aof_enabled", 0);
        lines.add("aof_rewrite_in_progress", 0);
        lines.add("aof_rewrite_scheduled", 0);
    }

    private void stats(Lines lines) {
        Replicas replicas = node.replication().replicas();
        lines.add("sync_full", replicas.fullResyncs);
        lines.add("sync_partial_ok", replicas.partialResyncs);
        lines.add("sync_partial_err", replicas.refusedPartialResyncs);
    }
}
