package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.link.LinkListener;
import dev.fairlead.driver.internal.link.LinkSettings;
import dev.fairlead.resp.Reply;
import dev.fairlead.topology.Endpoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Keeps one link to one address open. Confined to the discovery thread, but for {@link #link}, which anybody may read.
 *
 * <p>After a failure it waits a random time between nothing and a ceiling that doubles (full jitter), so that the clients of a
 * server that comes back do not all come at once.
 */
final class Dialer {
    /** What becomes of the link; told on the discovery thread, pushes on the link's event loop. */
    interface Owner {
        void up(Link link);

        void down(Link link, String reason);

        void unreachable(String reason);

        default void push(Link link, Reply.Sequence push) {}
    }

    private static final long FIRST_CEILING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** 500 ms: a node that was away for long is back in use within a second, at two attempts a second and client. */
    private static final long LAST_CEILING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** When somebody is in a hurry, still at most 50 attempts a second. */
    private static final long LEAST_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Endpoint endpoint;
    private final LinkSettings settings;
    private final Discovery discovery;
    private final Owner owner;

    private volatile Link link;
    private ScheduledFuture<?> retry;
    private boolean connecting;
    private boolean closed;
    private long ceilingNanos = FIRST_CEILING_NANOS;
    private long lastAttemptNanos;

    Dialer(Endpoint endpoint, LinkSettings settings, Discovery discovery, Owner owner) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.discovery = discovery;
        this.owner = owner;
    }

    /** The open link; null while there is none. */
    Link link() {
        Link now = link;
        return now != null && now.isOpen() ? now : null;
    }

    void dial() {
        if (closed || connecting || link != null) {
            return;
        }
        connecting = true;
        lastAttemptNanos = discovery.now();
        discovery
                .connect(endpoint, settings, new Ears())
                .whenComplete((opened, failure) -> discovery.run(() -> {
                    connecting = false;
                    if (closed) {
                        if (opened != null) {
                            opened.abort("nobody needs it any more");
                        }
                    } else if (failure != null) {
                        failed(failure);
                    } else if (opened.isOpen()) {
                        ceilingNanos = FIRST_CEILING_NANOS;
                        link = opened;
                        owner.up(opened);
                    } else {
                        failed(new LinkException(
                                LinkException.Kind.NOT_CONNECTED, endpoint, "closed right after the handshake"));
                    }
                }));
    }

    private void failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        String address = endpoint + ": ";
        owner.unreachable(reason.startsWith(address) ? reason.substring(address.length()) : reason);
        retryLater();
    }

    private void retryLater() {
        if (closed) {
            return;
        }
        long delay = ThreadLocalRandom.current().nextLong(ceilingNanos + 1);
        ceilingNanos = Math.min(2 * ceilingNanos, LAST_CEILING_NANOS);
        retry = discovery.later(this::dial, delay);
    }

    /** Somebody waits for this address: tries now if the last attempt is long enough ago. */
    void hurry() {
        if (retry != null && !connecting && discovery.now() - lastAttemptNanos >= LEAST_GAP_NANOS) {
            retry.cancel(false);
            dial();
        }
    }

    /** Gives the link up; a new one is dialled. */
    void abort(String reason) {
        Link now = link;
        if (now != null) {
            now.abort(reason);
        }
    }

    /** No more dialling; the link closes once its calls are answered, or after this time. */
    CompletableFuture<Void> close(Duration drain) {
        closed = true;
        if (retry != null) {
            retry.cancel(false);
        }
        Link now = link;
        return now == null ? CompletableFuture.completedFuture(null) : now.close(drain);
    }

    private final class Ears implements LinkListener {
        @Override
        public void onPush(Link from, Reply.Sequence push) {
            owner.push(from, push);
        }

        @Override
        public void onClosed(Link lost, LinkException reason) {
            discovery.run(() -> {
                if (lost == link) {
                    link = null;
                    owner.down(lost, reason.getMessage());
                    retryLater();
                }
            });
        }
    }
}
