package dev.fairlead.driver;

import java.util.Locale;

/** A unit of distance. */
public enum GeoUnit {
    /** Metres. */
    M,
    /** Kilometres. */
    KM,
    /** Feet. */
    FT,
    /** Miles. */
    MI;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
