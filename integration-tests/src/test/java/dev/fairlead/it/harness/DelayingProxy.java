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
import java.util.concurrent.locks.LockSupport;

/**
 * Stands in the replication link: what the master sends reaches the replica a while later, in order and whole; the other
 * direction passes at once. The delay is none at first, may change at any time and counts for what is on the way, too.
 */
public final class DelayingProxy implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 << 10;
    /** 16 MiB on the way; past that the master is no longer read from, and its own output buffer holds the rest. */
    private static final int CHUNKS_ON_THE_WAY = 1024;

    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final InetSocketAddress target;
    private volatile long delayNanos;
    private volatile boolean closed;

    /** @param bind an address of this machine that the replica can reach */
    public DelayingProxy(String bind, TestNode master) {
        try {
            listener = new ServerSocket(0, 16, InetAddress.getByName(bind));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        target = new InetSocketAddress(master.host(), master.port());
        start("accept", this::acceptUntilClosed);
    }

    public String host() {
        return listener.getInetAddress().getHostAddress();
    }

    public int port() {
        return listener.getLocalPort();
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
            Socket replica = listener.accept();
            Socket master = new Socket();
            sockets.add(replica);
            sockets.add(master);
            try {
                master.connect(target, 1_000);
            } catch (IOException e) {
                replica.close(); // The replica sees its master refuse it and tries again, as without a proxy.
                continue;
            }
            BlockingQueue<Chunk> onTheWay = new ArrayBlockingQueue<>(CHUNKS_ON_THE_WAY);
            start("up", () -> pass(replica, master));
            start("down-read", () -> readAhead(master, onTheWay));
            start("down-write", () -> writeWhenDue(onTheWay, replica, master));
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
                "delaying-proxy-" + port() + "-" + what);
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
