package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.server.internal.sentinel.PeerLink.NEVER;

import dev.fairlead.server.internal.sentinel.Peer.Flag;
import dev.fairlead.topology.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node in the fields of {@code SENTINEL MASTERS|REPLICAS|SENTINELS}, in the order in which tools have come to expect them. */
final class PeerReport {
    private PeerReport() {}

    static Map<String, String> of(Peer peer, long now) {
        Map<String, String> fields = new LinkedHashMap<>();
        PeerLink link = peer.link;
        fields.put("name", peer.name());
        fields.put("ip", peer.endpoint.host());
        fields.put("port", Integer.toString(peer.endpoint.port()));
        fields.put("runid", peer.runId == null ? "" : peer.runId);
        fields.put("flags", flags(peer));
        fields.put("link-pending-commands", link.unansweredSince == NEVER ? "0" : "1");
        fields.put("link-refcount", Integer.toString(link.users.size()));
        if (peer instanceof Master master && master.failoverState != FailoverState.NONE) {
            fields.put("failover-state", master.failoverState.wireName());
        }
        fields.put("last-ping-sent", link.unansweredSince == NEVER ? "0" : age(link.unansweredSince, now));
        fields.put("last-ok-ping-reply", age(link.lastValidReplyAt, now));
        fields.put("last-ping-reply", age(link.lastReplyAt, now));
        if (peer.is(Flag.S_DOWN)) {
            fields.put("s-down-time", age(peer.sDownSince, now));
        }
        if (peer.is(Flag.O_DOWN)) {
            fields.put("o-down-time", age(peer.oDownSince, now));
        }
        fields.put(
                "down-after-milliseconds", Long.toString(peer.master().settings.downAfter()));
        if (peer instanceof OtherSentinel other) {
            fields.put("last-hello-message", age(other.helloAt, now));
            fields.put("voted-leader", other.vote == null ? "?" : other.vote);
            fields.put("voted-leader-epoch", Long.toString(other.voteEpoch));
            return fields;
        }
        fields.put("info-refresh", age(peer.infoAt, now));
        fields.put("role-reported", peer.roleReported == Role.MASTER ? "master" : "slave");
        fields.put("role-reported-time", age(peer.roleReportedAt, now));
        if (peer instanceof Master master) {
            addMaster(fields, master);
        } else if (peer instanceof Replica replica) {
            addReplica(fields, replica);
        }
        return fields;
    }

    private static void addMaster(Map<String, String> fields, Master master) {
        MasterSettings settings = master.settings;
        fields.put("config-epoch", Long.toString(master.configEpoch));
        fields.put("num-slaves", Integer.toString(master.replicas.size()));
        fields.put("num-other-sentinels", Integer.toString(master.sentinels.size()));
        fields.put("quorum", Integer.toString(settings.quorum()));
        fields.put("failover-timeout", Long.toString(settings.failoverTimeout()));
        fields.put("parallel-syncs", Integer.toString(settings.parallelSyncs()));
        if (settings.notificationScript() != null) {
            fields.put("notification-script", settings.notificationScript());
        }
        if (settings.clientReconfigScript() != null) {
            fields.put("client-reconfig-script", settings.clientReconfigScript());
        }
    }

    private static void addReplica(Map<String, String> fields, Replica replica) {
        InfoReport info = replica.info;
        fields.put("master-link-down-time", Long.toString(replica.cutOffMillis()));
        fields.put("master-link-status", info != null && info.masterLinkUp() ? "ok" : "err");
        fields.put("master-host", replica.follows == null ? "?" : replica.follows.host());
        fields.put("master-port", replica.follows == null ? "0" : Integer.toString(replica.follows.port()));
        fields.put("slave-priority", Integer.toString(info == null ? InfoReport.DEFAULT_PRIORITY : info.priority()));
        fields.put("slave-repl-offset", Long.toString(info == null ? 0 : info.offset()));
        fields.put("replica-announced", info == null || info.announced() ? "1" : "0");
    }

    private static String flags(Peer peer) {
        List<String> names = new ArrayList<>();
        for (Flag flag : List.of(Flag.S_DOWN, Flag.O_DOWN)) {
            if (peer.is(flag)) {
                names.add(flag.wireName());
            }
        }
        names.add(peer.kind());
        if (!peer.link.isUp()) {
            names.add("disconnected");
        }
        for (Flag flag : peer.flags) {
            if (flag != Flag.S_DOWN && flag != Flag.O_DOWN) {
                names.add(flag.wireName());
            }
        }
        return String.join(",", names);
    }

    private static String age(long since, long now) {
        return since == NEVER ? "-1" : Long.toString(now - since);
    }
}
