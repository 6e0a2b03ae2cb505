/**
 * The simulation of the whole house: driver, servers, Sentinels and network on one thread, from one seed. It lives in the package of the
 * Sentinels' simulation, on which it builds.
 */
package dev.fairlead.server.internal.sentinel;
