/**
 * Replication ids, offsets, the backlog, and the decision whether a partial resync is possible. No I/O.
 *
 * <p>May import {@code internal.keyspace}. Confined to the command thread.
 */
package dev.fairlead.server.internal.replication;
