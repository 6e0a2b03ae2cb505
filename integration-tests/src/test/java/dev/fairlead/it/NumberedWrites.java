package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.within;
import static dev.fairlead.driver.Commands.set;

import dev.fairlead.driver.RoutingException;
import dev.fairlead.driver.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/**
 * Numbers that one session writes one after the other, each to the next of a few keys: number n is written when n - 1 is acknowledged or
 * given up. So a server that has n has every acknowledged number below it, on whatever key, and a read of one key can be judged by what
 * was seen on another. One thread writes; any may ask.
 */
final class NumberedWrites {
    private static final int KEYS = 16;

    private final String prefix;
    private final Session session;

    /** By key: acknowledged numbers with the instant after their acknowledgement. */
    private final List<ConcurrentSkipListMap<Long, Long>> acknowledged = IntStream.range(0, KEYS)
            .mapToObj(i -> new ConcurrentSkipListMap<Long, Long>())
            .toList();

    private long last;

    NumberedWrites(String prefix, Session session) {
        this.prefix = prefix;
        this.session = session;
    }

    /** Writes the next number; false when it was not acknowledged. */
    boolean writeNext() {
        long number = ++last;
        try {
            session.execute(set(key(keyOf(number)), Long.toString(number)), within(Duration.ofSeconds(5)));
        } catch (RoutingException e) {
            return false; // A failover: refused, or of unknown outcome. Nobody is promised to see it.
        }
        acknowledged.get(keyOf(number)).put(number, System.nanoTime());
        return true;
    }

    Session session() {
        return session;
    }

    long last() {
        return last;
    }

    static int keys() {
        return KEYS;
    }

    static int keyOf(long number) {
        return (int) (number % KEYS);
    }

    String key(int index) {
        return prefix + ":" + index;
    }

    /** The greatest number on this key that was acknowledged before the instant, with that instant; null when there is none. */
    Map.Entry<Long, Long> acknowledgedBefore(int key, long nanos) {
        Map.Entry<Long, Long> each = acknowledged.get(key).lastEntry();
        while (each != null && each.getValue() - nanos >= 0) {
            each = acknowledged.get(key).lowerEntry(each.getKey());
        }
        return each;
    }

    /** The greatest acknowledged number on this key up to a number that was seen somewhere; null when there is none. */
    Map.Entry<Long, Long> upTo(int key, long seen) {
        return acknowledged.get(key).floorEntry(seen);
    }
}
