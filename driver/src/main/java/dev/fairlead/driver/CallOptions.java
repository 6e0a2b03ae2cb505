package dev.fairlead.driver;

import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.Hedge;
import dev.fairlead.policy.Retry;
import dev.fairlead.policy.SettingsOverride;
import dev.fairlead.policy.WhenNoneIsFresh;
import dev.fairlead.topology.ConsistencyToken;
import java.time.Duration;
import java.util.Objects;

/**
 * What one call asks for beside its command; it wins over the policies. Immutable, so that a combination may be kept in a
 * constant: {@code READ_YOUR_WRITES.deadline(ofMillis(50))}, {@code maxLag(ofMillis(200)).and(policy("reports"))}.
 */
public final class CallOptions {
    /** Nothing of its own: the policies decide. */
    public static final CallOptions DEFAULTS = new CallOptions(SettingsOverride.NONE, null);

    /** Whatever state a node has. */
    public static final CallOptions EVENTUAL = consistency(Consistency.EVENTUAL);

    /** Every write that this session had acknowledged before, and those that it has under way. */
    public static final CallOptions READ_YOUR_WRITES = consistency(Consistency.READ_YOUR_WRITES);

    /**
     * Nothing older than what this session has read before, whatever the keys. From the first read at this level on every read of the
     * session counts, at whatever level it was made.
     */
    public static final CallOptions MONOTONIC_READS = consistency(Consistency.MONOTONIC_READS);

    /** Both {@link #READ_YOUR_WRITES} and {@link #MONOTONIC_READS}. */
    public static final CallOptions SESSION = consistency(Consistency.SESSION);

    /** The master's own answer. */
    public static final CallOptions MASTER = consistency(Consistency.MASTER);

    /** The tightest staleness bound that probes can keep up with. */
    private static final Duration MIN_LAG = Duration.ofMillis(10);

    private static final Duration LONGEST = Duration.ofDays(1);

    private final SettingsOverride override;

    /** Null when there is none. */
    private final ConsistencyToken token;

    private CallOptions(SettingsOverride override, ConsistencyToken token) {
        this.override = override;
        this.token = token;
    }

    private CallOptions(SettingsOverride override) {
        this(override, null);
    }

    private static CallOptions consistency(Consistency consistency) {
        return new CallOptions(new SettingsOverride(null, consistency, null, -1, null, null, null, null));
    }

    /**
     * Most a node may be behind the master, in time; 10 ms to 1 day.
     *
     * @throws IllegalArgumentException if shorter or longer
     */
    public static CallOptions maxLag(Duration bound) {
        if (bound.compareTo(MIN_LAG) < 0) {
            throw new IllegalArgumentException("maxLag of " + bound.toNanos() / 1e6 + " ms cannot be kept; at least "
                    + MIN_LAG.toMillis() + " ms, or ask for MASTER");
        }
        if (bound.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "maxLag of " + bound + " is no bound; at most 1 day, or ask for EVENTUAL");
        }
        return new CallOptions(new SettingsOverride(null, null, bound, -1, null, null, null, null));
    }

    /**
     * Most a node may be behind the master, in bytes of the replication stream. Zero admits only nodes level with the newest
     * master sample.
     *
     * @throws IllegalArgumentException if negative
     */
    public static CallOptions maxLagBytes(long bound) {
        if (bound < 0) {
            throw new IllegalArgumentException("maxLagBytes is " + bound + "; it must not be negative");
        }
        return new CallOptions(new SettingsOverride(null, null, null, bound, null, null, null, null));
    }

    /**
     * Everything that the token stands for, beside what the level asks. A replica serves once it is proven to have that; otherwise
     * {@code whenNoneIsFresh} decides. A token of a history that is not known here is never served by a replica.
     *
     * <p>When a failover has lost what it stands for, the call ends with {@link ConsistencyTokenLostException}.
     */
    public static CallOptions after(ConsistencyToken token) {
        return new CallOptions(SettingsOverride.NONE, Objects.requireNonNull(token, "token"));
    }

    /** The settings of a policy of the file, by its name; a call that names one that is not there fails. */
    public static CallOptions policy(String name) {
        return new CallOptions(
                new SettingsOverride(Objects.requireNonNull(name, "name"), null, null, -1, null, null, null, null));
    }

    /** A deadline and nothing else; see {@link #deadline}. */
    public static CallOptions within(Duration deadline) {
        return DEFAULTS.deadline(deadline);
    }

    /**
     * The same with a deadline: total time of the call, attempts and waiting included. At most 1 day.
     *
     * @throws IllegalArgumentException if not positive, or longer
     */
    public CallOptions deadline(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a deadline must be positive and at most 1 day, not " + deadline);
        }
        return and(new CallOptions(new SettingsOverride(null, null, null, -1, null, deadline, null, null)));
    }

    /** The same, and what becomes of a read when no node is fresh enough. */
    public CallOptions whenNoneIsFresh(WhenNoneIsFresh fallback) {
        return and(new CallOptions(new SettingsOverride(
                null, null, null, -1, Objects.requireNonNull(fallback, "fallback"), null, null, null)));
    }

    /**
     * The same, and what may be sent again although it may have been applied: writes too, where running twice does no harm. Default:
     * reads only. With anything more a write may still end as {@link WriteOutcomeUnknownException}, at its deadline.
     */
    public CallOptions retry(Retry most) {
        return and(new CallOptions(
                new SettingsOverride(null, null, null, -1, null, null, Objects.requireNonNull(most, "most"), null)));
    }

    /**
     * The same, and when a read that has no answer yet is asked of a second node that may serve it; the first answer wins. Looked at every 5
     * ms, and paid for from the client's retry budget. Default: never.
     */
    public CallOptions hedge(Hedge when) {
        return and(new CallOptions(
                new SettingsOverride(null, null, null, -1, null, null, null, Objects.requireNonNull(when, "when"))));
    }

    /** Both; where both say something, {@code other} wins. Of two tokens both count. */
    public CallOptions and(CallOptions other) {
        SettingsOverride a = override;
        SettingsOverride b = other.override;
        return new CallOptions(
                new SettingsOverride(
                        b.policy() != null ? b.policy() : a.policy(),
                        b.consistency() != null ? b.consistency() : a.consistency(),
                        b.maxLag() != null ? b.maxLag() : a.maxLag(),
                        b.maxLagBytes() >= 0 ? b.maxLagBytes() : a.maxLagBytes(),
                        b.whenNoneIsFresh() != null ? b.whenNoneIsFresh() : a.whenNoneIsFresh(),
                        b.deadline() != null ? b.deadline() : a.deadline(),
                        b.retry() != null ? b.retry() : a.retry(),
                        b.hedge() != null ? b.hedge() : a.hedge()),
                token == null || other.token == null
                        ? (token == null ? other.token : token)
                        : token.merge(other.token));
    }

    /** What {@link #after} was given; null when nothing. */
    public ConsistencyToken token() {
        return token;
    }

    /** As the policies take it. */
    public SettingsOverride override() {
        return override;
    }

    @Override
    public String toString() {
        return token == null ? override.toString() : override + " after " + token;
    }
}
