package dev.fairlead.driver.internal.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys that the sessions of one client wrote, each with the mark of its last acknowledgement, and the keys whose
 * writes are under way. One for all sessions, so that a session costs a few words. Thread-safe.
 *
 * <p>Bounded: what is evicted folds into the watermark of its whole session, so that the answer errs to the fresh side. The
 * writes under way are bounded by the calls in flight and held. A client uses one database; keys need no number beside them.
 */
public final class KeyMarks {
    /** 65,536 keys: some 10 MB when full, minutes of writes at a few hundred distinct keys a second. */
    public static final int DEFAULT_MAX_KEYS = 1 << 16;

    private final Cache<Key, Mark> acknowledged;
    private final ConcurrentHashMap<Key, Integer> underWay = new ConcurrentHashMap<>();

    public KeyMarks(int maxKeys) {
        acknowledged = Caffeine.newBuilder()
                .maximumSize(maxKeys)
                .executor(Runnable::run) // Maintenance is short; no thread of the common pool is borrowed for it.
                .evictionListener((Key key, Mark mark, RemovalCause cause) -> key.session.raiseFloor(mark))
                .build();
    }

    void acknowledge(Key key, Mark mark) {
        acknowledged.asMap().merge(key, mark, Mark::and);
    }

    /** What its writes left; null when none is remembered. */
    Mark mark(Key key) {
        return acknowledged.getIfPresent(key);
    }

    void start(Key key) {
        underWay.merge(key, 1, Integer::sum);
    }

    void end(Key key) {
        underWay.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
    }

    boolean isUnderWay(Key key) {
        return underWay.containsKey(key);
    }

    /** A key of one session. The bytes belong to a command and never change. */
    static final class Key {
        private final SessionMarks session;
        private final byte[] bytes;
        private final int hash;

        Key(SessionMarks session, byte[] bytes) {
            this.session = session;
            this.bytes = bytes;
            this.hash = 31 * System.identityHashCode(session) + Arrays.hashCode(bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && session == that.session && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
