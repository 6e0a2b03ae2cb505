package dev.fairlead.server.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * What can be broken on command in one embedded server or Sentinel: its process (pause), its network (isolation, a cut between
 * two members), the stream from its master (delay). A server that runs as a process of its own has none of this in its
 * pipelines.
 *
 * <p>Every method may be called from any thread but the member's event loop; each returns once the fault is in force.
 */
public final class Faults {
    private final EventLoop loop;
    /** Confined to {@link #loop}. */
    private final Set<Gate> gates = new HashSet<>();
    /** Ports of this member's ends of its connections and of its listener: how another member knows whom it talks to. */
    private final Set<Integer> ownPorts = ConcurrentHashMap.newKeySet();

    private final Set<Faults> cutFrom = ConcurrentHashMap.newKeySet();
    private volatile boolean isolated;
    private volatile long replicationDelayNanos;
    private CountDownLatch paused;

    /** Faults of the member whose one thread is {@code loop}. */
    public Faults(EventLoop loop) {
        this.loop = loop;
    }

    /** A gate for one connection, to stand first in its pipeline. */
    public ChannelHandler gate() {
        return new Gate();
    }

    /** Tells where the member listens, so that others can be cut from it. */
    public void listensOn(int port) {
        ownPorts.add(port);
    }

    /** Freezes the member as SIGSTOP does: its kernel still accepts and buffers, nothing is read or answered. */
    public synchronized void pause() {
        if (paused != null) {
            return;
        }
        paused = new CountDownLatch(1);
        CountDownLatch frozen = new CountDownLatch(1);
        CountDownLatch until = paused;
        loop.execute(() -> {
            frozen.countDown();
            awaitQuietly(until);
        });
        awaitQuietly(frozen);
    }

    /** Ends {@link #pause}. */
    public synchronized void resume() {
        if (paused != null) {
            paused.countDown();
            paused = null;
        }
    }

    /**
     * No byte in or out from now on, and nobody is told: connections stay open. New ones are still accepted by the kernel, which
     * has no part in this, and stay as silent; a client sees its own timeout, not a refusal.
     */
    public void isolate() {
        isolated = true;
        refreshGates();
    }

    /** Ends {@link #isolate} and every {@link #cutFrom}: what was held back flows, in order. */
    public void heal() {
        isolated = false;
        for (Faults other : cutFrom) {
            cutFrom.remove(other);
            other.cutFrom.remove(this);
            other.refreshGates();
        }
        refreshGates();
    }

    /** No byte between this member and {@code other} from now on; both stay reachable for everybody else. */
    public void cutFrom(Faults other) {
        cutFrom.add(other);
        other.cutFrom.add(this);
        refreshGates();
        other.refreshGates();
    }

    /**
     * The stream from this member's master is applied that much later than it arrives, never earlier, in order. What waits
     * already keeps the delay that it came with; zero ends the delay for all of it.
     */
    public void delayReplication(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("the delay of replication cannot be negative: " + delay);
        }
        replicationDelayNanos = delay.toNanos();
    }

    /** For the link to the master. */
    public long replicationDelayNanos() {
        return replicationDelayNanos;
    }

    private void refreshGates() {
        Runnable refresh = () -> gates.forEach(Gate::refresh);
        if (loop.isShuttingDown()) {
            return;
        }
        if (paused != null) {
            loop.execute(refresh); // takes force when the member wakes up; until then nothing moves anyhow
        } else {
            loop.submit(refresh).syncUninterruptibly();
        }
    }

    private boolean blocks(SocketAddress remote) {
        if (isolated) {
            return true;
        }
        if (cutFrom.isEmpty() || !(remote instanceof InetSocketAddress address)) {
            return false;
        }
        for (Faults other : cutFrom) {
            if (other.ownPorts.contains(address.getPort())) {
                return true;
            }
        }
        return false;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Holds back reads and flushes of one connection while it is blocked; what was written waits in the channel's own buffer. */
    private final class Gate extends ChannelDuplexHandler {
        /** What a read under way delivered after the gate fell: one read's worth, as reading stops at once. */
        private final Queue<Object> heldReads = new ArrayDeque<>();

        private ChannelHandlerContext ctx;
        private boolean blocked;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            ctx = context;
            gates.add(this);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            Channel channel = context.channel();
            if (channel instanceof SocketChannel socket && socket.parent() == null) {
                ownPorts.add(socket.localAddress().getPort());
            }
            refresh();
            context.fireChannelActive();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            gates.remove(this);
            Channel channel = context.channel();
            if (channel instanceof SocketChannel socket && socket.parent() == null && socket.localAddress() != null) {
                ownPorts.remove(socket.localAddress().getPort());
            }
            heldReads.forEach(ReferenceCountUtil::release);
            heldReads.clear();
            context.fireChannelInactive();
        }

        void refresh() {
            boolean now = blocks(ctx.channel().remoteAddress());
            if (now == blocked) {
                return;
            }
            blocked = now;
            if (blocked) {
                ctx.channel().config().setAutoRead(false);
                return;
            }
            boolean delivered = !heldReads.isEmpty();
            for (Object message = heldReads.poll(); message != null; message = heldReads.poll()) {
                ctx.fireChannelRead(message);
            }
            if (delivered) {
                ctx.fireChannelReadComplete();
            }
            ctx.channel().config().setAutoRead(true);
            ctx.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (blocked && message instanceof ByteBuf) {
                heldReads.add(message);
            } else {
                context.fireChannelRead(message);
            }
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            if (!blocked) {
                context.flush();
            }
        }
    }
}
