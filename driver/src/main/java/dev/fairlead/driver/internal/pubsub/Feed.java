package dev.fairlead.driver.internal.pubsub;

import dev.fairlead.driver.Message;
import dev.fairlead.driver.MessageListener;
import dev.fairlead.driver.Subscription;
import dev.fairlead.driver.Topics;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.link.LinkListener;
import dev.fairlead.resp.Reply;
import dev.fairlead.topology.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One subscription: keeps a connection to the node that should carry it, and subscribes anew on each. Its state is confined to one
 * event loop ({@link Feeds#loop}); messages pass from their link's event loop to the listeners' thread.
 *
 * <p>A dead peer does not reset its connections, and silence is normal on this one: a PING each second tells the two apart.
 */
final class Feed implements Subscription {
    private static final long FIRST_CEILING_MILLIS = 20;

    /** 500 ms: a subscription is back within a second of its node, at two attempts a second. */
    private static final long LAST_CEILING_MILLIS = 500;

    private static final long PING_MILLIS = 1000;

    /** 5 s without an answer to a PING: the peer is dead. */
    private static final int MAX_UNANSWERED = 5;

    private final Feeds feeds;
    private final Topics topics;
    private final MessageListener listener;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean active;
    private volatile boolean closed;
    private volatile Throwable lastFailure;

    // On the loop.
    private Endpoint avoided;
    private CompletableFuture<Link> connecting;
    private Link link;
    private SubscriberCall ping;
    private int unanswered;
    private long ceilingMillis = FIRST_CEILING_MILLIS;
    private boolean retrying;
    private boolean interruptionTold;

    Feed(Feeds feeds, Topics topics, MessageListener listener) {
        this.feeds = feeds;
        this.topics = topics;
        this.listener = listener;
    }

    MessageListener listener() {
        return listener;
    }

    /** Completes when it is subscribed for the first time; fails when the server refuses it. */
    CompletableFuture<Void> first() {
        return first;
    }

    /** Why it is not subscribed yet; null before the first attempt failed. */
    Throwable lastFailure() {
        return lastFailure;
    }

    /** How many could not be posted since the last time. */
    long takeDropped() {
        return dropped.getAndSet(0);
    }

    /** Connects where it should be now. On the loop. */
    void dial() {
        if (closed || connecting != null || link != null || retrying) {
            return;
        }
        Endpoint target = feeds.target(topics.replicaPreferred(), avoided);
        if (target == null) {
            retryLater();
            return;
        }
        CompletableFuture<Link> attempt = feeds.connect(target, new Ears());
        connecting = attempt;
        attempt.whenComplete((opened, failure) -> feeds.run(() -> {
            connecting = null;
            avoided = failure == null ? null : target;
            if (failure != null) {
                lastFailure = failure instanceof CompletionException ? failure.getCause() : failure;
                retryLater();
            } else if (closed || !opened.isOpen()) {
                opened.abort("the subscription was closed");
                retryLater();
            } else {
                subscribe(opened);
            }
        }));
    }

    private void retryLater() {
        if (closed || retrying) {
            return;
        }
        retrying = true;
        long delay = ThreadLocalRandom.current().nextLong(1, ceilingMillis + 1);
        ceilingMillis = Math.min(2 * ceilingMillis, LAST_CEILING_MILLIS);
        feeds.later(
                () -> {
                    retrying = false;
                    dial();
                },
                delay);
    }

    private void subscribe(Link opened) {
        link = opened;
        String word =
                switch (topics.kind()) {
                    case CHANNELS -> "SUBSCRIBE";
                    case PATTERNS -> "PSUBSCRIBE";
                    case SHARDED -> "SSUBSCRIBE";
                };
        byte[][] argv = new byte[topics.names().size() + 1][];
        argv[0] = word.getBytes(StandardCharsets.US_ASCII);
        for (int i = 1; i < argv.length; i++) {
            argv[i] = topics.names().get(i - 1).getBytes(StandardCharsets.UTF_8);
        }
        SubscriberCall call = new SubscriberCall(word, opened.endpoint(), argv);
        // Hung on before it is sent, and posted from the link's event loop, so that it takes its place ahead of the
        // messages that follow.
        call.answered.whenComplete((nothing, failure) -> {
            if (failure == null && !closed) {
                active = true;
                if (first.isDone()) {
                    post(MessageListener::resumed);
                }
                first.complete(null);
            }
            feeds.run(() -> subscribed(opened, failure));
        });
        opened.send(call);
    }

    private void subscribed(Link on, Throwable failure) {
        if (failure != null) {
            lastFailure = failure;
            on.abort("the subscription failed: " + failure.getMessage());
            if (!(failure instanceof LinkException)) {
                first.completeExceptionally(failure); // The server's own word: asking again brings the same.
            }
            return;
        }
        interruptionTold = false;
        ceilingMillis = FIRST_CEILING_MILLIS;
        unanswered = 0;
        look(on);
    }

    /** Looks each second whether the peer still answers, as long as this link lasts. */
    private void look(Link on) {
        feeds.later(
                () -> {
                    if (link != on || closed) {
                        return;
                    }
                    if (ping != null && !ping.answered.isDone()) {
                        if (++unanswered >= MAX_UNANSWERED) {
                            on.abort("no answer to a PING for " + unanswered * PING_MILLIS + " ms");
                            return;
                        }
                    } else {
                        unanswered = 0;
                        ping = new SubscriberCall("PING", on.endpoint(), "PING".getBytes(StandardCharsets.US_ASCII));
                        on.send(ping);
                    }
                    look(on);
                },
                PING_MILLIS);
    }

    /** The topology changed: moves when another node should carry it. On the loop. */
    void changed() {
        if (link != null && !feeds.mayStay(link.endpoint(), topics.replicaPreferred())) {
            link.abort("another node has to carry it now");
        }
    }

    private void lost(Link gone, String reason) {
        if (gone != link) {
            return;
        }
        link = null;
        ping = null;
        if (!interruptionTold && first.isDone() && !closed) {
            interruptionTold = true;
            post(each -> each.interrupted(reason));
        }
        retryLater();
    }

    private void post(Consumer<MessageListener> what) {
        if (!feeds.mailroom().post(this, what)) {
            dropped.incrementAndGet();
        }
    }

    private void received(Reply.Sequence push) {
        List<Reply> parts = push.elements();
        String kind = parts.get(0).asString();
        Message message =
                switch (kind) {
                    case "message", "smessage" ->
                        new Message(parts.get(1).asString(), null, parts.get(2).asBytes());
                    case "pmessage" ->
                        new Message(
                                parts.get(2).asString(),
                                parts.get(1).asString(),
                                parts.get(3).asBytes());
                    default -> null; // A confirmation.
                };
        if (message != null && !closed) {
            post(each -> each.message(message));
        }
    }

    @Override
    public boolean isActive() {
        return active && !closed;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        feeds.closed(this);
        feeds.run(() -> {
            if (connecting != null) {
                connecting.cancel(false);
            }
            if (link != null) {
                link.abort("the subscription was closed");
            }
        });
    }

    @Override
    public String toString() {
        return "Subscription to " + topics.kind() + " " + topics.names();
    }

    private final class Ears implements LinkListener {
        @Override
        public void onPush(Link from, Reply.Sequence push) {
            received(push);
        }

        @Override
        public void onClosed(Link gone, LinkException reason) {
            active = false;
            feeds.run(() -> lost(gone, reason.getMessage()));
        }
    }
}
