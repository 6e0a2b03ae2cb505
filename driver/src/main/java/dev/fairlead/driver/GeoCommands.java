package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.util.List;
import java.util.Map;

/** Commands on places, which servers keep in sorted sets: the members of one are removed with {@link #zrem}. */
abstract class GeoCommands extends StreamGroupCommands {
    GeoCommands() {}

    /** How many of the members are new; with {@link ZaddOption#CH}: new or moved. NX and XX may be asked for, GT and LT not. */
    public static Command<Long> geoAdd(String key, Map<?, GeoPoint> places, ZaddOption... options) {
        if (places.isEmpty()) {
            throw new IllegalArgumentException("at least one member with its place is needed");
        }
        Words words = Words.of("GEOADD").add(key);
        for (ZaddOption option : options) {
            words.add(option.name());
        }
        places.forEach((member, place) ->
                words.add(place.longitude()).add(place.latitude()).addValue(member));
        return words.readsLong();
    }

    /** Null when one of the members is not there. */
    public static Command<Double> geoDist(String key, Object member, Object other, GeoUnit unit) {
        return Words.of("GEODIST")
                .add(key)
                .addValue(member)
                .addValue(other)
                .add(unit.word())
                .reads(RespReader::readDoubleOrNull);
    }

    /** For each member its geohash of 11 characters; null where there is no such member. */
    public static Command<List<String>> geoHash(String key, Object... members) {
        return Words.of("GEOHASH").add(key).addSomeValues("member", members).reads(Results::strings);
    }

    /** For each member its place, to within a metre; null where there is no such member. */
    public static Command<List<GeoPoint>> geoPos(String key, Object... members) {
        return Words.of("GEOPOS").add(key).addSomeValues("member", members).reads(Results.listOf(GeoPoint::read));
    }

    /** Members within an area. Servers from 6.2. */
    public static Command.OfList<String> geoSearch(String key, GeoSearch search) {
        return search.addTo(Words.of("GEOSEARCH").add(key)).readsList();
    }

    /** As {@link #geoSearch}, with their places and how far they are from the centre, in the unit of the search. */
    public static Command<List<GeoMatch>> geoSearchWithPlaces(String key, GeoSearch search) {
        return search.addTo(Words.of("GEOSEARCH").add(key))
                .add("WITHCOORD")
                .add("WITHDIST")
                .reads(Results.listOf(GeoMatch::read));
    }

    /** How many members were found and stored, with their places. Servers from 6.2. */
    public static Command<Long> geoSearchStore(String target, String source, GeoSearch search) {
        return search.addTo(Words.of("GEOSEARCHSTORE").add(target).add(source)).readsLong();
    }

    /** As {@link #geoSearchStore}; what is stored has the distances from the centre as scores. */
    public static Command<Long> geoSearchStoreDistances(String target, String source, GeoSearch search) {
        return search.addTo(Words.of("GEOSEARCHSTORE").add(target).add(source))
                .add("STOREDIST")
                .readsLong();
    }
}
