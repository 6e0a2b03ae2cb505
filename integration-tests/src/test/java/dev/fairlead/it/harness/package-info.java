/**
 * Servers to test against and the means to disturb them: real processes, containers, the bundled cluster, a delaying proxy,
 * and a small client that shares no code with the driver, so that it can bear witness.
 *
 * <p>May import the public API of the server, Testcontainers and JUnit; nothing internal.
 */
package dev.fairlead.it.harness;
