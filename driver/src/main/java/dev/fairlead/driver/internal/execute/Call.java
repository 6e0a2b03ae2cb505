package dev.fairlead.driver.internal.execute;

import dev.fairlead.command.Access;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.WriteOutcomeUnknownException;
import dev.fairlead.driver.internal.cache.ReadCache;
import dev.fairlead.driver.internal.session.Keys;
import dev.fairlead.driver.internal.session.SessionMarks;
import dev.fairlead.policy.RoutePlan;
import dev.fairlead.policy.RoutingSettings;
import dev.fairlead.topology.ConsistencyToken;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One call from the caller's request to its end, which comes exactly once. At most one {@link Attempt} of it counts at a time;
 * whoever has that attempt, or took the call out of the held ones, may touch the plain fields: the hand-over through a link or
 * the held calls' lock makes them visible.
 */
final class Call<T> extends CompletableFuture<T> {
    private static final long FIRST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** 50 ms: 20 rounds a second over nodes that all fail, and no longer than that until one that is back is used. */
    private static final long LONGEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What {@link #state} is once the call has ended. */
    private static final Object ENDED = new Object();

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Call.class, "state", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Command<T> command;
    final Access access;
    final RoutingSettings settings;
    final SessionMarks session;

    /** The order in which calls came: held calls leave by it. */
    final long number;

    final long startNanos;
    final long deadlineNanos;
    final Duration deadline;

    /** See {@link #keys()}. */
    private Keys keys;

    int attempts;
    Throwable lastFailure;

    /** Why it is not known whether an earlier attempt was applied; null while it is known. */
    WriteOutcomeUnknownException unknown;

    /** A read that failed has to pay from the budget before it is sent again. */
    boolean owes;

    /** Links that this call will not try again until something changes. */
    private Set<Long> tried = Set.of();

    /** What it must see beside what its session demands; null when nothing. */
    ConsistencyToken after;

    /** Where it has to go, or what is told where it went; null when it does not matter. */
    Pin pin;

    /** What its answer may be kept under; null when it may not. */
    ReadCache.Question question;

    /** What its batch is sent through; null when it goes alone. */
    Cork cork;

    /** Only the master will do, whatever the policy says (NOSCRIPT from a replica). */
    boolean masterOnly;

    /** The script that the command names travels with its source: a node did not have it, or might not and there is no second try. */
    boolean withSource;

    /** Until when a read waits for a node that is fresh enough; its deadline unless the policy says less. */
    long patienceNanos;

    /** A held read is not tried again before this; volatile, as held calls are looked at from outside. */
    private volatile long notBeforeNanos;

    private long restNanos = FIRST_REST_NANOS;

    /** For events and exceptions. */
    List<RoutePlan.Candidate> passedOver = List.of();

    boolean fallback;

    /**
     * The attempt whose reply counts (of a hedged call the second one, which knows the first); null while the call is held; a
     * {@link DurableWrites.Waiting}; {@link #ENDED}. One field, so that a call cannot be sent and
     * declared never sent at the same time.
     */
    private volatile Object state;

    Call(
            Command<T> command,
            RoutingSettings settings,
            Duration deadline,
            SessionMarks session,
            long number,
            long startNanos) {
        this.command = command;
        this.access = command.access();
        this.settings = settings;
        this.deadline = deadline;
        this.session = session;
        this.number = number;
        this.startNanos = startNanos;
        this.deadlineNanos = startNanos + deadline.toNanos();
        this.patienceNanos = deadlineNanos;
        this.notBeforeNanos = startNanos;
    }

    /** Worked out when first asked for: most reads need none. Whoever does not see that they have been works them out again. */
    Keys keys() {
        Keys known = keys;
        if (known == null) {
            known = Keys.of(command);
            keys = known;
        }
        return known;
    }

    /** What goes on the wire. */
    byte[][] argv() {
        return withSource ? command.argvWithSource() : command.argv();
    }

    boolean isRead() {
        return access == Access.READ;
    }

    /** Whether it may be sent again although it may have been applied. */
    boolean mayRunTwice() {
        return settings.retry().allows(command.spec().retryCategory(command.argv()));
    }

    /** As it is now: an attempt, null, or something else once it has ended. */
    Object state() {
        return state;
    }

    boolean isCurrent(Attempt<?> attempt) {
        Object now = state;
        return now == attempt
                || (now instanceof HedgedAttempt<?> hedge && hedge.rival == attempt && !hedge.rivalFailed);
    }

    boolean isHedged() {
        return state instanceof HedgedAttempt<?>;
    }

    boolean isEnded() {
        return state == ENDED;
    }

    /** False when the call has ended: it must not be sent. */
    boolean send(Attempt<T> attempt) {
        return STATE.compareAndSet(this, null, attempt);
    }

    /** From now on two attempts count; false when the first one does not any more. */
    boolean hedge(HedgedAttempt<T> second) {
        return STATE.compareAndSet(this, second.rival, second);
    }

    /** Acknowledged, and waiting for replicas; false when the call has ended, or is another attempt's. */
    boolean await(Attempt<T> attempt, DurableWrites.Waiting<T> entry) {
        return STATE.compareAndSet(this, attempt, entry);
    }

    /** The attempt failed; true for the one who has to go on with the call: it has not ended, and no other attempt of it counts. */
    boolean takeBack(Attempt<?> attempt) {
        if (attempt instanceof HedgedAttempt<?> hedge
                && !hedge.rivalFailed
                && STATE.compareAndSet(this, hedge, hedge.rival)) {
            // The first one is on its own again, unless it failed just now and left the call to this one.
            return hedge.rivalFailed && STATE.compareAndSet(this, hedge.rival, null);
        }
        while (!STATE.compareAndSet(this, attempt, null)) {
            Object now = state;
            if (now instanceof HedgedAttempt<?> hedge && hedge.rival == attempt) {
                hedge.rivalFailed = true;
                if (state == hedge) {
                    return false; // It counts now, and sees the mark when it fails.
                }
            } else if (now != attempt) {
                return false;
            }
        }
        return true;
    }

    /** True for the one who may complete the future and settle its accounts. */
    boolean end() {
        return STATE.getAndSet(this, ENDED) != ENDED;
    }

    /** The same, provided that the state is still the one that was looked at. */
    boolean endFrom(Object seen) {
        return seen != ENDED && STATE.compareAndSet(this, seen, ENDED);
    }

    /** Every node failed: a moment's rest before the next round over them, twice as long as the last one. */
    void rest(long now) {
        notBeforeNanos = now + restNanos;
        restNanos = Math.min(2 * restNanos, LONGEST_REST_NANOS);
    }

    long notBeforeNanos() {
        return notBeforeNanos;
    }

    void tried(long linkId) {
        if (tried.isEmpty()) {
            tried = new HashSet<>(4);
        }
        tried.add(linkId);
    }

    boolean hasTried(long linkId) {
        return tried.contains(linkId);
    }

    boolean hasTriedAny() {
        return !tried.isEmpty();
    }

    void forgetTried() {
        tried = Set.of();
    }
}
