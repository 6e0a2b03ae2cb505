package dev.fairlead.driver.internal.pubsub;

import dev.fairlead.driver.MessageListener;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands messages and notices to the listeners, on one thread. {@link #post} never blocks: at the bound it refuses. */
final class Mailroom {
    private static final Logger LOG = LoggerFactory.getLogger(Mailroom.class);

    /** 8,192 messages of all subscriptions: at 100,000 a second the listeners may fall 80 ms behind. */
    static final int CAPACITY = 8192;

    private record Delivery(Feed feed, Consumer<MessageListener> what) {}

    private final BlockingQueue<Delivery> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Thread thread = new Thread(this::run, "fairlead-messages");
    private volatile boolean closed;

    Mailroom() {
        thread.setDaemon(true);
        thread.start();
    }

    /** False when the queue is full: nothing will be told. */
    boolean post(Feed feed, Consumer<MessageListener> what) {
        return queue.offer(new Delivery(feed, what));
    }

    /** No more deliveries. */
    void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            try {
                Delivery next = queue.take();
                long missing = next.feed.takeDropped();
                if (missing > 0) {
                    deliver(next.feed, listener -> listener.dropped(missing));
                }
                deliver(next.feed, next.what);
            } catch (InterruptedException e) {
                // Only close interrupts this thread, or a listener that interrupts itself; the loop's condition
                // decides.
                LOG.trace("message thread woken");
            }
        }
    }

    private static void deliver(Feed feed, Consumer<MessageListener> what) {
        if (feed.isClosed()) {
            return;
        }
        try {
            what.accept(feed.listener());
        } catch (RuntimeException e) {
            LOG.warn("a listener of {} failed", feed, e);
        }
    }
}
