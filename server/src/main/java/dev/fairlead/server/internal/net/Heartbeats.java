package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.command.Propagation;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * How old this replica's data can be at most, proven by its own clock alone; for {@code replica-max-staleness-ms}.
 *
 * <p>Confined to the command thread.
 */
final class Heartbeats {
    /*
     * The replica sends `REPLCONF fairlead-beat <run id>:<n>` and notes when. The master puts `PING fairlead-beat:<run id>:<n>` into
     * the stream, which other replicas, real ones too, take as any PING. When the replica applies its own, everything that its master
     * had when the question was asked is here: the data is no older than the question. A stream that lags, a link that is cut
     * and a master that hangs all show as beats that do not come. In a chain each server passes the question on.
     */

    /** The option of REPLCONF; in the handshake it asks whether the master knows of this at all. */
    static final String OPTION = "fairlead-beat";

    private static final byte[] PING = Replicas.ascii("PING");
    private static final byte[] MARK = Replicas.ascii(OPTION + ":");
    /** Longest question that a master repeats: a run id, a colon and a number. */
    private static final int LONGEST_TOKEN = 64;
    /** Beats in one staleness bound: the bound is missed when that many are late, not when one is. */
    private static final int BEATS_PER_BOUND = 5;

    private static final long SHORTEST_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Beats under way that are remembered; an older one that comes back proves nothing any more. */
    private static final int REMEMBERED = 256;

    private final ServerNode node;
    private final long[] sentNanos = new long[REMEMBERED];
    private long sent;
    private long boundNanos;
    private boolean proven;
    /** Everything that the master had at this instant is here; means nothing before {@link #proven}. */
    private long freshAsOfNanos;

    private ScheduledFuture<?> timer;

    Heartbeats(ServerNode node) {
        this.node = node;
    }

    /** The bound has been set, in milliseconds; 0 for none. @return whether beats are wanted that were not */
    boolean bound(long millis) {
        boolean begins = boundNanos == 0 && millis > 0;
        boolean changes = TimeUnit.MILLISECONDS.toNanos(millis) != boundNanos;
        boundNanos = TimeUnit.MILLISECONDS.toNanos(millis);
        if (changes && timer != null) {
            stop();
            start();
        }
        return begins;
    }

    boolean areWanted() {
        return boundNanos > 0;
    }

    /** Whether the data may be older than the bound. */
    boolean isTooStale() {
        return boundNanos > 0 && (!proven || node.clock().nowNanos() - freshAsOfNanos > boundNanos);
    }

    /** Milliseconds that the data may be old; -1 when that is not known. */
    long ageMillis() {
        return proven ? TimeUnit.NANOSECONDS.toMillis(node.clock().nowNanos() - freshAsOfNanos) : -1;
    }

    /** The link is up, to a master that knows of beats. */
    void start() {
        if (boundNanos > 0 && timer == null) {
            long period = Math.max(SHORTEST_PERIOD_NANOS, Math.min(boundNanos / BEATS_PER_BOUND, LONGEST_PERIOD_NANOS));
            timer = node.loop().scheduleAtFixedRate(this::send, 0, period, TimeUnit.NANOSECONDS);
        }
    }

    /** The link is down, or beats are not wanted any more. */
    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void send() {
        MasterLink master = node.replication().master();
        if (master != null && master.isUp()) {
            sent++;
            sentNanos[(int) (sent % REMEMBERED)] = node.clock().nowNanos();
            master.beat(node.runId() + ":" + sent);
        }
    }

    /** The data is that of another master now. */
    void forget() {
        proven = false;
    }

    /** A command of the stream was applied. */
    void applied(byte[][] argv) {
        if (argv.length != 2 || argv[0].length != PING.length || argv[1].length <= MARK.length || sent == 0) {
            return;
        }
        String text = new String(argv[1], StandardCharsets.US_ASCII);
        String own = OPTION + ":" + node.runId() + ":";
        if (text.startsWith(own)) {
            long number = Long.parseLong(text.substring(own.length()));
            if (number > sent - REMEMBERED && number <= sent) {
                long asked = sentNanos[(int) (number % REMEMBERED)];
                freshAsOfNanos = proven && freshAsOfNanos - asked > 0 ? freshAsOfNanos : asked;
                proven = true;
            }
        }
    }

    /** A replica asks: it is answered in the stream, or our own master is asked. Nothing moves the offset during a failover. */
    void asked(String token) {
        if (token.length() > LONGEST_TOKEN || node.replication().isFailingOver()) {
            return;
        }
        MasterLink master = node.replication().master();
        if (master != null) {
            master.beat(token);
        } else {
            byte[][] beat = {PING, Replicas.ascii(OPTION + ":" + token)};
            node.replication().replicas().propagate(Propagation.NO_DATABASE, beat);
        }
    }
}
