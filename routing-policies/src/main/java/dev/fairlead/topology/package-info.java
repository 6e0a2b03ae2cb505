/**
 * Immutable facts about the servers: who is master, who replicates from whom, and how fresh each replica provably is.
 * The pure reducer turns observations into the next topology; the freshness clock turns samples into guarantees.
 *
 * <p>May import the JDK only. No I/O, no clock of its own: every instant is handed in as {@code System.nanoTime()} of the
 * client.
 */
package dev.fairlead.topology;
