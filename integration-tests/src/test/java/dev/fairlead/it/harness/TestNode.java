package dev.fairlead.it.harness;

/** One server or Sentinel that a test may ask, and disturb. Its address stays the same over a restart. */
public interface TestNode extends AutoCloseable {
    String host();

    int port();

    default String address() {
        return host() + ":" + port();
    }

    default RedisClient connect() {
        return RedisClient.connect(host(), port());
    }

    /** Freezes it: its sockets stay open and nothing answers. */
    void pause();

    void resume();

    /** Ends it without a goodbye, as {@code kill -9} does. */
    void kill();

    /** Brings it back after {@link #kill}, empty unless it had saved. */
    void restart();

    @Override
    void close();
}
