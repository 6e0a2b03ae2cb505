package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.RoutingEvent;

/** Where events of calls go. Nothing blocks. */
public interface CallEvents {
    /** Whether anybody wants them; asked before an event is made. */
    boolean wanted();

    void emit(RoutingEvent event);
}
