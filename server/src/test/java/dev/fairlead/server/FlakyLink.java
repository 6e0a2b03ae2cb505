package dev.fairlead.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A port that passes bytes on to another one and, while it is told to, delays them, cuts connections, and cuts them in the middle of
 * what it passes on, each at random from a seed. Threads of its own, which end with it.
 */
final class FlakyLink implements AutoCloseable {
    private static final int CHUNK_BYTES = 4096;
    /** Of 1000 chunks that are passed on: so many end the connection, half of these with a part of the chunk. */
    private static final int CUTS_PER_MILLE = 20;
    /** Of 1000 chunks: so many wait for up to {@link #LONGEST_DELAY_MILLIS}. */
    private static final int DELAYS_PER_MILLE = 50;

    private static final int LONGEST_DELAY_MILLIS = 30;

    private final ServerSocket listener;
    private final int target;
    private final long seed;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean flaky;
    private volatile long mostBytes = Long.MAX_VALUE;
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile boolean closed;

    FlakyLink(int target, long seed) {
        this.target = target;
        this.seed = seed;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "flaky-link");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    void flaky(boolean on) {
        flaky = on;
    }

    /** Each direction of a connection is cut when so many bytes have passed. */
    void cutAfter(long bytes) {
        mostBytes = bytes;
    }

    /** Connections that it has cut. */
    int cuts() {
        return cuts.get();
    }

    private void accept() {
        for (long n = 0; !closed; n++) {
            try {
                Socket in = listener.accept();
                Socket out = new Socket(InetAddress.getLoopbackAddress(), target);
                in.setTcpNoDelay(true);
                out.setTcpNoDelay(true);
                open.add(in);
                open.add(out);
                Random there = new Random(seed + 2 * n);
                Random back = new Random(seed + 2 * n + 1);
                start(() -> pass(in, out, there));
                start(() -> pass(out, in, back));
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10)); // closed, or the target is away for now
            }
        }
    }

    private void pass(Socket from, Socket to, Random random) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            long passed = 0;
            for (int count = in.read(chunk); count > 0; count = in.read(chunk)) {
                passed += count;
                if (passed > mostBytes) {
                    cuts.incrementAndGet();
                    break;
                }
                int fate = random.nextInt(1000);
                if (flaky && fate < CUTS_PER_MILLE) {
                    out.write(chunk, 0, fate % 2 == 0 ? 0 : random.nextInt(count));
                    cuts.incrementAndGet();
                    break;
                }
                if (flaky && fate < CUTS_PER_MILLE + DELAYS_PER_MILLE) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_DELAY_MILLIS)));
                }
                out.write(chunk, 0, count);
            }
        } catch (IOException e) {
            // The other direction was cut, or one of the ends has closed: so does this.
        }
        end(from);
        end(to);
    }

    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(this::end);
    }
}
