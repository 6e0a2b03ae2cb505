package dev.fairlead.server;

import dev.fairlead.server.internal.net.Faults;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * One running server: a master, or a replica of one. It keeps its data in memory, speaks the Redis protocol on its port, and
 * replicates both ways with Redis 6.2/7.0.
 *
 * <p>Safe to use from any thread. The server itself runs on one event loop thread of its own, which ends with {@link #close} or
 * {@link #kill}.
 */
public final class FairleadServer implements AutoCloseable {
    private FairleadServer() {}

    /** A server to be configured; it starts with {@link Builder#start}. */
    public static Builder builder() {
        return new Builder();
    }

    /** The host that the server is bound to first, as other servers should name it. */
    public String host() {
        throw new UnsupportedOperationException("TODO(server)");
    }

    /** The port that the server listens on; never 0. */
    public int port() {
        throw new UnsupportedOperationException("TODO(server)");
    }

    /** {@link #host} and {@link #port}. */
    public InetSocketAddress address() {
        return new InetSocketAddress(host(), port());
    }

    /** 40 hexadecimal digits that are new at each start. */
    public String runId() {
        throw new UnsupportedOperationException("TODO(server)");
    }

    /**
     * Ends the server as SIGTERM does: replicas are waited for within {@code shutdown-timeout}, data is saved if save points
     * are configured, connections are closed in order. Waits for the thread to end. A second call does nothing.
     */
    @Override
    public void close() {
        throw new UnsupportedOperationException("TODO(server)");
    }

    /** Ends the server as {@code kill -9} does: nothing is saved or said, every connection is reset. Waits for the thread to end. */
    public void kill() {
        throw new UnsupportedOperationException("TODO(server)");
    }

    /** Waits until the server has ended by itself (a SHUTDOWN command) or by another thread. */
    public void awaitTermination() throws InterruptedException {
        throw new UnsupportedOperationException("TODO(server)");
    }

    /** What tests and {@link EmbeddedCluster} may break. */
    Faults faults() {
        throw new UnsupportedOperationException("TODO(server)");
    }

    /** Collects the configuration. Not thread-safe; one builder may start several servers. */
    public static final class Builder {
        private Builder() {}

        /** Port to listen on. 0, the default of a builder, takes a free one. */
        public Builder port(int port) {
            return set("port", Integer.toString(port));
        }

        /** Addresses to listen on. Default: 127.0.0.1 and nothing else. */
        public Builder bind(String... addresses) {
            return set("bind", String.join(" ", addresses));
        }

        /** Start as a replica of this server. Default: start as a master. */
        public Builder replicaOf(String host, int port) {
            return set("replicaof", host + " " + port);
        }

        /**
         * Any directive of redis.conf with its value written as in the file, such as {@code set("repl-backlog-size", "1mb")}.
         * Later values win; over a file's too.
         *
         * @throws IllegalArgumentException for an unknown directive or a value that it does not take, from {@link #start} too
         */
        public Builder set(String directive, String value) {
            throw new UnsupportedOperationException("TODO(server)");
        }

        /** A redis.conf file to read at {@link #start}. Default: none. */
        public Builder config(Path file) {
            throw new UnsupportedOperationException("TODO(server)");
        }

        /**
         * Loads the data, opens the port and returns when connections are accepted. A replica's link to its master comes up
         * later, by itself.
         *
         * @throws ServerStartException when the configuration, the data file or the port does not allow it, saying which and why
         */
        public FairleadServer start() {
            throw new UnsupportedOperationException("TODO(server)");
        }
    }
}
