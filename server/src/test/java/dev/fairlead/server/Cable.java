package dev.fairlead.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port in front of another one of this machine. Cut, it carries nothing either way and says so to nobody, as a network does that
 * drops packets: connections stay open and new ones stay silent, until it is mended and everything flows again.
 */
final class Cable implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 << 10;

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean cut;
    private boolean closed;

    Cable(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    synchronized void cut(boolean now) {
        cut = now;
        notifyAll();
    }

    /** @return false once the cable is gone */
    private synchronized boolean awaitWhole() throws InterruptedException {
        while (cut && !closed) {
            wait();
        }
        return !closed;
    }

    private void accept() throws IOException {
        for (Socket near = listener.accept(); ; near = listener.accept()) {
            Socket one = near;
            sockets.add(one);
            start(() -> connect(one));
        }
    }

    private void connect(Socket near) throws IOException, InterruptedException {
        if (!awaitWhole()) {
            return;
        }
        try {
            Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(far);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            start(() -> carry(near, far));
            carry(far, near);
        } catch (IOException refused) {
            near.close();
        }
    }

    private void carry(Socket from, Socket to) throws IOException, InterruptedException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            InputStream in = from.getInputStream();
            for (int read = in.read(chunk); read >= 0 && awaitWhole(); read = in.read(chunk)) {
                to.getOutputStream().write(chunk, 0, read);
            }
        } finally {
            if (awaitWhole()) { // An end does not get through a cut cable either.
                from.close();
                to.close();
                sockets.remove(from);
                sockets.remove(to);
            }
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException end) {
                        // Either end closed: both are closed by now.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "cable-" + target);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
