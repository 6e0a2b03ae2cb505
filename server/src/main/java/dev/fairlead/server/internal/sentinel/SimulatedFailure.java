package dev.fairlead.server.internal.sentinel;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where a Sentinel can be told to die in the middle of a failover. */
public enum SimulatedFailure {
    CRASH_AFTER_ELECTION,
    CRASH_AFTER_PROMOTION;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<SimulatedFailure> of(String wireName) {
        return Arrays.stream(values())
                .filter(failure -> failure.wireName().equalsIgnoreCase(wireName))
                .findFirst();
    }
}
