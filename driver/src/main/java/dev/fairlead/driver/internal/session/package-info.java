/**
 * What a session has written and read, as instants of the client's clock: global, and per key where known.
 *
 * <p>May import {@code routing-policies} and the API package.
 */
package dev.fairlead.driver.internal.session;
