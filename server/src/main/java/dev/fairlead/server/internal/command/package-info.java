/**
 * What each command does: one handler per row of the command table, transactions and blocked clients included.
 *
 * <p>May import {@code internal.keyspace}, {@code internal.replication} and {@code dev.fairlead.command}. Replies leave through
 * an interface of this room, so no handler knows RESP or a socket. Confined to the command thread.
 */
package dev.fairlead.server.internal.command;
