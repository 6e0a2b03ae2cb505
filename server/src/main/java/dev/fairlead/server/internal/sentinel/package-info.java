/**
 * The Sentinel state machine: monitors masters, agrees on their death, elects a leader, fails over. No I/O; time, replies
 * and randomness are handed in, effects are handed out, so that it can be simulated.
 *
 * <p>May import {@code dev.fairlead.topology}.
 */
package dev.fairlead.server.internal.sentinel;
