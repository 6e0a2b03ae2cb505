package dev.fairlead.server;

/** A master, replicas and Sentinels inside this JVM, with faults on command. */
public final class EmbeddedCluster {
    private EmbeddedCluster() {}
}
