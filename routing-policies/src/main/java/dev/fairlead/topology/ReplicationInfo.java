package dev.fairlead.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

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
    private static final String UNSET_ID = "0".repeat(ReplicationId.LENGTH);
    private static final Pattern ATTACHED = Pattern.compile("slave[0-9]+");
    /** Most characters of a malformed value that an error repeats. */
    private static final int SHOWN = 80;

    /** A {@code slaveN:} line: address, state ({@code online}, {@code wait_bgsave}, …) and acknowledged offset. */
    public record AttachedReplica(Endpoint endpoint, String state, long acknowledgedOffset) {}

    /**
     * Reads the text of an {@code INFO} answer, whatever sections it holds; unknown fields are passed over.
     *
     * @throws IllegalArgumentException naming the field that is missing or malformed
     */
    public static ReplicationInfo parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : text.split("\r?\n")) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.charAt(0) != '#') {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        Role role =
                switch (required(fields, "role")) {
                    case "master" -> Role.MASTER;
                    case "slave" -> Role.REPLICA;
                    default -> throw malformed("role", fields.get("role"), "master or slave");
                };
        boolean replica = role == Role.REPLICA;
        String parent = fields.getOrDefault("master_replid2", UNSET_ID);
        return new ReplicationInfo(
                role,
                id("master_replid", required(fields, "master_replid")),
                parent.equals(UNSET_ID) ? null : id("master_replid2", parent),
                number(fields, "second_repl_offset", "-1"),
                number(fields, "master_repl_offset", null),
                replica ? number(fields, "slave_repl_offset", null) : -1,
                replica ? masterOf(fields) : null,
                replica && required(fields, "master_link_status").equals("up"),
                flag(fields, "master_sync_in_progress", false),
                flag(fields, "loading", false),
                flag(fields, "async_loading", false),
                !replica || flag(fields, "slave_read_only", true),
                flag(fields, "repl_backlog_active", false),
                fields.getOrDefault("master_failover_state", "no-failover"),
                attached(fields),
                fields.get("run_id"));
    }

    /** The same with other addresses for the master and the replicas that the node names: as they are reached from here. */
    public ReplicationInfo mapped(UnaryOperator<Endpoint> mapping) {
        return new ReplicationInfo(
                role,
                replicationId,
                parentId,
                secondOffset,
                masterOffset,
                appliedOffset,
                master == null ? null : mapping.apply(master),
                linkUp,
                syncInProgress,
                loading,
                asyncLoading,
                readOnly,
                backlogActive,
                failoverState,
                replicas.stream()
                        .map(each -> new AttachedReplica(
                                mapping.apply(each.endpoint()), each.state(), each.acknowledgedOffset()))
                        .toList(),
                runId);
    }

    /** The same of a replica that said since what it has applied of its master's stream. */
    public ReplicationInfo applied(long offset) {
        return new ReplicationInfo(
                role,
                replicationId,
                parentId,
                secondOffset,
                masterOffset,
                offset,
                master,
                true,
                false,
                loading,
                asyncLoading,
                readOnly,
                backlogActive,
                failoverState,
                replicas,
                runId);
    }

    private static Endpoint masterOf(Map<String, String> fields) {
        String host = required(fields, "master_host");
        long port = number(fields, "master_port", null);
        try {
            return new Endpoint(host, Math.toIntExact(port));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw malformed("master_host:master_port", host + ":" + port, "an address");
        }
    }

    /* "slave0:ip=10.0.0.2,port=6379,state=online,offset=28,lag=1". Port 0 is a reader that told none (redis-cli --replica): no
    node that could be asked. */
    private static List<AttachedReplica> attached(Map<String, String> fields) {
        List<AttachedReplica> replicas = new ArrayList<>();
        fields.forEach((name, value) -> {
            if (!ATTACHED.matcher(name).matches()) {
                return;
            }
            Map<String, String> parts = new LinkedHashMap<>();
            for (String part : value.split(",")) {
                int equals = part.indexOf('=');
                if (equals > 0) {
                    parts.put(part.substring(0, equals), part.substring(equals + 1));
                }
            }
            try {
                int port = Integer.parseInt(parts.getOrDefault("port", ""));
                if (port > 0) {
                    replicas.add(new AttachedReplica(
                            new Endpoint(parts.getOrDefault("ip", ""), port),
                            parts.getOrDefault("state", ""),
                            Long.parseLong(parts.getOrDefault("offset", "-1"))));
                }
            } catch (IllegalArgumentException e) {
                throw malformed(name, value, "ip=…,port=…,state=…,offset=…");
            }
        });
        return List.copyOf(replicas);
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the answer to INFO replication lacks the field '" + name
                    + "'; is this a server that speaks the Redis replication protocol?");
        }
        return value;
    }

    private static ReplicationId id(String name, String value) {
        try {
            return new ReplicationId(value);
        } catch (IllegalArgumentException e) {
            throw malformed(name, value, ReplicationId.LENGTH + " hexadecimal digits");
        }
    }

    private static long number(Map<String, String> fields, String name, String otherwise) {
        String value = otherwise == null ? required(fields, name) : fields.getOrDefault(name, otherwise);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw malformed(name, value, "a whole number");
        }
    }

    private static boolean flag(Map<String, String> fields, String name, boolean otherwise) {
        String value = fields.get(name);
        return value == null ? otherwise : value.equals("1");
    }

    private static IllegalArgumentException malformed(String name, String value, String expected) {
        String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
        return new IllegalArgumentException(
                "the field '" + name + "' of INFO replication holds '" + shown + "'; expected " + expected);
    }
}
