package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a Sentinel reads out of a node's {@code INFO}. Replication ids and offsets of masters do not matter to it; run id,
 * priority and the length of a broken link do, which the driver has no use for.
 *
 * @param runId null when the answer has none
 * @param role UNKNOWN when the answer has none
 * @param replicas addresses a master (or a replica with replicas) names
 * @param master the master a replica follows; null on a master
 * @param masterLinkUp {@code master_link_status:up}
 * @param masterLinkDownMillis how long that link has been down; 0 when up
 * @param priority {@code slave_priority}; 0 = never to be promoted
 * @param offset {@code slave_repl_offset}
 * @param announced {@code replica_announced}; false hides the replica from clients
 * @param text the whole answer, for {@code SENTINEL INFO-CACHE}
 */
public record InfoReport(
        String runId,
        Role role,
        List<Endpoint> replicas,
        Endpoint master,
        boolean masterLinkUp,
        long masterLinkDownMillis,
        int priority,
        long offset,
        boolean announced,
        String text) {
    static final int DEFAULT_PRIORITY = 100;

    /** Never fails: a field that cannot be read counts as not said. */
    public static InfoReport parse(String text) {
        Map<String, String> fields = new HashMap<>();
        List<Endpoint> replicas = new ArrayList<>();
        for (String line : text.split("\n")) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                continue;
            }
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            if (isReplicaLine(name)) {
                addReplica(value, replicas);
            } else {
                fields.put(name, value);
            }
        }
        long downSeconds = number(fields, "master_link_down_since_seconds", 0);
        return new InfoReport(
                fields.get("run_id"),
                role(fields.get("role")),
                List.copyOf(replicas),
                endpoint(fields.get("master_host"), fields.get("master_port")),
                "up".equals(fields.get("master_link_status")),
                downSeconds < 0 ? Long.MAX_VALUE / 4 : downSeconds * 1_000, // -1: it was never up
                (int) number(fields, "slave_priority", DEFAULT_PRIORITY),
                number(fields, "slave_repl_offset", 0),
                number(fields, "replica_announced", 1) != 0,
                text);
    }

    /** {@code slave0}, {@code slave1}, and not {@code slave_priority}. */
    private static boolean isReplicaLine(String name) {
        return name.startsWith("slave") && name.length() > 5 && Character.isDigit(name.charAt(5));
    }

    private static Role role(String value) {
        return "master".equals(value) ? Role.MASTER : "slave".equals(value) ? Role.REPLICA : Role.UNKNOWN;
    }

    /** {@code ip=…,port=…,state=…}. */
    private static void addReplica(String value, List<Endpoint> replicas) {
        String host = null;
        String port = null;
        for (String part : value.split(",")) {
            if (part.startsWith("ip=")) {
                host = part.substring(3);
            } else if (part.startsWith("port=")) {
                port = part.substring(5);
            }
        }
        Endpoint endpoint = endpoint(host, port);
        if (endpoint != null) {
            replicas.add(endpoint);
        }
    }

    private static Endpoint endpoint(String host, String port) {
        try {
            return host == null || port == null ? null : new Endpoint(host, Integer.parseInt(port));
        } catch (IllegalArgumentException unusable) {
            return null; // A replica that has not said its port yet is listed with port 0.
        }
    }

    private static long number(Map<String, String> fields, String name, long otherwise) {
        try {
            return fields.containsKey(name) ? Long.parseLong(fields.get(name).trim()) : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
