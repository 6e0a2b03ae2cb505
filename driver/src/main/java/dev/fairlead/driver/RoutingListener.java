package dev.fairlead.driver;

/**
 * Told what the client sees and does. Called on one thread of its own, in order, never on an I/O thread; up to 8,192 events
 * wait for it, more are dropped and counted ({@link RoutingEvent.EventsDropped}). What it throws is logged and passes no
 * further.
 */
@FunctionalInterface
public interface RoutingListener {
    void on(RoutingEvent event);

    /**
     * Whether it wants an event for every call too. Asked once, when it is added; while no listener wants them they cost
     * nothing, and while one does each read pays for its whole plan with reasons.
     */
    default boolean wantsCalls() {
        return false;
    }
}
