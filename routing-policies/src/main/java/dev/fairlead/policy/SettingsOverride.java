package dev.fairlead.policy;

import java.time.Duration;

/** What one call asks for itself, over what the policies say; null (or -1 for bytes) where it asks for nothing. */
public record SettingsOverride(
        String policy,
        Consistency consistency,
        Duration maxLag,
        long maxLagBytes,
        WhenNoneIsFresh whenNoneIsFresh,
        Duration deadline,
        Retry retry,
        Hedge hedge) {
    public static final SettingsOverride NONE = new SettingsOverride(null, null, null, -1, null, null, null, null);
}
