package dev.fairlead.driver;

/** A subscription that lasts until it is closed, or its client is. Thread-safe. */
public interface Subscription extends AutoCloseable {
    /** Whether messages come now. */
    boolean isActive();

    /** No further messages; one that is being delivered may still end after this returns. A second close does nothing. */
    @Override
    void close();
}
