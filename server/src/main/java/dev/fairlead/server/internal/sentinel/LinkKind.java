package dev.fairlead.server.internal.sentinel;

/** The two connections a Sentinel keeps to a master or a replica; another Sentinel gets the first only. */
public enum LinkKind {
    COMMANDS,
    /** Subscribed to {@link HelloMessage#CHANNEL}. */
    HELLO
}
