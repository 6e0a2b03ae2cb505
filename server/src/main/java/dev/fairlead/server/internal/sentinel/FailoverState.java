package dev.fairlead.server.internal.sentinel;

import java.util.Locale;

/** The steps of a failover, in order, under the names the wire gives them. */
enum FailoverState {
    NONE,
    WAIT_START,
    SELECT_SLAVE,
    SEND_SLAVEOF_NOONE,
    WAIT_PROMOTION,
    RECONF_SLAVES,
    UPDATE_CONFIG;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
