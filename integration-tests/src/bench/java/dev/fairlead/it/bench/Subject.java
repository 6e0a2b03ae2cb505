package dev.fairlead.it.bench;

import java.util.concurrent.CompletionStage;

/** One client under measurement, set up as its documentation does for this kind of use. Thread-safe, as the client is. */
interface Subject extends AutoCloseable {
    String name();

    String get(String key);

    void set(String key, String value);

    /** RPUSH: each value shows later whether it was applied. */
    void append(String list, String value);

    byte[] getBytes(String key);

    /** Whether calls need not wait for each other; when not, the three below are not asked for. */
    default boolean isAsync() {
        return true;
    }

    CompletionStage<?> getAsync(String key);

    CompletionStage<?> setAsync(String key, String value);

    CompletionStage<?> getBytesAsync(String key);

    /** As many commands at once as there are keys, by the means that the client offers for that; a null value is a GET. */
    void batch(String[] keys, String[] values);

    /** So many GETs of one large value at once. */
    default void batchBytes(String key, int count) {
        throw new UnsupportedOperationException(name());
    }

    /** Whether it can read from replicas. */
    default boolean readsFromReplicas() {
        return true;
    }

    @Override
    void close();
}
