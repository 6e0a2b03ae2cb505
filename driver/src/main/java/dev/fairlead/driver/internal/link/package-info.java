/**
 * One connection to one node: encryption, handshake, pipelining, the ring of calls in flight, dead-peer detection.
 *
 * <p>May import netty, {@code javax.net.ssl}, {@code resp} and the API package. Each link is confined to its event loop; callers hand over calls
 * through one queue.
 */
package dev.fairlead.driver.internal.link;
