package dev.fairlead.driver.internal.pubsub;

import dev.fairlead.driver.ClientClosedException;
import dev.fairlead.driver.ConnectionFailedException;
import dev.fairlead.driver.MessageListener;
import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.Subscription;
import dev.fairlead.driver.TooManyCallsException;
import dev.fairlead.driver.Topics;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkListener;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.Topology;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All subscriptions of one client. Thread-safe; the monitor guards the set of them and nothing else. */
public final class Feeds {
    private static final Logger LOG = LoggerFactory.getLogger(Feeds.class);

    private final Supplier<Topology> topology;
    private final BiFunction<Endpoint, LinkListener, CompletableFuture<Link>> connect;
    private final ScheduledExecutorService loop;
    private final int bound;

    private final Set<Feed> feeds = new HashSet<>();
    private Mailroom mailroom;
    private boolean closed;

    /**
     * @param connect opens a link for subscriptions to an address
     * @param loop one thread, on which the subscriptions' state lives
     * @param bound most subscriptions at once
     */
    public Feeds(
            Supplier<Topology> topology,
            BiFunction<Endpoint, LinkListener, CompletableFuture<Link>> connect,
            ScheduledExecutorService loop,
            int bound) {
        this.topology = topology;
        this.connect = connect;
        this.loop = loop;
        this.bound = bound;
    }

    /** See {@link dev.fairlead.driver.RoutingClient#subscribe(MessageListener, Topics)}. Blocks: not for event loops. */
    public Subscription subscribe(MessageListener listener, Topics topics, Duration deadline) {
        Feed feed = add(listener, topics);
        run(feed::dial);
        boolean subscribed = false;
        try {
            feed.first().get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            subscribed = true;
            return feed;
        } catch (TimeoutException e) {
            Throwable last = feed.lastFailure();
            Endpoint target = target(topics.replicaPreferred(), null);
            throw new ConnectionFailedException(
                    "no subscription within " + deadline.toMillis() + " ms",
                    Map.of(
                            target == null ? "the master" : target.toString(),
                            target == null ? "is not known" : last == null ? "no answer yet" : last.getMessage()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ServerErrorException refusal) {
                refusal.fillInStackTrace(); // The caller's trace says more than that of an event loop.
                throw refusal;
            }
            if (e.getCause() instanceof ClientClosedException ended) {
                throw ended;
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a subscription");
        } finally {
            if (!subscribed) {
                feed.close();
            }
        }
    }

    private synchronized Feed add(MessageListener listener, Topics topics) {
        if (closed) {
            throw new ClientClosedException("a subscription");
        }
        if (feeds.size() >= bound) {
            throw new TooManyCallsException("a subscription", "there are " + bound + " already (subscriptions)");
        }
        if (mailroom == null) {
            mailroom = new Mailroom();
        }
        Feed feed = new Feed(this, topics, listener);
        feeds.add(feed);
        return feed;
    }

    synchronized void closed(Feed feed) {
        feeds.remove(feed);
    }

    private synchronized List<Feed> all() {
        return List.copyOf(feeds);
    }

    /** The topology changed. Any thread. */
    public void changed() {
        List<Feed> all = all();
        if (!all.isEmpty()) {
            run(() -> all.forEach(Feed::changed));
        }
    }

    /** Ends all of them. */
    public void close() {
        List<Feed> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(feeds);
            if (mailroom != null) {
                mailroom.close();
            }
        }
        for (Feed each : all) {
            each.first().completeExceptionally(new ClientClosedException("a subscription"));
            each.close();
        }
    }

    /**
     * The node that should carry a new subscription; null while none can.
     *
     * @param avoid where the last attempt failed: the next is made elsewhere if there is a choice; null for none
     */
    Endpoint target(boolean replicaPreferred, Endpoint avoid) {
        Shard shard = topology.get().shard();
        if (replicaPreferred) {
            List<Endpoint> usable = shard.replicas().stream()
                    .filter(Node::usable)
                    .map(Node::endpoint)
                    .filter(each -> !each.equals(avoid))
                    .toList();
            if (!usable.isEmpty()) {
                return usable.get(ThreadLocalRandom.current().nextInt(usable.size()));
            }
        }
        return shard.master() == null ? null : shard.master().endpoint();
    }

    /** Whether this node may go on carrying a subscription. One that went to the master for want of a replica stays there. */
    boolean mayStay(Endpoint at, boolean replicaPreferred) {
        Shard shard = topology.get().shard();
        // While no master is known the old one may be it again, and leaving it would gain nothing.
        boolean atMaster = shard.master() == null || shard.master().endpoint().equals(at);
        return atMaster
                || replicaPreferred
                        && shard.replicas().stream()
                                .anyMatch(
                                        each -> each.usable() && each.endpoint().equals(at));
    }

    CompletableFuture<Link> connect(Endpoint endpoint, LinkListener ears) {
        return connect.apply(endpoint, ears);
    }

    synchronized Mailroom mailroom() {
        return mailroom;
    }

    void run(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("closed; a late task is dropped", e);
        }
    }

    void later(Runnable task, long millis) {
        try {
            loop.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("closed; a late task is dropped", e);
        }
    }
}
