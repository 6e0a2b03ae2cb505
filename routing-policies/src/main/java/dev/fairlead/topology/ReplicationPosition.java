package dev.fairlead.topology;

/** A place in one replication history: all bytes up to and including {@code offset} of history {@code id}. */
public record ReplicationPosition(ReplicationId id, long offset) {}
