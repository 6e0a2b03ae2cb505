/**
 * RDB: the snapshot that a full sync sends and a restart loads.
 *
 * <p>May import {@code internal.keyspace}. Saving walks the keyspace on the command thread; bytes go to a sink handed in.
 */
package dev.fairlead.server.internal.persistence;
