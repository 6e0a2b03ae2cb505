package dev.fairlead.driver;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the listeners, in order, on one thread of its own. {@link #emit} never blocks: what does not fit in the
 * queue is dropped and counted, and the listeners are told the count.
 */
final class EventDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);

    /** 8,192 events: a second of calls of one busy thread, some 2 MB. */
    static final int CAPACITY = 8192;

    private record Registration(RoutingListener listener, boolean wantsCalls) {}

    private final BlockingQueue<RoutingEvent> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final List<Registration> registrations = new CopyOnWriteArrayList<>();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = new Thread(this::run, "fairlead-events");
    private volatile boolean callsWanted;
    private volatile boolean closed;

    EventDispatcher() {
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    synchronized void add(RoutingListener listener) {
        registrations.add(new Registration(listener, listener.wantsCalls()));
        callsWanted = registrations.stream().anyMatch(Registration::wantsCalls);
    }

    synchronized void remove(RoutingListener listener) {
        registrations.removeIf(each -> each.listener == listener);
        callsWanted = registrations.stream().anyMatch(Registration::wantsCalls);
    }

    /** Whether any listener wants an event for every call. */
    boolean callsWanted() {
        return callsWanted;
    }

    void emit(RoutingEvent event) {
        if (!registrations.isEmpty() && !queue.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    /** Delivers what is queued, for a second at the longest, and ends. */
    void close() {
        closed = true;
        if (Thread.currentThread() == thread) {
            return; // A listener closes its client: the thread ends when the listener returns.
        }
        thread.interrupt();
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                deliver(queue.take());
            } catch (InterruptedException e) {
                // Only close interrupts this thread; the loop condition decides.
                LOG.trace("event thread woken");
            }
        }
        for (RoutingEvent event = queue.poll(); event != null; event = queue.poll()) {
            deliver(event);
        }
    }

    private void deliver(RoutingEvent event) {
        boolean ofCall = event instanceof RoutingEvent.CallServed
                || event instanceof RoutingEvent.CallFailed
                || event instanceof RoutingEvent.CallRetried;
        for (Registration each : registrations) {
            if (!ofCall || each.wantsCalls) {
                tell(each.listener, event);
            }
        }
        long missing = dropped.getAndSet(0);
        if (missing > 0) {
            deliver(new RoutingEvent.EventsDropped(missing));
        }
    }

    private static void tell(RoutingListener listener, RoutingEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException e) {
            LOG.warn("listener {} failed on {}", listener, event, e);
        }
    }
}
