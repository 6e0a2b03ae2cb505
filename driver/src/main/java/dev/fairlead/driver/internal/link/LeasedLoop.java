package dev.fairlead.driver.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.PlatformDependent;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * An event loop that is run by whoever holds its lease: a caller that waits for a reply, or the loop's own thread, the keeper. A lone
 * caller so does the socket work itself and is handed nothing by another thread; when calls overlap, the keeper runs the loop for all of
 * them, and what gathers is written as one piece.
 *
 * <p>Guarantees: one thread at a time runs it, and each sees all that the one before did; a task waits for no longer than
 * {@link #PATROL_NANOS} plus what is running. Who leads runs whatever comes: other callers' replies, timers, pushes.
 *
 * <p>The keeper takes the lease whenever a leader leaves something unanswered behind. It leaves the loop alone only while callers have
 * been leading lately and nothing is outstanding, and looks in on it every {@link #PATROL_NANOS}.
 */
final class LeasedLoop extends AbstractScheduledEventExecutor implements IoEventLoop {
    /** 2 ms: what a push or a timer may wait for while callers come and go. A look costs the keeper up to 50 µs of processor time. */
    private static final long PATROL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** 20 ms after the last caller who would lead, the keeper waits in the loop itself, and an idle client costs nothing. */
    private static final long CALLERS_GONE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** 5 ms: how long a leader may stay in one wait, so that it sees its deadline and its interruption. Waits end on multiples of it: a new
     * end costs a system call. */
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** What netty says where there is no timer. */
    private static final long NONE = -1;

    private final IoEventLoopGroup parent;
    private final IoHandler io;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Thread> leader = new AtomicReference<>();
    private final Promise<Void> terminated = new DefaultPromise<>(GlobalEventExecutor.INSTANCE);
    private final Wait look = new Wait(0);
    private final Wait leadersWait = new Wait(WAIT_NANOS);
    private final Wait keepersWait = new Wait(Long.MAX_VALUE);

    /** Calls on the wire that wait for a reply. Of the leader. */
    private int unanswered;

    private volatile Thread keeper;
    private volatile long callerNanos = System.nanoTime() - CALLERS_GONE_NANOS;
    private volatile boolean shuttingDown;
    private volatile boolean shutdown;

    LeasedLoop(IoEventLoopGroup parent, Executor threads, IoHandlerFactory ioFactory) {
        super(parent);
        this.parent = parent;
        this.io = ioFactory.newHandler(this);
        threads.execute(this::keep);
    }

    /**
     * Runs the loop on the calling thread until the condition holds, which is looked at after each turn, the thread is interrupted, or the
     * loop is shut down.
     *
     * @param first run right away, on the loop
     * @return false, with nothing done, when another thread runs the loop, or this one is not to block in a system call
     */
    boolean lead(Runnable first, BooleanSupplier until) {
        Thread me = Thread.currentThread();
        if (PlatformDependent.isVirtualThread(me)) {
            return false; // It would take its carrier along into the wait.
        }
        callerNanos = System.nanoTime();
        if (shuttingDown || !leader.compareAndSet(null, me)) {
            return false;
        }
        try {
            first.run();
            while (!until.getAsBoolean() && !shuttingDown && !me.isInterrupted()) {
                turn(leadersWait);
            }
        } finally {
            callerNanos = System.nanoTime();
            release();
        }
        return true;
    }

    /** A call has been written. On the loop. */
    void written() {
        unanswered++;
    }

    /** A call that had been written is over. On the loop. */
    void answered() {
        unanswered--;
    }

    private boolean isOutstanding() {
        return unanswered > 0 || !tasks.isEmpty();
    }

    private void release() {
        boolean repliesOut = unanswered > 0;
        leader.set(null);
        // A task that came before that line may have counted on this thread; one that comes after it wakes the keeper
        // itself.
        if (repliesOut || !tasks.isEmpty() || shuttingDown) {
            LockSupport.unpark(keeper);
        }
    }

    private void turn(Wait wait) {
        io.run(wait);
        runTasks();
    }

    private void runTasks() {
        fetchFromScheduledTaskQueue(tasks);
        for (int left = tasks.size(); left > 0; left--) { // Those that tasks add wait for a look at the sockets.
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            safeExecute(task);
        }
    }

    // The keeper

    private void keep() {
        Thread me = Thread.currentThread();
        keeper = me;
        boolean initialized = false;
        while (true) {
            while (!leader.compareAndSet(null, me)) {
                LockSupport.parkNanos(this, PATROL_NANOS);
            }
            if (!initialized) {
                io.initialize();
                initialized = true;
            }
            do {
                turn(areCallersAbout() && !isOutstanding() ? look : keepersWait);
                if (shuttingDown) {
                    terminate();
                    return;
                }
            } while (!areCallersAbout() || isOutstanding());
            leader.set(null);
            if (tasks.isEmpty()) {
                LockSupport.parkNanos(this, PATROL_NANOS);
            }
        }
    }

    private boolean areCallersAbout() {
        return System.nanoTime() - callerNanos < CALLERS_GONE_NANOS;
    }

    /** Closes what is open and runs what is queued; keeps the lease for good. */
    private void terminate() {
        cancelScheduledTasks();
        io.prepareToDestroy();
        runTasks();
        shutdown = true;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            safeExecute(task);
        }
        io.destroy();
        terminated.setSuccess(null);
    }

    // An executor

    @Override
    public void execute(Runnable task) {
        if (shutdown) {
            throw new RejectedExecutionException("the event loop has been shut down");
        }
        tasks.add(task);
        if (shutdown && tasks.remove(task)) {
            throw new RejectedExecutionException("the event loop has been shut down");
        }
        Thread running = leader.get();
        if (running == null) {
            LockSupport.unpark(keeper);
        } else if (running != Thread.currentThread()) {
            io.wakeup();
        }
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return leader.get() == thread;
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        shuttingDown = true;
        io.wakeup();
        LockSupport.unpark(keeper);
        return terminated;
    }

    @Override
    @Deprecated
    public void shutdown() {
        shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Future<?> terminationFuture() {
        return terminated;
    }

    @Override
    public boolean isShuttingDown() {
        return shuttingDown;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return terminated.isDone();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }

    // An event loop

    @Override
    public IoEventLoop next() {
        return this;
    }

    @Override
    public IoEventLoopGroup parent() {
        return parent;
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel) {
        return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    @Deprecated
    public ChannelFuture register(ChannelPromise promise) {
        promise.channel().unsafe().register(this, promise);
        return promise;
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        channel.unsafe().register(this, promise);
        return promise;
    }

    @Override
    public Future<IoRegistration> register(IoHandle handle) {
        Promise<IoRegistration> registered = newPromise();
        if (inEventLoop()) {
            register(handle, registered);
        } else {
            execute(() -> register(handle, registered));
        }
        return registered;
    }

    private void register(IoHandle handle, Promise<IoRegistration> registered) {
        try {
            registered.setSuccess(io.register(handle));
        } catch (Exception e) { // Whatever it is, it is the promise's.
            registered.setFailure(e);
        }
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return io.isCompatible(handleType);
    }

    @Override
    public boolean isIoType(Class<? extends IoHandler> handlerType) {
        return io.getClass().equals(handlerType);
    }

    /** How long a turn may wait for the sockets: until the next timer, and no longer than its bound. */
    private final class Wait implements IoHandlerContext {
        private final long boundNanos;

        Wait(long boundNanos) {
            this.boundNanos = boundNanos;
        }

        @Override
        public boolean canBlock() {
            return boundNanos > 0 && !shuttingDown && tasks.isEmpty() && !hasScheduledTasks();
        }

        @Override
        public long delayNanos(long nowNanos) {
            long deadline = deadlineNanos();
            return deadline == NONE ? Long.MAX_VALUE : Math.max(0, deadline - ticker().nanoTime());
        }

        @Override
        public long deadlineNanos() {
            long timer = nextScheduledTaskDeadlineNanos();
            if (boundNanos == Long.MAX_VALUE) {
                return timer;
            }
            long bound = (ticker().nanoTime() / boundNanos + 1) * boundNanos;
            return timer == NONE ? bound : Math.min(timer, bound);
        }
    }
}
