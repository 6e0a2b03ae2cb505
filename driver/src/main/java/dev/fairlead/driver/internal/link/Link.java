package dev.fairlead.driver.internal.link;

import dev.fairlead.driver.internal.link.LinkException.Kind;
import dev.fairlead.resp.RespWriter;
import dev.fairlead.topology.Endpoint;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.internal.PlatformDependent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One connection to one server: pipelines calls of any thread in the order they are sent, and completes each exactly once.
 * Thread-safe; everything it calls back runs on its event loop, refusals excepted (see {@link LinkCall}).
 *
 * <p>A sender encodes its call, puts it into a queue and wakes the event loop, which takes what has gathered there, writes it as one
 * piece, and puts the calls into a ring to wait for their replies ({@link Wire}). What is in the queue has not been written; what is
 * in the ring may have been applied. Queue and ring together hold at most {@link LinkSettings#maxInFlight} calls.
 */
public final class Link {
    /** 10 ms: longer than a pause of a busy machine, and short against the 300 ms for which a frozen replica is worth leaving. */
    private static final long OVERDUE_FLOOR_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Eight times the usual: of replies that spread exponentially, one in 3,000 takes that long (e^-8). */
    private static final int OVERDUE_FACTOR = 8;

    /** Eight more than {@link LinkSettings#maxInFlight}, for {@link #sendUrgent}: two probes of up to three questions, and room. */
    static final int RESERVE = 8;

    private static final AtomicLong IDS = new AtomicLong();

    private enum State {
        HANDSHAKING,
        OPEN,
        /** Closing in good order: answers what it has and takes no more. */
        DRAINING,
        CLOSED
    }

    private final long id = IDS.incrementAndGet();
    private final Endpoint endpoint;
    private final LinkSettings settings;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Queue<LinkCall> queue = PlatformDependent.newMpscQueue();
    /** Calls that were taken from the queue to be looked at before the socket took them; they come first. On the event loop. */
    private final ArrayDeque<LinkCall> looked = new ArrayDeque<>();
    /** Whether the event loop has been woken to look at the queue and has not done so yet. */
    private final AtomicBoolean woken = new AtomicBoolean();

    private final AtomicInteger inFlight = new AtomicInteger();
    private final Wire wire;
    private final Runnable drain = this::drain;

    private volatile State state = State.HANDSHAKING;
    private volatile EventLoop eventLoop;
    private volatile long openedNanos;
    /** Of a link that is draining. On the event loop. */
    private String drainedReason;

    private Link(Endpoint endpoint, LinkSettings settings, LinkListener listener) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.wire = new Wire(this, settings, listener);
    }

    /** Event loops that links can run on, as daemon threads: epoll where the system has it. The caller shuts them down. */
    public static EventLoopGroup newEventLoops(int threads, String threadName) {
        return Transport.newEventLoops(threads, threadName);
    }

    /**
     * Connects, speaks the handshake (TLS where the settings have it; HELLO 3, else RESP2 with AUTH; name; database), and gives the link once it can be used.
     * Fails with a {@link LinkException} of kind {@link Kind#NOT_CONNECTED} that names the endpoint and the step; the listener hears
     * nothing of a link that never opened. Cancelling the future closes the connection.
     */
    public static CompletableFuture<Link> connect(
            Endpoint endpoint, LinkSettings settings, EventLoopGroup eventLoops, LinkListener listener) {
        CompletableFuture<Link> opened = new CompletableFuture<>();
        long millis = settings.connectTimeout().toMillis();
        CompletableFuture<List<InetAddress>> found =
                settings.resolver().addresses(endpoint.host()).orTimeout(millis, TimeUnit.MILLISECONDS);
        if (settings.tls() != null && settings.tls().isLookDue()) {
            found = found.thenApplyAsync(
                    addresses -> {
                        settings.tls().look();
                        return addresses;
                    },
                    settings.resolver().threads());
        }
        found.whenComplete((addresses, failure) -> {
            if (failure != null) {
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                String why =
                        cause instanceof TimeoutException ? "no answer within " + millis + " ms" : cause.getMessage();
                opened.completeExceptionally(new LinkException(
                        Kind.NOT_CONNECTED, endpoint, "the host name cannot be resolved: " + why, cause));
                return;
            }
            try {
                // Any of them: one that does not answer is not the one tried for ever.
                InetAddress address = addresses.get(ThreadLocalRandom.current().nextInt(addresses.size()));
                new Link(endpoint, settings, listener)
                        .connect(new InetSocketAddress(address, endpoint.port()), eventLoops, opened);
            } catch (RuntimeException e) {
                opened.completeExceptionally(new LinkException(
                        Kind.NOT_CONNECTED, endpoint, "the connect could not be begun: " + e.getMessage(), e));
            }
        });
        return opened;
    }

    private void connect(InetSocketAddress address, EventLoopGroup eventLoops, CompletableFuture<Link> opened) {
        Handshake handshake = new Handshake(this, wire, settings, opened);
        wire.handshake(handshake);
        ChannelFuture connecting = Transport.connect(address, settings, eventLoops, handlers());
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                Throwable cause = done.cause();
                String why = cause instanceof ConnectTimeoutException
                        ? "no connection within " + settings.connectTimeout().toMillis() + " ms"
                        : "cannot connect: " + cause.getMessage();
                state = State.CLOSED;
                opened.completeExceptionally(new LinkException(Kind.NOT_CONNECTED, endpoint, why, cause));
            }
        });
    }

    private ChannelHandler handlers() {
        if (settings.tls() == null) {
            return wire;
        }
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                String host = settings.hostOf().apply(endpoint);
                channel.pipeline().addLast(settings.tls().handler(channel.alloc(), host, endpoint.port()), wire);
            }
        };
    }

    /**
     * Hands a call over: it is encoded here and now, and written by the event loop. Never blocks. A link that is not open refuses with
     * {@link Kind#NOT_WRITTEN}, one that holds its bound of calls with {@link Kind#FULL}.
     */
    public void send(LinkCall call) {
        if (add(call, 0)) {
            wake();
        }
    }

    /**
     * The same for the few calls of the link's owner, {@value #RESERVE} at once: probes must get through when callers have used up the
     * link's bound.
     */
    public void sendUrgent(LinkCall call) {
        if (add(call, RESERVE)) {
            wake();
        }
    }

    /** As {@link #send}, without waking the event loop: {@link #flush} follows, and what is enqueued until then goes as one piece. */
    public void enqueue(LinkCall call) {
        add(call, 0);
    }

    /** Lets go what was enqueued. */
    public void flush() {
        wake();
    }

    /** False when the link refused it. */
    private boolean add(LinkCall call, int reserve) {
        assert call.encoded == null : "a LinkCall is one attempt and is sent once";
        call.sentNanos = System.nanoTime();
        if (inFlight.incrementAndGet() - reserve > settings.maxInFlight()) {
            refuse(
                    call,
                    Kind.FULL,
                    "link full: " + settings.maxInFlight() + " calls are in flight, which is the bound");
            return false;
        }
        if (state != State.OPEN) {
            refuse(call, Kind.NOT_WRITTEN, "the link is closed");
            return false;
        }
        try {
            encode(call);
        } catch (IllegalArgumentException e) {
            refuse(call, Kind.UNSENDABLE, e.getMessage());
            return false;
        }
        queue.add(call);
        return true;
    }

    private void refuse(LinkCall call, Kind kind, String why) {
        inFlight.decrementAndGet();
        call.onFailure(new LinkException(kind, endpoint, why));
    }

    private void encode(LinkCall call) {
        byte[][] argv = call.argv();
        call.encoded = RespWriter.request(argv);
        if (settings.subscriber()) {
            call.confirmations = Subscriptions.confirmations(argv);
        }
    }

    /** A call of the handshake: straight to the wire, ahead of anything else. On the event loop. */
    void sendNow(LinkCall call) {
        call.sentNanos = System.nanoTime();
        inFlight.incrementAndGet();
        encode(call);
        wire.writeNow(call);
    }

    private void wake() {
        if (!woken.compareAndSet(false, true)) {
            return;
        }
        try {
            eventLoop.execute(drain);
        } catch (RejectedExecutionException e) {
            // The event loops were shut down under the link, so nobody else will look at the queue again.
            state = State.CLOSED;
            failQueued(new LinkException(Kind.NOT_WRITTEN, endpoint, "the event loop has been shut down"));
        }
    }

    private void drain() {
        // First this, then the queue: a call added after the last look wakes the loop again.
        woken.set(false);
        if (state == State.CLOSED) {
            failQueued(new LinkException(Kind.NOT_WRITTEN, endpoint, "the link was closed"));
        } else {
            wire.writeQueued();
        }
    }

    /** The next call to be written, or null. On the event loop, while the link is not closed. */
    LinkCall nextQueued() {
        LinkCall call = looked.poll();
        return call != null ? call : queue.poll();
    }

    /**
     * Shows every call that is sent and not answered to the action, written ones first, each in order. Returns at once: the action
     * runs on the event loop, and may complete what belongs to the call, but leaves the link alone.
     */
    public void forEachInFlight(Consumer<LinkCall> action) {
        onLoop(() -> {
            wire.forEachWritten(action);
            for (LinkCall call = queue.poll(); call != null; call = queue.poll()) {
                looked.add(call);
            }
            looked.forEach(action);
        });
    }

    /** A call left the link: there is room for another. */
    void released() {
        inFlight.decrementAndGet();
    }

    private void failQueued(LinkException failure) {
        for (LinkCall call = pollClosed(); call != null; call = pollClosed()) {
            inFlight.decrementAndGet();
            Wire.fail(call, failure);
        }
    }

    /** The queue knows one reader; after the loop's end two refused senders could meet here. */
    private synchronized LinkCall pollClosed() {
        return nextQueued();
    }

    /** The handshake is over. On the event loop; false when the connection was lost meanwhile. */
    boolean opened(EventLoop loop) {
        if (state == State.CLOSED) {
            return false;
        }
        eventLoop = loop;
        openedNanos = System.nanoTime();
        state = State.OPEN;
        return true;
    }

    /** The wire is gone and its ring failed. On the event loop, once. */
    void closed(LinkException notWritten) {
        state = State.CLOSED;
        settings.login().closed(this);
        failQueued(notWritten);
        closed.complete(null);
    }

    /** Whether calls that were in flight when {@link #close} came are still to be answered. On the event loop. */
    boolean isDrained() {
        return state == State.DRAINING && looked.isEmpty() && queue.isEmpty();
    }

    String drainedReason() {
        return drainedReason;
    }

    /** Whether AUTH may be said on it now, whatever else is on its way. */
    boolean mayAuthenticateAgain() {
        return settings.use() != LinkSettings.Use.LENT && !(settings.subscriber() && protocol() == 2);
    }

    /** Whether it is authenticated with the credentials of the moment; one that is lent may not be. */
    public boolean isLoginCurrent() {
        return settings.login().isCurrent(this);
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** This incarnation: positive, and never given to another link of this JVM. */
    public long id() {
        return id;
    }

    /** When the handshake was over, in {@code System.nanoTime()}. */
    public long openedNanos() {
        return openedNanos;
    }

    /** 3 or 2. */
    public int protocol() {
        return wire.protocol();
    }

    /** Whether it takes calls. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /** Calls sent and not yet answered, queued ones included. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Peak-sensitive moving average of the time to a reply, in nanoseconds, as it has faded by {@code nowNanos}; 0 before the first. */
    public double latencyNanos(long nowNanos) {
        return wire.latency().peakNanos(nowNanos);
    }

    /** How long the oldest call on the wire has been waiting for its reply at {@code nowNanos}; 0 when none is. */
    public long oldestWaitNanos(long nowNanos) {
        return wire.oldestWaitNanos(nowNanos);
    }

    /** Whether the oldest call waits so much longer than this link's replies usually take that no new read should join it. */
    public boolean isOverdue(long nowNanos) {
        long wait = wire.oldestWaitNanos(nowNanos);
        return wait > OVERDUE_FLOOR_NANOS
                && wait > OVERDUE_FACTOR * wire.latency().typicalNanos();
    }

    /** Takes no more calls, waits for the replies of those it has, at most this long, and closes. Completes when closed. */
    public CompletableFuture<Void> close(Duration drain) {
        return close(drain, "closed here");
    }

    /** The same; the reason is what the failures of calls that get no reply and the listener say. */
    CompletableFuture<Void> close(Duration drain, String reason) {
        onLoop(() -> {
            if (state == State.OPEN) {
                state = State.DRAINING;
                drainedReason = reason;
                wire.drained();
                eventLoop.schedule(
                        () -> wire.close(reason + ", " + drain.toMillis() + " ms after it was asked to", null),
                        drain.toMillis(),
                        TimeUnit.MILLISECONDS);
            }
        });
        return closed.copy();
    }

    /** Closes now; calls in flight fail. The reason is what their failures and the listener say. */
    public void abort(String reason) {
        onLoop(() -> wire.close(reason, null));
    }

    private void onLoop(Runnable task) {
        if (eventLoop.inEventLoop()) {
            task.run();
            return;
        }
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException e) {
            // The loops are shut down, and with them this connection.
            closed.complete(null);
        }
    }

    @Override
    public String toString() {
        return "Link " + id + " to " + endpoint + " (" + state.name().toLowerCase(Locale.ROOT) + ")";
    }
}
