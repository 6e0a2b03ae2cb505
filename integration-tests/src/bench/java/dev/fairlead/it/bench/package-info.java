/**
 * The benchmark beside today's other clients: the same work over the same servers in one run, and a report of it.
 *
 * <p>Compiled by the Maven profile {@code benchmarks} alone, which brings the other clients. May import the driver's public API
 * and the harness.
 */
package dev.fairlead.it.bench;
