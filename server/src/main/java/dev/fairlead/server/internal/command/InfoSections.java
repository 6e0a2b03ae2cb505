package dev.fairlead.server.internal.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The sections of INFO and the rooms that fill them. Several rooms may add lines to one section; they come in the order
 * of registration.
 */
public final class InfoSections {
    /** Takes the lines of one section. */
    public static final class Lines {
        private final StringBuilder text;

        Lines(StringBuilder text) {
            this.text = text;
        }

        /** Adds {@code name:value}. */
        public Lines add(String name, Object value) {
            text.append(name).append(':').append(value).append("\r\n");
            return this;
        }
    }

    /** The order in which INFO shows sections, as Redis does; a name that is not here comes last. */
    private static final List<String> ORDER = List.of(
            "server",
            "clients",
            "memory",
            "persistence",
            "stats",
            "replication",
            "cpu",
            "modules",
            "commandstats",
            "errorstats",
            "latencystats",
            "cluster",
            "keyspace");

    /** Sections that only {@code INFO all}, {@code everything} or their own name show. */
    static final List<String> ON_DEMAND = List.of("commandstats", "latencystats");

    private final Map<String, List<Consumer<Lines>>> sections = new LinkedHashMap<>();

    public InfoSections() {
        ORDER.forEach(name -> sections.put(name, new ArrayList<>()));
    }

    /** Adds lines to a section. @param name lower case */
    public InfoSections contribute(String name, Consumer<Lines> contributor) {
        sections.computeIfAbsent(name, n -> new ArrayList<>()).add(contributor);
        return this;
    }

    /** The names of all sections that somebody fills, in order. */
    List<String> names() {
        return sections.entrySet().stream()
                .filter(e -> !e.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** One section's text, its heading included; empty for one that nobody fills. */
    String render(String name) {
        List<Consumer<Lines>> contributors = sections.getOrDefault(name, List.of());
        if (contributors.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        text.append("# ")
                .append(name.equals("cpu") ? "CPU" : Character.toUpperCase(name.charAt(0)) + name.substring(1))
                .append("\r\n");
        Lines lines = new Lines(text);
        contributors.forEach(c -> c.accept(lines));
        return text.toString();
    }
}
