package dev.fairlead.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a server and who connects to it, a replica or a client. What the server sends arrives a while later, in order,
 * and may be cut off in the middle; the other direction passes at once. There is no delay at first; it may change at any time
 * and counts for what is on the way, too.
 */
public final class FaultyProxy implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 << 10;
    /** 16 MiB on the way; past that the server is no longer read from, and its own output buffer holds the rest. */
    private static final int CHUNKS_ON_THE_WAY = 1024;

    private static final int CONNECT_MILLIS = 1_000;
    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final InetSocketAddress target;
    private final AtomicLong mayPass = new AtomicLong(-1);
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile long delayNanos;
    private volatile boolean closed;

    public FaultyProxy(TestNode server) {
        this("127.0.0.1", server);
    }

    /** @param bind an address of this machine that those who connect can reach */
    public FaultyProxy(String bind, TestNode server) {
        try {
            listener = new ServerSocket(0, 16, InetAddress.getByName(bind));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        target = new InetSocketAddress(server.host(), server.port());
        start("accept", this::acceptUntilClosed);
    }

    public String host() {
        return listener.getInetAddress().getHostAddress();
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String address() {
        return host() + ":" + port();
    }

    /** Lets so many bytes more of what the server sends pass, then breaks the connection that they went over. Once. */
    public void cutAfter(long bytes) {
        mayPass.set(bytes);
    }

    /** Connections broken by {@link #cutAfter}. */
    public int cuts() {
        return cuts.get();
    }

    public void delay(Duration delay) {
        delayNanos = delay.toNanos();
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptUntilClosed() throws IOException {
        while (!closed) {
            Socket client = listener.accept();
            Socket server = new Socket();
            sockets.add(client);
            sockets.add(server);
            try {
                server.connect(target, CONNECT_MILLIS);
            } catch (IOException e) {
                client.close(); // It sees that the server is not there, as without a proxy.
                continue;
            }
            BlockingQueue<Chunk> onTheWay = new ArrayBlockingQueue<>(CHUNKS_ON_THE_WAY);
            start("up", () -> pass(client, server));
            start("down-read", () -> readAhead(server, onTheWay));
            start("down-write", () -> writeWhenDue(onTheWay, client, server));
        }
    }

    private static void pass(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    private static void readAhead(Socket from, BlockingQueue<Chunk> queue) throws IOException, InterruptedException {
        InputStream in = from.getInputStream();
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            int length;
            while ((length = in.read(buffer)) >= 0) {
                queue.put(new Chunk(System.nanoTime(), Arrays.copyOf(buffer, length)));
            }
        } finally {
            queue.put(Chunk.END);
        }
    }

    private void writeWhenDue(BlockingQueue<Chunk> queue, Socket to, Socket from)
            throws IOException, InterruptedException {
        try (to;
                from) {
            OutputStream out = to.getOutputStream();
            Chunk chunk;
            while ((chunk = queue.take()) != Chunk.END) {
                while (!closed && System.nanoTime() - chunk.readNanos < delayNanos) {
                    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                }
                long pass = mayPass.get();
                if (pass >= 0 && pass < chunk.bytes.length) {
                    out.write(chunk.bytes, 0, (int) pass);
                    mayPass.set(-1);
                    cuts.incrementAndGet();
                    return;
                }
                if (pass >= 0) {
                    mayPass.set(pass - chunk.bytes.length);
                }
                out.write(chunk.bytes);
            }
        }
    }

    private void start(String what, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // A broken link ends its threads; both sockets are closed, and each side sees that itself.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "faulty-proxy-" + port() + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private record Chunk(long readNanos, byte[] bytes) {
        static final Chunk END = new Chunk(0, new byte[0]);
    }
}
