/**
 * The data: databases, keys, values of each type, expiry, and the walk that takes a snapshot of it. One writer, no I/O.
 *
 * <p>May import the JDK and {@code dev.fairlead.command}. Confined to the command thread; time is handed in.
 */
package dev.fairlead.server.internal.keyspace;
