/**
 * One connection to one node: handshake, pipelining, the ring of calls in flight, dead-peer detection.
 *
 * <p>May import netty, {@code resp} and the API package. Each link is confined to its event loop; callers hand over calls
 * through one queue.
 */
package dev.fairlead.driver.internal.link;
