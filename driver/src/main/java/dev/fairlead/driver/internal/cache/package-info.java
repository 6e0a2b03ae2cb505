/**
 * Replies to reads, kept until a server says that their key has changed.
 *
 * <p>May import Caffeine, {@code link}, {@code resp}, {@code dev.fairlead.command} and the API package.
 */
package dev.fairlead.driver.internal.cache;
