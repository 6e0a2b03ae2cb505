package dev.fairlead.server.internal.sentinel;

/**
 * The paces of a Sentinel, in milliseconds. {@link #STANDARD} holds the figures that Redis documents or that its Sentinels
 * were seen to keep; {@link #EMBEDDED} is for a cluster inside one JVM, where a test waits for every one of them.
 *
 * @param info time between two INFO to a node
 * @param fastInfo the same for a replica while its master is objectively down, is being failed over, or is cut off from it
 * @param failoverPoll the same for a node that was just told to become a master or to follow another one; Redis keeps
 *     {@code fastInfo} here, which makes up most of the time its failovers take
 * @param ping most time between two PING; a shorter {@code down-after-milliseconds} shortens it
 * @param ask time between two {@code is-master-down-by-addr} to another Sentinel
 * @param publish time between two hello messages
 * @param reconfiguration how long a replica may take to follow the new master before the next one is told
 * @param election most time to wait for votes; a shorter {@code failover-timeout} shortens it
 * @param oldLink a link younger than this is not given up for an unanswered PING
 * @param desync random share of a candidacy's delay, so that Sentinels do not all run at once
 * @param tiltTrigger a gap between two ticks that makes the Sentinel distrust its own clock
 * @param tiltPeriod how long it then only watches
 */
public record SentinelTimings(
        long info,
        long fastInfo,
        long failoverPoll,
        long ping,
        long ask,
        long publish,
        long reconfiguration,
        long election,
        long oldLink,
        int desync,
        long tiltTrigger,
        long tiltPeriod) {

    public static final SentinelTimings STANDARD =
            new SentinelTimings(10_000, 1_000, 50, 1_000, 1_000, 2_000, 10_000, 10_000, 15_000, 200, 2_000, 30_000);

    /** A wrong suspicion costs a test its meaning, so only the paces shrink and not the proofs. */
    public static final SentinelTimings EMBEDDED =
            new SentinelTimings(1_000, 100, 10, 100, 100, 250, 2_000, 2_000, 1_000, 100, 2_000, 2_000);
}
