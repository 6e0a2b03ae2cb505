package dev.fairlead.driver;

/**
 * Receives the messages of a subscription, in the order in which its server sent them. All listeners of a client are called on one thread
 * of its own, one after the other; they may block, which holds up the others and, past a bound of 8,192 messages, loses messages.
 *
 * <p>Publishing is at most once: a message that is published while nobody is connected is gone. The methods beside {@link #message} tell
 * where that may have happened, in their place among the messages.
 */
@FunctionalInterface
public interface MessageListener {
    void message(Message message);

    /** The connection is gone, for this reason. From here on messages are missing, until {@link #resumed}. */
    default void interrupted(String reason) {}

    /** Subscribed again, perhaps at another node: what is published from now on comes. */
    default void resumed() {}

    /** At this place so many messages and notices are missing, because the listeners were too slow. */
    default void dropped(long count) {}
}
