package dev.fairlead.topology;

import java.util.List;

/**
 * One answer to {@code INFO replication}, parsed.
 *
 * @param role what the node says it is
 * @param replicationId {@code master_replid}
 * @param parentId {@code master_replid2}; null when unset (all zeros)
 * @param secondOffset {@code second_repl_offset}: first offset that is not shared with the parent; -1 when unset
 * @param masterOffset {@code master_repl_offset}
 * @param appliedOffset {@code slave_repl_offset}: what a replica has applied; -1 on a master
 * @param master {@code master_host:master_port}; null on a master
 * @param linkUp {@code master_link_status:up}
 * @param syncInProgress {@code master_sync_in_progress:1}
 * @param loading {@code loading:1}, where the answer names it (section persistence)
 * @param asyncLoading {@code async_loading:1}: loading beside the old data, which is still served
 * @param readOnly {@code slave_read_only:1}; true on a master
 * @param backlogActive {@code repl_backlog_active:1}
 * @param failoverState {@code master_failover_state}; {@code no-failover} when absent
 * @param replicas the replicas a node names as attached to it
 * @param runId {@code run_id}, where the answer names it (section server): tells one process from another and recognises one server
 *     under two names; null otherwise
 */
public record ReplicationInfo(
        Role role,
        ReplicationId replicationId,
        ReplicationId parentId,
        long secondOffset,
        long masterOffset,
        long appliedOffset,
        Endpoint master,
        boolean linkUp,
        boolean syncInProgress,
        boolean loading,
        boolean asyncLoading,
        boolean readOnly,
        boolean backlogActive,
        String failoverState,
        List<AttachedReplica> replicas,
        String runId) {

    /** A {@code slaveN:} line: address, state ({@code online}, {@code wait_bgsave}, …) and acknowledged offset. */
    public record AttachedReplica(Endpoint endpoint, String state, long acknowledgedOffset) {}

    /**
     * Reads the text of an {@code INFO} answer, whatever sections it holds; unknown fields are passed over.
     *
     * @throws IllegalArgumentException naming the field that is missing or malformed
     */
    public static ReplicationInfo parse(String text) {
        throw new UnsupportedOperationException("TODO(topology)");
    }
}
