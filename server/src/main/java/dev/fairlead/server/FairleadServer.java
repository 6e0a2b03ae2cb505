package dev.fairlead.server;

/** One server: a master or a replica, or a Sentinel. */
public final class FairleadServer {
    private FairleadServer() {}
}
