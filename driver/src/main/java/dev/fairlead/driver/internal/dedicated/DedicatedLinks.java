package dev.fairlead.driver.internal.dedicated;

import dev.fairlead.driver.ClientClosedException;
import dev.fairlead.driver.DedicatedLink;
import dev.fairlead.driver.NoMasterException;
import dev.fairlead.driver.TooManyCallsException;
import dev.fairlead.driver.internal.execute.Cluster;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.session.AcknowledgementLog;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.ReplicationId;
import dev.fairlead.topology.ReplicationInfo;
import dev.fairlead.topology.Role;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.WriteGate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The pool of connections that are lent out. Each is asked before every use whether it leads to the followed master, and closed
 * instead of kept when its use did not end in good order. Thread-safe by one lock, under which nothing is called but the idle
 * links' own state.
 */
public final class DedicatedLinks {
    static final String DEPOSED = "another master has taken over";

    /** What an exception calls the wait for a connection, which is none of a command's. */
    private static final String NAME = "a dedicated connection";

    /** 20 ms between two attempts when nothing changed: 50 connects a second at most, by each caller that waits. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final byte[][] ASK = {bytes("INFO"), bytes("replication")};
    private static final byte[][] UNWATCH = {bytes("UNWATCH")};

    private final Cluster cluster;
    private final Function<Endpoint, CompletableFuture<Link>> connect;
    private final AcknowledgementLog acknowledgements;
    private final LongSupplier clock;
    private final int bound;
    private final int maxInFlight;

    // Under the lock.
    private final ArrayDeque<Link> idle = new ArrayDeque<>();
    private final Set<OwnLink> uses = new HashSet<>();
    private int lent;
    private long changes;
    private boolean closed;

    /**
     * @param connect opens a link to an address
     * @param bound most connections lent at once
     * @param maxInFlight most commands of one transaction
     */
    public DedicatedLinks(
            Cluster cluster,
            Function<Endpoint, CompletableFuture<Link>> connect,
            AcknowledgementLog acknowledgements,
            LongSupplier clock,
            int bound,
            int maxInFlight) {
        this.cluster = cluster;
        this.connect = connect;
        this.acknowledgements = acknowledgements;
        this.clock = clock;
        this.bound = bound;
        this.maxInFlight = maxInFlight;
    }

    /** Lends a connection to the function. Blocks: not for event loops. See {@link dev.fairlead.driver.Session#dedicated}. */
    public <T> T lend(Duration deadline, SessionMarks session, Function<? super DedicatedLink, ? extends T> work) {
        long until = now() + deadline.toNanos();
        take(deadline, until);
        OwnLink use = null;
        try {
            use = open(deadline, until, session);
            return work.apply(use);
        } finally {
            giveBack(use);
        }
    }

    private synchronized void take(Duration deadline, long until) {
        while (!closed && lent >= bound) {
            if (!await(until)) {
                throw new TooManyCallsException(
                        "the function of a dedicated connection",
                        "all " + bound + " (dedicatedLinks) were in use for " + deadline.toMillis() + " ms");
            }
        }
        refuseIfClosed();
        lent++;
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new ClientClosedException(NAME);
        }
    }

    /** A connection that has just said that it leads to the followed master. */
    private OwnLink open(Duration deadline, long until, SessionMarks session) {
        Throwable failure = null;
        while (true) {
            long seen = changes();
            Shard shard = cluster.topology().shard();
            Node master = shard.master();
            ReplicationId history = shard.replicationId();
            WriteGate gate = shard.writeGate();
            long next = until;
            if (master != null && history != null && gate.state() == WriteGate.State.OPEN) {
                Link link = null;
                try {
                    Link kept = idle(master.endpoint());
                    link = kept != null ? kept : get(connect.apply(master.endpoint()), until);
                    String objection = objection(link, history, until);
                    if (objection == null) {
                        return register(new OwnLink(this, link, master, history, deadline, session));
                    }
                    failure = new IllegalStateException(master.endpoint() + " " + objection);
                } catch (ExecutionException e) {
                    failure = e.getCause();
                } catch (TimeoutException e) {
                    failure = e;
                } catch (RuntimeException e) { // Interrupted, or the client was closed: nobody will use it.
                    if (link != null) {
                        link.abort("not lent: " + e.getMessage());
                    }
                    throw e;
                }
                if (link != null) {
                    link.abort("not fit to be lent: " + failure.getMessage());
                }
                cluster.suspect("no dedicated connection to " + master.endpoint() + ": " + failure.getMessage());
                next = now() + PAUSE_NANOS;
            }
            if (until - now() <= 0 || !awaitChange(seen, next) && until - now() <= 0) {
                String reason = gate.state() == WriteGate.State.OPEN ? "it cannot be connected to" : gate.reason();
                throw new NoMasterException(NAME, deadline, reason, failure);
            }
        }
    }

    private synchronized OwnLink register(OwnLink use) {
        refuseIfClosed();
        uses.add(use);
        return use;
    }

    private synchronized Link idle(Endpoint endpoint) {
        refuseIfClosed();
        for (Iterator<Link> all = idle.iterator(); all.hasNext(); ) {
            Link each = all.next();
            if (!each.isLoginCurrent()) {
                all.remove();
                each.close(Duration.ZERO);
            } else if (each.isOpen() && each.endpoint().equals(endpoint)) {
                all.remove();
                return each;
            }
        }
        return null;
    }

    /** What speaks against lending this link: null when it says that it leads to a master with this history. */
    private String objection(Link link, ReplicationId history, long until) throws ExecutionException, TimeoutException {
        OwnCall<String> question = new OwnCall<>("INFO", link.endpoint(), ASK, reply -> {}, RespReader::readString);
        link.send(question);
        ReplicationInfo info;
        try {
            info = ReplicationInfo.parse(get(question.result, until));
        } catch (IllegalArgumentException e) {
            return "gave an INFO that cannot be read: " + e.getMessage();
        }
        if (info.role() != Role.MASTER) {
            return "says that it is a replica";
        }
        return info.replicationId().equals(history) ? null : "writes another history than the followed one";
    }

    private <T> T get(CompletableFuture<T> future, long until) throws ExecutionException, TimeoutException {
        try {
            return future.get(Math.max(0, until - now()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(false); // Of a connect: closes what it comes to.
            throw new TimeoutException("no answer in time");
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for " + NAME);
        }
    }

    private void giveBack(OwnLink use) {
        if (use != null) {
            use.end();
            if (use.isWatching() && use.link().isOpen()) {
                // Its answer comes ahead of that to the question before the next use.
                use.link().send(new OwnCall<>("UNWATCH", use.link().endpoint(), UNWATCH, reply -> {}, reply -> null));
            }
        }
        synchronized (this) {
            lent--;
            if (use != null) {
                uses.remove(use);
                if (use.link().isOpen() && !closed) {
                    idle.addFirst(use.link());
                }
            }
            notifyAll();
        }
    }

    /** The topology changed: connections to a master that is no longer followed are closed, and who waits looks again. */
    public void changed() {
        List<Link> deposed = new ArrayList<>();
        synchronized (this) {
            changes++;
            notifyAll();
            if (uses.isEmpty() && idle.isEmpty()) {
                return;
            }
            Shard shard = cluster.topology().shard();
            Node master = shard.master();
            if (master == null || shard.writeGate().state() != WriteGate.State.OPEN) {
                return;
            }
            uses.stream().filter(each -> !each.isFollowed()).map(OwnLink::link).forEach(deposed::add);
            for (Iterator<Link> all = idle.iterator(); all.hasNext(); ) {
                Link each = all.next();
                if (!each.isOpen() || !each.endpoint().equals(master.endpoint())) {
                    all.remove();
                    deposed.add(each);
                }
            }
        }
        deposed.forEach(each -> each.abort(DEPOSED));
    }

    /** Closes what there is; whoever waits is told. */
    public void close() {
        List<Link> all;
        synchronized (this) {
            closed = true;
            changes++;
            all = new ArrayList<>(idle);
            idle.clear();
            uses.forEach(each -> all.add(each.link()));
            notifyAll();
        }
        all.forEach(each -> each.abort("the client was closed"));
    }

    /** Counts what {@link #changed} was told; taken before the topology is looked at. */
    synchronized long changes() {
        return changes;
    }

    /** Waits until something has changed since; false when nothing has until then. */
    synchronized boolean awaitChange(long seen, long until) {
        while (changes == seen) {
            if (!await(until)) {
                return false;
            }
        }
        return true;
    }

    /** Waits for a notice; false when the time is over. */
    private synchronized boolean await(long until) {
        long left = until - now();
        if (left <= 0) {
            return false;
        }
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for " + NAME);
        }
    }

    Cluster cluster() {
        return cluster;
    }

    AcknowledgementLog acknowledgements() {
        return acknowledgements;
    }

    int maxInFlight() {
        return maxInFlight;
    }

    long now() {
        return clock.getAsLong();
    }

    private static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }
}
