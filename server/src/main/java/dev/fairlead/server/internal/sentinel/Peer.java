package dev.fairlead.server.internal.sentinel;

import static dev.fairlead.server.internal.sentinel.PeerLink.NEVER;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Role;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A node this Sentinel watches: the part that masters, replicas and other Sentinels have in common. */
abstract class Peer {
    /** In the order in which {@code flags} of {@code SENTINEL MASTERS} lists them. */
    enum Flag {
        S_DOWN,
        O_DOWN,
        MASTER_DOWN,
        FAILOVER_IN_PROGRESS,
        PROMOTED,
        RECONF_SENT,
        RECONF_INPROG,
        RECONF_DONE,
        FORCE_FAILOVER,
        SCRIPT_KILL_SENT;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    final Set<Flag> flags = EnumSet.noneOf(Flag.class);
    Endpoint endpoint;
    String runId;
    PeerLink link;
    long sDownSince = NEVER;
    long oDownSince = NEVER;
    long infoAt = NEVER;
    /** When an INFO still without answer was sent; {@link PeerLink#NEVER} if none. */
    long infoAskedAt = NEVER;

    long publishedAt = NEVER;
    Role roleReported;
    long roleReportedAt;
    InfoReport info;

    Peer(Endpoint endpoint, Role role, PeerLink link, long now) {
        this.endpoint = endpoint;
        this.link = link;
        this.roleReported = role;
        this.roleReportedAt = now;
        link.users.add(this);
    }

    /** {@code master}, {@code slave} or {@code sentinel}, as events and flags say it. */
    abstract String kind();

    abstract String name();

    /** The master it is watched for; itself, for a master. */
    abstract Master master();

    boolean is(Flag flag) {
        return flags.contains(flag);
    }

    /** {@code <kind> <name> <ip> <port>[ @ <master> <ip> <port>]}: how events name a node. */
    String describe() {
        String self = kind() + " " + name() + " " + endpoint.host() + " " + endpoint.port();
        Master master = master();
        return master == this
                ? self
                : self + " @ " + master.name() + " " + master.endpoint.host() + " " + master.endpoint.port();
    }

    /** True when it was not seen down for the last {@code millis}. */
    boolean upFor(long millis, long now) {
        return !is(Flag.S_DOWN) && now - Math.max(sDownSince, oDownSince) > millis;
    }
}
