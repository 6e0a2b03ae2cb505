/**
 * Connections of one's own: a bounded pool of links to the master, each lent to one caller at a time for WATCH, transactions and
 * commands that block.
 *
 * <p>May import {@code link}, {@code session}, {@code route}, the view of the servers that {@code execute} defines, and the API
 * package.
 */
package dev.fairlead.driver.internal.dedicated;
