package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.ClientClosedException;
import dev.fairlead.driver.NoMasterException;
import dev.fairlead.driver.NoTokenException;
import dev.fairlead.topology.ConsistencyToken;
import dev.fairlead.topology.Node;
import dev.fairlead.topology.Shard;
import dev.fairlead.topology.TokenStanding;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Makes consistency tokens: each is the offset that the master gave to a question which left after the token was asked for, so that
 * everything acknowledged or read before is below it. Thread-safe. It completes a future on an event loop, or where {@link #close} is
 * called.
 */
public final class TokenMint {
    /** What an exception calls the call that there is none of. */
    private static final String NAME = "a consistency token";

    /** 10 ms between two attempts while there is no master to ask, as between two rounds of looking. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Discovery discovery;
    private final Executor eventLoops;
    private final Duration deadline;
    private final Set<CompletableFuture<ConsistencyToken>> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public TokenMint(Discovery discovery, Executor eventLoops, Duration deadline) {
        this.discovery = discovery;
        this.eventLoops = eventLoops;
        this.deadline = deadline;
    }

    /** @param carried what the session began with; null when with nothing */
    public CompletableFuture<ConsistencyToken> mint(ConsistencyToken carried) {
        CompletableFuture<ConsistencyToken> minted = new CompletableFuture<>();
        long asked = discovery.now();
        waiting.add(minted);
        minted.whenComplete((token, failure) -> waiting.remove(minted));
        discovery.later(() -> fail(minted, noMaster()), deadline.toNanos());
        ask(carried, asked, minted);
        if (closed) {
            close();
        }
        return minted;
    }

    private void ask(ConsistencyToken carried, long asked, CompletableFuture<ConsistencyToken> minted) {
        if (!minted.isDone()) {
            discovery.sampleMaster().thenRun(() -> asked(carried, asked, minted));
        }
    }

    private void asked(ConsistencyToken carried, long asked, CompletableFuture<ConsistencyToken> minted) {
        Shard shard = discovery.topology().shard();
        ConsistencyToken token = shard.tokenSince(asked);
        Node master = shard.master();
        if (token != null) {
            onLoop(() -> minted.complete(carries(carried, shard) ? token.merge(carried) : token));
        } else if (master != null && master.freshness().asOfNanos() - asked >= 0) {
            fail(
                    minted,
                    new NoTokenException(
                            "the master " + master.endpoint() + " gives no replication offsets to make a token"
                                    + " of (repl_backlog_active:0): nothing has replicated from it yet, so there is no replica to"
                                    + " keep a read from"));
        } else {
            discovery.later(() -> ask(carried, asked, minted), AGAIN_NANOS);
        }
    }

    /** What the present history is known to contain, the new token stands for already; the rest it has to carry on. */
    private static boolean carries(ConsistencyToken carried, Shard shard) {
        return carried != null && shard.standing(carried).kind() != TokenStanding.Kind.PROVABLE;
    }

    private NoMasterException noMaster() {
        return new NoMasterException(
                NAME, deadline, discovery.topology().shard().writeGate().reason(), null);
    }

    private void fail(CompletableFuture<?> minted, RuntimeException failure) {
        if (!minted.isDone()) {
            onLoop(() -> minted.completeExceptionally(failure));
        }
    }

    /** What it leaves undone when the loops have ended, {@link #close} does. */
    private void onLoop(Runnable task) {
        try {
            eventLoops.execute(task);
        } catch (RejectedExecutionException e) {
            close();
        }
    }

    /** Whoever still waits is told. */
    public void close() {
        closed = true;
        waiting.forEach(each -> each.completeExceptionally(new ClientClosedException(NAME)));
    }
}
