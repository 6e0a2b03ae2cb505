/**
 * One call from start to end: deadline, attempts, retry, the hold during a failover, completion exactly once.
 *
 * <p>May import {@code route}, {@code link}, {@code health}, {@code session}, {@code cache} and the API package; reaches discovery through
 * an interface of its own.
 */
package dev.fairlead.driver.internal.execute;
