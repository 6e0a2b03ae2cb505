package dev.fairlead.server;

import dev.fairlead.server.internal.net.Faults;
import dev.fairlead.server.internal.net.ServerNode;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One running server: a master, or a replica of one. It keeps its data in memory, speaks the Redis protocol on its port, and
 * replicates both ways with Redis 6.2/7.0.
 *
 * <p>Safe to use from any thread. The server itself runs on one event loop thread of its own, which ends with {@link #close} or
 * {@link #kill}.
 */
public final class FairleadServer implements AutoCloseable {
    private final ServerNode node;
    private final String host;

    private FairleadServer(ServerNode node, String host) {
        this.node = node;
        this.host = host;
    }

    /** A server to be configured; it starts with {@link Builder#start}. */
    public static Builder builder() {
        return new Builder(ServerConfig.ofEmbedding(), true);
    }

    /** The server that {@code main} runs: Redis's defaults, and nothing in the way of its connections. */
    static FairleadServer start(ServerConfig config) {
        return new Builder(config, false).start();
    }

    /** The host that the server is bound to first, as other servers should name it. */
    public String host() {
        return host;
    }

    /** The port that the server listens on; never 0. */
    public int port() {
        return node.port();
    }

    /** {@link #host} and {@link #port}. */
    public InetSocketAddress address() {
        return new InetSocketAddress(host(), port());
    }

    /** 40 hexadecimal digits that are new at each start. */
    public String runId() {
        return node.runId();
    }

    /**
     * Ends the server as SIGTERM does: replicas are waited for within {@code shutdown-timeout}, data is saved if save points
     * are configured, connections are closed in order. Waits for the thread to end. A second call does nothing.
     */
    @Override
    public void close() {
        node.stop();
    }

    /** Ends the server as {@code kill -9} does: nothing is saved or said, every connection is reset. Waits for the thread to end. */
    public void kill() {
        node.kill();
    }

    /** Waits until the server has ended by itself (a SHUTDOWN command) or by another thread. */
    public void awaitTermination() throws InterruptedException {
        node.awaitEnd();
    }

    /** What tests and {@link EmbeddedCluster} may break. */
    Faults faults() {
        return node.faults();
    }

    @Override
    public String toString() {
        return "FairleadServer[" + host + ":" + port() + "]";
    }

    /** Collects the configuration. Not thread-safe; a builder starts one server. */
    public static final class Builder {
        private final ServerConfig config;
        private final boolean breakable;
        private final Map<String, String> overrides = new LinkedHashMap<>();
        private Path file;
        private boolean encrypted;

        private Builder(ServerConfig config, boolean breakable) {
            this.config = config;
            this.breakable = breakable;
        }

        /** Port to listen on, encrypted with {@link #tls}. 0, the default of a builder, takes a free one. */
        public Builder port(int port) {
            return set("port", Integer.toString(port));
        }

        /**
         * Encrypts the port, and the connections to the server's master. Default: plain TCP. What these files are and what else there is
         * say the {@code tls-…} directives of redis.conf, which {@link #set} takes; a client may, and need not, show a certificate
         * of the authorities ({@code tls-auth-clients optional}).
         *
         * @param certificate {@code tls-cert-file}: PEM, the server's own first
         * @param key {@code tls-key-file}: its private key in PEM
         * @param authorities {@code tls-ca-cert-file}: PEM, whom this server trusts
         */
        public Builder tls(Path certificate, Path key, Path authorities) {
            encrypted = true;
            return set("tls-cert-file", certificate.toAbsolutePath().toString())
                    .set("tls-key-file", key.toAbsolutePath().toString())
                    .set("tls-ca-cert-file", authorities.toAbsolutePath().toString())
                    .set("tls-auth-clients", "optional")
                    .set("tls-replication", "yes");
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
         * Later values win; over a file's too. An unknown directive or a value that it does not take is an
         * {@link IllegalArgumentException} of {@link #start}.
         */
        public Builder set(String directive, String value) {
            overrides.put(directive, value);
            return this;
        }

        /** A redis.conf file to read at {@link #start}. Default: none. */
        public Builder config(Path path) {
            file = path;
            return this;
        }

        /**
         * Loads the data, opens the port and returns when connections are accepted. A replica's link to its master comes up
         * later, by itself.
         *
         * @throws ServerStartException when the file, the data or the port does not allow it, saying which and why
         * @throws IllegalArgumentException naming a directive of {@link #set} that is unknown or does not take its value
         */
        public FairleadServer start() {
            if (file != null) {
                config.load(file);
            }
            if (encrypted) { // The one port is the encrypted one; no port at all, and a certificate, is a free one of
                // that kind.
                overrides.putIfAbsent("tls-port", overrides.getOrDefault("port", config.get("port")));
                overrides.put("port", "0");
            }
            overrides.forEach(config::set);
            ServerNode node = new ServerNode(config, breakable);
            node.start();
            List<String> addresses = config.words("bind");
            String first = addresses.isEmpty() ? "*" : addresses.get(0);
            boolean everywhere = first.equals("*") || first.equals("0.0.0.0") || first.contains(":");
            return new FairleadServer(node, everywhere ? "127.0.0.1" : first.replaceFirst("^-", ""));
        }
    }
}
