package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;

/** A place in degrees, positive to the east and to the north. Servers take latitudes up to 85.05 only. */
public record GeoPoint(double longitude, double latitude) {
    /** Null for null. */
    static GeoPoint read(RespReader reader) {
        return reader.readAggregate() < 0 ? null : new GeoPoint(reader.readDouble(), reader.readDouble());
    }
}
