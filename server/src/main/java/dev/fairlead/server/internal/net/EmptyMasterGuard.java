package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.keyspace.Keyspace;

/**
 * Keeps a replica's data from a master that lost its own: one that comes back at the same address, empty and under a new id, would
 * have its replicas wiped by the full resync that they ask for. Beyond Redis; {@code replica-refuse-empty-master no} turns it off.
 *
 * <p>It stays in force for that id, whatever is written under it, until REPLICAOF is said again or the setting is changed. Confined
 * to the command thread.
 */
final class EmptyMasterGuard {
    /** How long to wait before such a master is asked again: each time costs it a snapshot. */
    static final long RETRY_MILLIS = 10_000;

    private final ServerNode node;
    /** Whether what we hold came from the address that we follow. */
    private boolean holdsItsData;
    /** The id that a full resync was refused under; null when none was. */
    private String refusedId;

    EmptyMasterGuard(ServerNode node) {
        this.node = node;
    }

    private boolean isOn() {
        return node.settings().yes("replica-refuse-empty-master");
    }

    /** What we hold is that master's from here on. */
    void holdsItsData() {
        holdsItsData = true;
        refusedId = null;
    }

    /** The next full resync may bring what it likes. */
    void lift() {
        holdsItsData = false;
        refusedId = null;
    }

    /** The id that is refused; null when the guard is not in force. */
    String refusedId() {
        return isOn() ? refusedId : null;
    }

    /** Whether a full resync under this id is refused before it begins. */
    boolean refuses(String id) {
        return id.equals(refusedId());
    }

    /** Whether this content of a full resync must not take the place of ours. */
    boolean refuses(String id, Keyspace content) {
        boolean wipes = content.size() == 0 && node.keyspace().size() > 0;
        boolean newHistory = !id.equalsIgnoreCase(node.replication().state().id());
        if (isOn() && holdsItsData && wipes && newHistory) {
            refusedId = id;
        }
        return refuses(id);
    }
}
