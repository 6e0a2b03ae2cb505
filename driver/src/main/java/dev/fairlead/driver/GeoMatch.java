package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;

/**
 * A member that a search found.
 *
 * @param distance from the centre, in the unit of the search
 */
public record GeoMatch(String member, double distance, GeoPoint place) {
    static GeoMatch read(RespReader reader) {
        reader.readAggregate();
        return new GeoMatch(reader.readString(), reader.readDouble(), GeoPoint.read(reader));
    }
}
