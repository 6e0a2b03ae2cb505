package dev.fairlead.server.internal.sentinel;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The paces of a Sentinel, in milliseconds. {@link #STANDARD} holds the figures that Redis documents or that its Sentinels
 * were seen to keep; {@link #EMBEDDED} is for a cluster inside one JVM, where a test waits for every one of them. Immutable.
 */
public final class SentinelTimings {
    /** One of them; its name with hyphens is its name in {@code SENTINEL DEBUG}. */
    public enum Pace {
        /** Time between two INFO to a node. */
        INFO_PERIOD(10_000),
        /** Most time between two PING; a shorter {@code down-after-milliseconds} shortens it. */
        PING_PERIOD(1_000),
        /** Time between two {@code is-master-down-by-addr} to another Sentinel. */
        ASK_PERIOD(1_000),
        /** Time between two hello messages. */
        PUBLISH_PERIOD(2_000),
        /** {@code down-after-milliseconds} of a master that is monitored from now on and has none of its own. */
        DEFAULT_DOWN_AFTER(30_000),
        /** The same for {@code failover-timeout}. */
        DEFAULT_FAILOVER_TIMEOUT(180_000),
        /** A gap between two ticks that makes the Sentinel distrust its own clock. */
        TILT_TRIGGER(2_000),
        /** How long it then only watches. */
        TILT_PERIOD(30_000),
        /** How long a replica may take to follow the new master before the next one is told. */
        SLAVE_RECONF_TIMEOUT(10_000),
        /** A link younger than this is not given up for an unanswered PING. */
        MIN_LINK_RECONNECT_PERIOD(15_000),
        /** Most time to wait for votes; a shorter {@code failover-timeout} shortens it. */
        ELECTION_TIMEOUT(10_000),
        /** A script that takes longer is killed. */
        SCRIPT_MAX_RUNTIME(60_000),
        /** Before the second run of a script; twice as long before each further one. */
        SCRIPT_RETRY_DELAY(30_000),
        /** Time between two INFO to a replica while its master is down, is being failed over, or is cut off from it. */
        FAST_INFO(1_000),
        /**
         * The same for a node that was just told to become a master or to follow another one; Redis keeps {@link #FAST_INFO}
         * here, which makes up most of the time its failovers take.
         */
        FAILOVER_POLL(50),
        /** Random share of a candidacy's delay, so that Sentinels do not all run at once. */
        DESYNC(200);

        private final long standard;

        Pace(long standard) {
            this.standard = standard;
        }

        /** Those that {@code SENTINEL DEBUG} knows, in its order. */
        public static Map<String, Pace> byWireName() {
            Map<String, Pace> known = new LinkedHashMap<>();
            for (Pace pace : EnumSet.range(INFO_PERIOD, SCRIPT_RETRY_DELAY)) {
                known.put(pace.name().replace('_', '-'), pace);
            }
            return known;
        }
    }

    public static final SentinelTimings STANDARD = new SentinelTimings(new EnumMap<>(Pace.class));

    /** A wrong suspicion costs a test its meaning, so only the paces shrink and not the proofs. */
    public static final SentinelTimings EMBEDDED = STANDARD.with(Pace.INFO_PERIOD, 1_000)
            .with(Pace.FAST_INFO, 100)
            .with(Pace.FAILOVER_POLL, 10)
            .with(Pace.PING_PERIOD, 100)
            .with(Pace.ASK_PERIOD, 100)
            .with(Pace.PUBLISH_PERIOD, 250)
            .with(Pace.SLAVE_RECONF_TIMEOUT, 2_000)
            .with(Pace.ELECTION_TIMEOUT, 2_000)
            .with(Pace.MIN_LINK_RECONNECT_PERIOD, 1_000)
            .with(Pace.DESYNC, 100)
            .with(Pace.TILT_PERIOD, 2_000);

    private final Map<Pace, Long> changed;

    private SentinelTimings(Map<Pace, Long> changed) {
        this.changed = changed;
    }

    public long of(Pace pace) {
        return changed.getOrDefault(pace, pace.standard);
    }

    /** These with one changed. @throws IllegalArgumentException unless it is positive */
    public SentinelTimings with(Pace pace, long millis) {
        if (millis <= 0) {
            throw new IllegalArgumentException(pace + " must be 1 ms or more, not " + millis);
        }
        Map<Pace, Long> next = new EnumMap<>(Pace.class);
        next.putAll(changed);
        next.put(pace, millis);
        return new SentinelTimings(next);
    }

    long info() {
        return of(Pace.INFO_PERIOD);
    }

    long fastInfo() {
        return of(Pace.FAST_INFO);
    }

    long failoverPoll() {
        return of(Pace.FAILOVER_POLL);
    }

    long ping() {
        return of(Pace.PING_PERIOD);
    }

    long ask() {
        return of(Pace.ASK_PERIOD);
    }

    long publish() {
        return of(Pace.PUBLISH_PERIOD);
    }

    long reconfiguration() {
        return of(Pace.SLAVE_RECONF_TIMEOUT);
    }

    long election() {
        return of(Pace.ELECTION_TIMEOUT);
    }

    long oldLink() {
        return of(Pace.MIN_LINK_RECONNECT_PERIOD);
    }

    int desync() {
        return Math.toIntExact(of(Pace.DESYNC));
    }

    long tiltTrigger() {
        return of(Pace.TILT_TRIGGER);
    }

    long tiltPeriod() {
        return of(Pace.TILT_PERIOD);
    }
}
