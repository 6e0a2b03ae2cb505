/**
 * A circuit breaker per node, and the cap that keeps the last healthy nodes from being ejected.
 *
 * <p>May import resilience4j, {@code dev.fairlead.topology} and the API package.
 */
package dev.fairlead.driver.internal.health;
