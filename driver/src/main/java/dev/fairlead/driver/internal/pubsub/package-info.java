/**
 * Subscriptions that survive a failover: each has a connection of its own, is made again when that is lost or the topology says that
 * another node should carry it, and tells its listener where messages may be missing.
 *
 * <p>May import {@code link}, {@code resp}, {@code dev.fairlead.topology} and the API package.
 */
package dev.fairlead.driver.internal.pubsub;
