/**
 * Listeners, client connections, replica and master links, the Sentinel's links.
 *
 * <p>May import netty, {@code dev.fairlead.resp} and every other room of the server.
 */
package dev.fairlead.server.internal.net;
