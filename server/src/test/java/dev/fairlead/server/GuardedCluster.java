package dev.fairlead.server;

import dev.fairlead.server.internal.net.SentinelServer;
import dev.fairlead.server.internal.sentinel.SentinelTimings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A master, two replicas and the Sentinels over them, each bundled or real: bundled ones in this JVM, at the paces of a process;
 * real ones as processes. The port of a node may be that of a cable in front of it, under which everybody knows it.
 */
final class GuardedCluster implements AutoCloseable {
    enum Kind {
        BUNDLED,
        REAL
    }

    enum Network {
        PLAIN,
        /** The nodes stand behind cables that can be cut. */
        CABLES,
        /** The members know each other by encrypted ports alone; the plain ones are for the test. */
        ENCRYPTED
    }

    static final String NAME = "mymaster";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long FAILOVER_TIMEOUT = 6_000;

    /** A server or a Sentinel. */
    interface Member extends AutoCloseable {
        int port();

        /** {@code kill -9}. */
        void kill();

        /** Starts it again, as what it was when it was killed. */
        void begin();

        /** {@code SIGSTOP}. */
        void freeze();

        void thaw();

        @Override
        default void close() {
            kill();
        }
    }

    /** A server. */
    interface Node extends Member {
        /** Starts it again as a replica, as an operator would who knows of the failover. */
        void beginAsReplicaOf(int master);
    }

    private final Path dir;
    private final List<String> nodeLines;
    private final List<String> guardLines;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Member> sentinels = new ArrayList<>();
    private final List<Integer> knownPorts = new ArrayList<>();
    private final List<Cable> cables = new ArrayList<>();

    /**
     * Returns when every Sentinel sees the replicas in step and all the others.
     *
     * @param kinds of the nodes, the master first
     * @param network what is between them
     */
    GuardedCluster(Path dir, List<Kind> kinds, List<Kind> guards, long downAfterMillis, Network network) {
        this(dir, kinds, guards, downAfterMillis, network, List.of(), List.of());
    }

    /**
     * @param nodeLines of redis.conf for every node; {@code guardLines} of sentinel.conf for every Sentinel
     */
    GuardedCluster(
            Path dir,
            List<Kind> kinds,
            List<Kind> guards,
            long downAfterMillis,
            Network network,
            List<String> nodeLines,
            List<String> guardLines) {
        this.dir = dir;
        this.nodeLines = nodeLines;
        this.guardLines = guardLines;
        try {
            for (Kind kind : kinds) {
                addNode(kind, network);
            }
            for (Kind kind : guards) {
                List<String> lines = new ArrayList<>(List.of(
                        "bind 127.0.0.1",
                        "sentinel monitor " + NAME + " 127.0.0.1 " + knownPort(0) + " " + (guards.size() / 2 + 1),
                        "sentinel down-after-milliseconds " + NAME + " " + downAfterMillis,
                        "sentinel failover-timeout " + NAME + " " + FAILOVER_TIMEOUT,
                        "sentinel parallel-syncs " + NAME + " 2"));
                if (network == Network.ENCRYPTED) {
                    lines.addAll(encryption(freePort()));
                }
                lines.addAll(guardLines);
                sentinels.add(sentinel(kind, lines));
            }
            awaitSight();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void addNode(Kind kind, Network network) {
        int port = freePort();
        int known = port;
        List<String> encryption = List.of();
        if (network == Network.CABLES) {
            cables.add(new Cable(port));
            known = cables.get(cables.size() - 1).port();
        } else if (network == Network.ENCRYPTED) {
            known = freePort();
            encryption = encryption(known);
        }
        knownPorts.add(known);
        List<String> lines = new ArrayList<>(List.of(
                "port " + port,
                "bind 127.0.0.1",
                "replica-announce-ip 127.0.0.1",
                "replica-announce-port " + known,
                "repl-diskless-sync-delay 0",
                "save \"\""));
        lines.addAll(encryption);
        lines.addAll(nodeLines);
        if (!nodes.isEmpty()) {
            lines.add("replicaof 127.0.0.1 " + knownPort(0));
        }
        nodes.add(kind == Kind.REAL ? new RealMember(dir, "redis.conf", port, lines) : new BundledNode(port, lines));
    }

    private static List<String> encryption(int port) {
        List<String> lines = TestCertificates.directives();
        lines.add("tls-port " + port);
        return lines;
    }

    private Member sentinel(Kind kind, List<String> lines) {
        int port = freePort();
        List<String> all = new ArrayList<>(lines);
        all.add("port " + port);
        return kind == Kind.REAL ? new RealMember(dir, "sentinel.conf", port, all) : new BundledSentinel(all);
    }

    /** The port under which the others know this node. */
    int knownPort(int node) {
        return knownPorts.get(node);
    }

    Node node(int index) {
        return nodes.get(index);
    }

    List<Member> sentinels() {
        return sentinels;
    }

    /** Asks a Sentinel something, with its password where it has one. */
    String ask(Member sentinel, String... words) {
        try (Talk talk = new Talk(sentinel.port())) {
            for (String line : guardLines) {
                if (line.startsWith("requirepass ")) {
                    talk.call("AUTH", line.substring("requirepass ".length()));
                }
            }
            return talk.call(words);
        }
    }

    /** Nothing passes to or from this node, and nobody is told, until {@link #mend}. */
    void cut(int node) {
        cables.get(node).cut(true);
    }

    void mend(int node) {
        cables.get(node).cut(false);
    }

    /** The node that all Sentinels hold to be the master; -1 while they do not agree. */
    int master() {
        List<Integer> views = sentinels.stream()
                .map(sentinel -> ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME))
                .map(answer -> Integer.parseInt(answer.replaceAll("\\D*$", "").replaceAll(".*\\D", "")))
                .distinct()
                .toList();
        for (int i = 0; i < nodes.size() && views.size() == 1; i++) {
            if (knownPort(i) == views.get(0)) {
                return i;
            }
        }
        return -1;
    }

    /** Waits until all Sentinels name one master other than this. @return which */
    int awaitMasterOtherThan(int old) {
        Await.until("a master other than node " + old, PATIENCE, () -> {
            int now = master();
            return now >= 0 && now != old;
        });
        return master();
    }

    /** Waits until every node says itself that it is the master that the Sentinels agree on, or a replica in step with it. */
    void awaitOneMaster() {
        Await.until("one master, and all others its replicas", PATIENCE, () -> {
            int master = master();
            for (int i = 0; i < nodes.size() && master >= 0; i++) {
                int port = nodes.get(i).port();
                String role = Talk.field(port, "role");
                boolean fits = i == master
                        ? "master".equals(role)
                        : "slave".equals(role)
                                && ("" + knownPort(master)).equals(Talk.field(port, "master_port"))
                                && "up".equals(Talk.field(port, "master_link_status"));
                if (!fits) {
                    return false;
                }
            }
            return master >= 0;
        });
    }

    /** Waits until every Sentinel has the same master, up, with all the other nodes as replicas that are up too. */
    void awaitSight() {
        for (Member sentinel : sentinels) {
            Await.until("Sentinel " + sentinel.port() + " sees everybody", PATIENCE, () -> {
                String master = ask(sentinel, "SENTINEL", "MASTER", NAME);
                String replicas = ask(sentinel, "SENTINEL", "REPLICAS", NAME);
                String others = ask(sentinel, "SENTINEL", "SENTINELS", NAME);
                return master.contains("flags, master,")
                        && replicas.split("flags, slave,", -1).length == nodes.size()
                        && replicas.split("master-link-status, ok,", -1).length == nodes.size()
                        && others.split("flags, sentinel,", -1).length == sentinels.size();
            });
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        sentinels.forEach(Member::close);
        nodes.forEach(Member::close);
        cables.forEach(Cable::close);
    }

    /** A server inside this JVM. */
    private static final class BundledNode implements Node {
        private final List<String> lines;
        private final int port;
        private FairleadServer server;

        BundledNode(int port, List<String> lines) {
            this.port = port;
            this.lines = lines;
            begin();
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public void kill() {
            server.faults().resume();
            server.kill();
        }

        @Override
        public void begin() {
            begin(lines);
        }

        @Override
        public void beginAsReplicaOf(int master) {
            List<String> all = new ArrayList<>(lines);
            all.add("replicaof 127.0.0.1 " + master);
            begin(all);
        }

        private void begin(List<String> directives) {
            FairleadServer.Builder builder = FairleadServer.builder();
            for (String line : directives) {
                String[] words = line.split(" ", 2);
                builder.set(words[0], words[1]);
            }
            server = builder.start();
        }

        @Override
        public void freeze() {
            server.faults().pause();
        }

        @Override
        public void thaw() {
            server.faults().resume();
        }
    }

    /** A Sentinel inside this JVM. */
    private static final class BundledSentinel implements Member {
        private SentinelServer server;

        BundledSentinel(List<String> lines) {
            server = SentinelServer.start(lines, SentinelTimings.STANDARD);
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public void kill() {
            server.close();
        }

        @Override
        public void begin() {
            server = SentinelServer.start(server.written(), SentinelTimings.STANDARD);
        }

        @Override
        public void freeze() {
            server.faults().pause();
        }

        @Override
        public void thaw() {
            server.faults().resume();
        }
    }

    /** A redis-server process, from a file of its own. */
    private static final class RealMember implements Node {
        private final Path dir;
        private final String file;
        private final int port;
        private Process process;

        RealMember(Path parent, String file, int port, List<String> lines) {
            this.file = file;
            this.port = port;
            try {
                dir = Files.createDirectory(parent.resolve("real-" + port));
                Files.write(dir.resolve(file), lines);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            begin();
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public void kill() {
            process.destroyForcibly();
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void begin() {
            begin(file.startsWith("sentinel") ? List.of("--sentinel") : List.of());
        }

        @Override
        public void beginAsReplicaOf(int master) {
            begin(List.of("--replicaof", "127.0.0.1", "" + master));
        }

        private void begin(List<String> arguments) {
            List<String> command = new ArrayList<>(List.of("redis-server", file));
            command.addAll(arguments);
            try {
                process = new ProcessBuilder(command)
                        .directory(dir.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                dir.resolve("log").toFile()))
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Await.until("redis-server answers on port " + port, PATIENCE, () -> {
                try {
                    return process.isAlive() && Talk.ask(port, "PING").matches("PONG|-NOAUTH .*");
                } catch (UncheckedIOException e) {
                    return false;
                }
            });
        }

        @Override
        public void freeze() {
            signal("STOP");
        }

        @Override
        public void thaw() {
            signal("CONT");
        }

        private void signal(String name) {
            try {
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
