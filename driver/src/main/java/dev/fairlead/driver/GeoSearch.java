package dev.fairlead.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An area, and which of the members in it are wanted: {@code GeoSearch.within(5, KM).of(home).nearestFirst().first(10)}. Immutable.
 */
public final class GeoSearch {
    private final List<String> centre;
    private final List<String> area;
    private final List<String> rest;

    private GeoSearch(List<String> centre, List<String> area, List<String> rest) {
        this.centre = centre;
        this.area = area;
        this.rest = rest;
    }

    /** A circle. Its centre is still to be named: {@link #of(GeoPoint)}. */
    public static GeoSearch within(double radius, GeoUnit unit) {
        return new GeoSearch(List.of(), List.of("BYRADIUS", Arguments.number(radius), unit.word()), List.of());
    }

    /** A box along the meridians, as long and as wide in all. Its centre is still to be named: {@link #of(GeoPoint)}. */
    public static GeoSearch withinBox(double width, double height, GeoUnit unit) {
        return new GeoSearch(
                List.of(), List.of("BYBOX", Arguments.number(width), Arguments.number(height), unit.word()), List.of());
    }

    /** Around this place. */
    public GeoSearch of(GeoPoint place) {
        return new GeoSearch(
                List.of("FROMLONLAT", Double.toString(place.longitude()), Double.toString(place.latitude())),
                area,
                rest);
    }

    /** Around a member. The server answers an error when it is not there. */
    public GeoSearch of(String member) {
        return new GeoSearch(List.of("FROMMEMBER", Objects.requireNonNull(member, "member")), area, rest);
    }

    /** In order of their distance. */
    public GeoSearch nearestFirst() {
        return with("ASC");
    }

    /** In order of their distance, from the outside. */
    public GeoSearch farthestFirst() {
        return with("DESC");
    }

    /** At most so many, the nearest unless asked for otherwise. */
    public GeoSearch first(long count) {
        return with("COUNT", Long.toString(count));
    }

    /** At most so many, whichever are found first: cheaper. */
    public GeoSearch any(long count) {
        return with("COUNT", Long.toString(count), "ANY");
    }

    private GeoSearch with(String... more) {
        List<String> all = new ArrayList<>(rest);
        all.addAll(List.of(more));
        return new GeoSearch(centre, area, List.copyOf(all));
    }

    Words addTo(Words words) {
        if (centre.isEmpty()) {
            throw new IllegalArgumentException("a search needs a centre: of(place) or of(member)");
        }
        centre.forEach(words::add);
        area.forEach(words::add);
        rest.forEach(words::add);
        return words;
    }
}
