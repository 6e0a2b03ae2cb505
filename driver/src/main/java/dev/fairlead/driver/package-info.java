/**
 * The public API: a {@link dev.fairlead.driver.RoutingClient} takes a {@link dev.fairlead.driver.Command} and
 * {@link dev.fairlead.driver.CallOptions}, sends writes to the master and reads to a node that is fresh enough for that
 * call, and says what happened in typed exceptions and events.
 *
 * <p>A read is routed in {@code internal.route}, sent in {@code internal.execute}, over a {@code internal.link}. What is
 * known of the servers comes from {@code internal.discovery}. May import {@code routing-policies}.
 */
package dev.fairlead.driver;
