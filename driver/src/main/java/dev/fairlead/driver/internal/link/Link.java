package dev.fairlead.driver.internal.link;

import dev.fairlead.topology.Endpoint;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One connection to one server: pipelines calls of any thread in the order they are sent, and completes each exactly once.
 * Thread-safe; everything it calls back runs on its event loop.
 */
public final class Link {
    private Link() {}

    /** Event loops that links can run on: epoll where the system has it. The caller shuts them down. */
    public static EventLoopGroup newEventLoops(int threads, String threadName) {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /**
     * Connects, speaks the handshake (HELLO 3, else RESP2 with AUTH; name; database), and gives the link once it can be used.
     * Fails with a {@link LinkException} that names the endpoint and the step.
     */
    public static CompletableFuture<Link> connect(
            Endpoint endpoint, LinkSettings settings, EventLoopGroup eventLoops, LinkListener listener) {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** Hands a call over: it is encoded here and now, and written by the event loop. Never blocks. See {@link LinkCall} for its end. */
    public void send(LinkCall call) {
        throw new UnsupportedOperationException("TODO(link)");
    }

    public Endpoint endpoint() {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** This incarnation: positive, and never given to another link of this JVM. */
    public long id() {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** When the handshake was over, in {@code System.nanoTime()}. */
    public long openedNanos() {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** 3 or 2. */
    public int protocol() {
        throw new UnsupportedOperationException("TODO(link)");
    }

    public boolean isOpen() {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** Calls sent and not yet answered, queued ones included. */
    public int inFlight() {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** Peak-sensitive moving average of the time to a reply, in nanoseconds; 0 before the first reply. */
    public double latencyNanos() {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** How long the oldest call on the wire has been waiting for its reply at {@code nowNanos}; 0 when none is. */
    public long oldestWaitNanos(long nowNanos) {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** Whether the oldest call waits so much longer than this link's replies usually take that no new read should join it. */
    public boolean isOverdue(long nowNanos) {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** Takes no more calls, waits for the replies of those it has, at most this long, and closes. Completes when closed. */
    public CompletableFuture<Void> close(Duration drain) {
        throw new UnsupportedOperationException("TODO(link)");
    }

    /** Closes now; calls in flight fail. The reason is what their failures and the listener say. */
    public void abort(String reason) {
        throw new UnsupportedOperationException("TODO(link)");
    }
}
