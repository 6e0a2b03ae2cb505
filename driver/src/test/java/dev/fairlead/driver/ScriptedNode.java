package dev.fairlead.driver;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A server that does what a test tells it: by default a master or replica with strings in it, whose answers to any command can be
 * replaced. Counts what it receives. One thread per connection; RESP2, so that the driver's fallback is on the path too.
 */
final class ScriptedNode implements AutoCloseable {
    /** An answer: the bytes as text, {@link #SILENCE} or {@link #HANG_UP}. */
    interface Answer {
        String to(List<String> argv);
    }

    static final String SILENCE = "(silence)";
    static final String HANG_UP = "(hang up)";

    private static final Pattern PROBE = Pattern.compile("\\*2\r\n\\$4\r\nINFO\r\n\\$\\d+\r\n\\w+\r\n");

    private final Map<String, String> data = new ConcurrentHashMap<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> received = new ConcurrentHashMap<>();
    private final List<ScriptedNode> replicas = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Set<Socket> subscribers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger pieces = new AtomicInteger();
    private final String host;
    private final int port;
    private volatile ServerSocket listener;
    private volatile ScriptedNode master;
    private volatile String id;
    private volatile String parent = "0".repeat(40);
    private volatile long fork = -1;
    private volatile long offset = 100;
    private volatile boolean replicating = true;
    private volatile boolean loading;
    private volatile String announced;

    ScriptedNode(char id) throws IOException {
        this(id, "127.0.0.1", 0);
    }

    /** On another loopback address; port 0 is any that is free. */
    ScriptedNode(char id, String host, int port) throws IOException {
        this.id = String.valueOf(id).repeat(40);
        this.host = host;
        announced = host;
        listener = new ServerSocket(port, 50, InetAddress.getByName(host));
        this.port = listener.getLocalPort();
        listen(listener);
    }

    static ScriptedNode replicaOf(ScriptedNode master) throws IOException {
        ScriptedNode replica = new ScriptedNode('0');
        replica.follow(master);
        return replica;
    }

    String address() {
        return host + ":" + port;
    }

    // What it is

    void follow(ScriptedNode other) {
        if (master != null) {
            master.replicas.remove(this);
        }
        master = other;
        id = other.id;
        parent = other.parent;
        fork = other.fork;
        offset = other.offset;
        data.clear();
        data.putAll(other.data);
        other.replicas.add(this);
    }

    /** Becomes a master that continues the history of its old one. */
    void promote(char newId) {
        if (master != null) {
            master.replicas.remove(this);
        }
        parent = id;
        fork = offset + 1;
        id = String.valueOf(newId).repeat(40);
        master = null;
    }

    /** The same process begins a history that has no parent, as a master does when its first replica comes. */
    void beginHistory(char newId) {
        parent = "0".repeat(40);
        fork = -1;
        id = String.valueOf(newId).repeat(40);
    }

    /** Under which host the others name it. */
    void announce(String asHost) {
        announced = asHost;
    }

    String announced() {
        return announced;
    }

    /** A replica that applies nothing until it is told to go on. */
    void stopReplicating() {
        replicating = false;
    }

    void resumeReplicating() {
        replicating = true;
        data.putAll(master.data);
        offset = master.offset;
    }

    void loading(boolean now) {
        loading = now;
    }

    String value(String key) {
        return data.get(key);
    }

    // What it does

    void answer(String command, Answer answer) {
        answers.put(command, answer);
    }

    void answerAsUsual(String command) {
        answers.remove(command);
    }

    /** Says something to everybody who has subscribed to anything. */
    void publish(String channel, String payload) {
        for (Socket each : subscribers) {
            try {
                each.getOutputStream()
                        .write(("*3\r\n" + bulk("message") + bulk(channel) + bulk(payload))
                                .getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    int subscribers() {
        return subscribers.size();
    }

    int port() {
        return port;
    }

    int received(String command) {
        AtomicInteger count = received.get(command);
        return count == null ? 0 : count.get();
    }

    /** How many pieces the bytes came in, each of up to 8 KiB; those that held probes alone do not count. */
    int pieces() {
        return pieces.get();
    }

    /** Stops: connections break, new ones are refused. */
    void stop() {
        try {
            listener.close();
            for (Socket each : connections) {
                each.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void restart() throws IOException {
        listener = new ServerSocket(port, 50, InetAddress.getByName(host));
        listen(listener);
    }

    @Override
    public void close() {
        stop();
    }

    private void listen(ServerSocket on) {
        start(() -> {
            while (!on.isClosed()) {
                Socket connection = on.accept();
                connection.setTcpNoDelay(true);
                connections.add(connection);
                if (on.isClosed()) {
                    connection.close(); // Accepted while it was being stopped.
                }
                start(() -> serve(connection));
            }
        });
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // The test or the driver closed the socket: this thread's work is over.
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket connection) throws IOException {
        try (connection) {
            InputStream in = new BufferedInputStream(new FilterInputStream(connection.getInputStream()) {
                @Override
                public int read(byte[] bytes, int from, int length) throws IOException {
                    int count = super.read(bytes, from, length);
                    String piece = new String(bytes, from, Math.max(count, 0), StandardCharsets.ISO_8859_1);
                    if (!PROBE.matcher(piece).replaceAll("").isEmpty()) {
                        pieces.incrementAndGet();
                    }
                    return count;
                }
            });
            OutputStream out = connection.getOutputStream();
            boolean silent = false; // What is not answered holds up everything behind it.
            while (true) {
                List<String> argv = readRequest(in);
                String name = argv.get(0).toUpperCase(Locale.ROOT);
                received.computeIfAbsent(name, each -> new AtomicInteger()).incrementAndGet();
                if (name.equals("SUBSCRIBE")) {
                    subscribers.add(connection);
                }
                Answer scripted = answers.get(name);
                String reply = scripted == null ? usual(name, argv) : scripted.to(argv);
                if (reply.equals(HANG_UP)) {
                    return;
                }
                silent |= reply.equals(SILENCE);
                if (!silent) {
                    out.write(reply.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
        } finally {
            connections.remove(connection);
            subscribers.remove(connection);
        }
    }

    private static List<String> readRequest(InputStream in) throws IOException {
        int count = Integer.parseInt(readLine(in).substring(1));
        List<String> argv = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = in.readNBytes(Integer.parseInt(readLine(in).substring(1)));
            readLine(in);
            argv.add(new String(bytes, StandardCharsets.UTF_8));
        }
        return argv;
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException();
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    String usual(String name, List<String> argv) {
        return switch (name) {
            case "INFO" -> bulk(info(argv.get(1)));
            case "PING" -> "+PONG\r\n";
            case "CLIENT", "SELECT" -> "+OK\r\n";
            case "GET" -> loading ? LOADING : bulk(data.get(argv.get(1)));
            case "SET" -> set(argv);
            case "SUBSCRIBE" -> subscribed(argv);
            default -> "-ERR unknown command '" + name + "'\r\n";
        };
    }

    private static final String LOADING = "-LOADING Redis is loading the dataset in memory\r\n";

    private static String subscribed(List<String> argv) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < argv.size(); i++) {
            text.append("*3\r\n" + bulk("subscribe") + bulk(argv.get(i)) + ":" + i + "\r\n");
        }
        return text.toString();
    }

    private String set(List<String> argv) {
        if (loading) {
            return LOADING;
        }
        if (master != null) {
            return "-READONLY You can't write against a read only replica.\r\n";
        }
        data.put(argv.get(1), argv.get(2));
        offset += 10;
        for (ScriptedNode each : replicas) {
            if (each.replicating) {
                each.data.putAll(data);
                each.offset = offset;
            }
        }
        return "+OK\r\n";
    }

    private String info(String section) {
        if (section.equals("server")) {
            return "run_id:" + String.format("%020d%020d", System.identityHashCode(this), port) + "\r\n";
        }
        if (section.equals("persistence")) {
            return "loading:" + (loading ? 1 : 0) + "\r\nasync_loading:0\r\n";
        }
        StringBuilder text = new StringBuilder("# Replication\r\n");
        if (master == null) {
            text.append("role:master\r\nconnected_slaves:")
                    .append(replicas.size())
                    .append("\r\n");
            for (int i = 0; i < replicas.size(); i++) {
                text.append("slave" + i + ":ip=" + replicas.get(i).announced + ",port=" + replicas.get(i).port
                        + ",state=online,offset=" + replicas.get(i).offset + ",lag=0\r\n");
            }
        } else {
            text.append("role:slave\r\nmaster_host:" + master.announced + "\r\nmaster_port:" + master.port
                    + "\r\nmaster_link_status:up\r\nmaster_sync_in_progress:0\r\nslave_read_repl_offset:" + offset
                    + "\r\nslave_repl_offset:" + offset + "\r\nslave_read_only:1\r\nconnected_slaves:0\r\n");
        }
        return text.append("master_failover_state:no-failover\r\nmaster_replid:" + id + "\r\nmaster_replid2:" + parent
                        + "\r\nmaster_repl_offset:" + offset + "\r\nsecond_repl_offset:" + fork
                        + "\r\nrepl_backlog_active:1\r\n")
                .toString();
    }

    static String bulk(String text) {
        return text == null ? "$-1\r\n" : "$" + text.getBytes(StandardCharsets.UTF_8).length + "\r\n" + text + "\r\n";
    }
}
