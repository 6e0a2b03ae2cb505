package dev.fairlead.driver.internal.session;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys that the sessions of one client wrote, each with the mark of its last acknowledgement, and the keys whose
 * writes are under way. One for all sessions, so that a session costs a few words. Thread-safe.
 *
 * <p>Bounded: marks are kept in two generations. When the younger one is full it becomes the older one, and what the older one held
 * folds into the watermark of its whole session, so that the answer errs to the fresh side. A cache would keep them by their use, which
 * costs five times as much and tells nothing: a mark matters until the replicas are past it. The writes under way are bounded by the
 * calls in flight and held. A client uses one database; keys need no number beside them.
 */
public final class KeyMarks {
    /** 65,536 keys: some 10 MB when full, minutes of writes at a few hundred distinct keys a second. */
    public static final int DEFAULT_MAX_KEYS = 1 << 16;

    private record Generations(ConcurrentHashMap<Key, Mark> younger, ConcurrentHashMap<Key, Mark> older) {}

    private final int maxOfGeneration;
    private final ConcurrentHashMap<Key, Integer> underWay = new ConcurrentHashMap<>();
    private volatile Generations acknowledged = new Generations(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());

    /** @param maxKeys whose marks are kept; the last half of them at least, and a few more while several threads write at once */
    public KeyMarks(int maxKeys) {
        maxOfGeneration = Math.max(1, maxKeys / 2);
    }

    void acknowledge(Key key, Mark mark) {
        ConcurrentHashMap<Key, Mark> marks;
        do { // Again if they became the older ones meanwhile: those may be folded before this mark is among them.
            marks = acknowledged.younger;
            marks.merge(key, mark, Mark::and);
        } while (acknowledged.younger != marks);
        if (marks.mappingCount() >= maxOfGeneration) {
            pass(marks);
        }
    }

    private synchronized void pass(ConcurrentHashMap<Key, Mark> full) {
        Generations now = acknowledged;
        if (now.younger == full) {
            now.older.forEach((key, mark) -> key.session.raiseFloor(mark));
            acknowledged = new Generations(new ConcurrentHashMap<>(), full);
        }
    }

    /** What its writes left; null when none is remembered. */
    Mark mark(Key key) {
        Generations now = acknowledged;
        Mark older = now.older.get(key);
        Mark younger = now.younger.get(key);
        return older == null || younger == null ? (older == null ? younger : older) : older.and(younger);
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
