/**
 * The public API of the bundled server: {@link dev.fairlead.server.FairleadServer}, its configuration, its {@code main},
 * and {@link dev.fairlead.server.EmbeddedCluster}, a master with replicas and Sentinels inside one JVM.
 *
 * <p>JDK types only in signatures. {@code FairleadServer} is the composition root: it alone looks inward at every room.
 */
package dev.fairlead.server;
