package dev.fairlead.it.bench;

import dev.fairlead.driver.Answer;
import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.Commands;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.Session;
import dev.fairlead.resp.RespReader;
import dev.fairlead.topology.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads keys that were written 20 ms to 1 s before, while writes go on, one a millisecond: who answers, how old the answer was proven to be,
 * and how old it was. Each number is written to a key of its own and to one that holds the newest; so the first tells whether a write is
 * there, and the second how far behind the node is.
 */
final class OwnWrites implements AutoCloseable {
    private static final long YOUNGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long OLDEST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String NEWEST = "newest";

    /** Two minutes of writes. */
    private static final int MOST = 120_000;

    private final RoutingClient client;
    private final long[] acknowledged = new long[MOST];
    private final Thread writing = new Thread(this::write, "own-writes");
    private volatile int written;
    private volatile boolean running = true;

    OwnWrites(RoutingClient client) {
        this.client = client;
        writing.start();
    }

    private void write() {
        while (running && written < MOST) {
            int number = written;
            String text = Integer.toString(number);
            client.execute(Commands.set("own:" + number, text));
            client.execute(Commands.set(NEWEST, text));
            acknowledged[number] = System.nanoTime();
            written = number + 1;
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** A line of the table: reads in this session for so long. */
    String line(String level, Session session, CallOptions options, boolean hideTheKey, Duration time) {
        Random random = new Random(1);
        int size = 0;
        int replicas = 0;
        int missing = 0;
        double[] provenMillis = new double[MOST];
        long end = System.nanoTime() + time.toNanos() / 2;
        while (System.nanoTime() - end < 0 && size < MOST) {
            long age = YOUNGEST_NANOS + (long) (random.nextDouble() * (OLDEST_NANOS - YOUNGEST_NANOS));
            int number = writtenBefore(System.nanoTime() - age);
            if (number >= 0) {
                Answer<String> answer = session.answer(read("own:" + number, hideTheKey), options);
                missing += answer.value() == null ? 1 : 0;
                replicas += answer.role() == Role.REPLICA ? 1 : 0;
                provenMillis[size++] =
                        answer.staleness().map(each -> each.toNanos() / 1e6).orElse(Double.NaN);
            }
            LockSupport.parkNanos(500_000);
        }
        // By themselves: a fallback asks for a probe at once, which would make replicas look fresher to the reads above.
        int newest = 0;
        double[] behindMillis = new double[MOST];
        end += time.toNanos() / 2;
        while (System.nanoTime() - end < 0 && newest < MOST) {
            behindMillis[newest++] = behind(session.execute(read(NEWEST, hideTheKey), options));
            LockSupport.parkNanos(500_000);
        }
        Arrays.sort(provenMillis, 0, size);
        Arrays.sort(behindMillis, 0, newest);
        return String.format(
                Locale.ROOT,
                "| %s | %,d | %.1f%% | %d | %.0f / %.0f ms | %.1f / %.1f / %.1f ms |",
                level,
                size,
                100.0 * replicas / Math.max(1, size),
                missing,
                provenMillis[size / 2],
                provenMillis[size * 99 / 100],
                behindMillis[newest / 2],
                behindMillis[newest * 99 / 100],
                behindMillis[newest - 1]);
    }

    /** A read whose key is not shown counts for every write of its session: what a single mark for the whole session would do. */
    private static Command<String> read(String key, boolean hideTheKey) {
        return hideTheKey
                ? Command.of(RespReader::readString, "EVAL_RO", "return redis.call('GET', ARGV[1])", "0", key)
                : Commands.get(key);
    }

    /** For how long the answer had been outdated when it came: since the next number was acknowledged. */
    private double behind(String newest) {
        int next = newest == null ? 0 : Integer.parseInt(newest) + 1;
        return next < written ? Math.max(0, System.nanoTime() - acknowledged[next]) / 1e6 : 0;
    }

    private int writtenBefore(long nanos) {
        int low = 0;
        int high = written;
        while (low < high) {
            int middle = (low + high) / 2;
            if (acknowledged[middle] - nanos < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    @Override
    public void close() {
        running = false;
        try {
            writing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // It ends by itself after the write that it is at.
        }
    }
}
