/**
 * Asks seeds, Sentinels and nodes, and feeds what they say to the topology's reducer; publishes each next topology.
 *
 * <p>May import {@code internal.link}, {@code dev.fairlead.topology} and the API package. One thread reduces; anybody reads
 * the published snapshot.
 */
package dev.fairlead.driver.internal.discovery;
