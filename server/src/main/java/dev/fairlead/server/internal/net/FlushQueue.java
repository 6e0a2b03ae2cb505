package dev.fairlead.server.internal.net;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be sent before the event loop goes to sleep: the stream to the replicas first, then each connection's replies in one
 * write. However many connections wrote in a turn of the loop, this runs once. Confined to the command thread.
 */
final class FlushQueue {
    private final EventLoop loop;
    private final List<Runnable> connections = new ArrayList<>();
    private Runnable first = () -> {};
    private boolean scheduled;

    FlushQueue(EventLoop loop) {
        this.loop = loop;
    }

    /** What runs before the connections are flushed. */
    void first(Runnable work) {
        first = work;
    }

    /** A connection has something to send, for the first time since it was flushed. */
    void add(Runnable flush) {
        connections.add(flush);
        request();
    }

    /** Makes sure that the queue runs in this turn of the loop. */
    void request() {
        if (!scheduled) {
            scheduled = true;
            loop.execute(this::run);
        }
    }

    private void run() {
        scheduled = false;
        first.run();
        // By index: a flush that closes a connection may add another one, which is then served too.
        for (int i = 0; i < connections.size(); i++) {
            connections.get(i).run();
        }
        connections.clear();
    }
}
