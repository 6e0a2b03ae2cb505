package dev.fairlead.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the text of the command table, whose head explains the columns. Stateless. */
final class Rows {
    private static final int COLUMNS = 9;

    private Rows() {}

    /** One line, with what follows from its flags filled in. */
    record Row(
            String name,
            int arity,
            String since,
            String group,
            Access access,
            RetryCategory retryCategory,
            ArgumentRule rule,
            List<KeySpec> keySpecs,
            boolean unknownKeys,
            Set<String> flags,
            Set<String> categories) {}

    /**
     * Commands in the order of the text; behind each the rows of its subcommands.
     *
     * @throws IllegalStateException naming the line that cannot be read
     */
    static Map<String, List<Row>> parse(String text) {
        Map<String, List<Row>> families = new LinkedHashMap<>();
        String group = "";
        int number = 0;
        for (String line : text.split("\n")) {
            number++;
            try {
                if (line.startsWith("[")) {
                    group = line.substring(1, line.indexOf(']'));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    Row row = row(line.trim().split(" +"), group);
                    int bar = row.name.indexOf('|');
                    if (bar < 0) {
                        families.put(row.name, new ArrayList<>(List.of(row)));
                    } else {
                        families.get(row.name.substring(0, bar)).add(row);
                    }
                }
            } catch (RuntimeException e) {
                throw new IllegalStateException("commands.txt:" + number + ": cannot read '" + line + "'", e);
            }
        }
        return families;
    }

    private static Row row(String[] cells, String group) {
        if (cells.length != COLUMNS) {
            throw new IllegalArgumentException(cells.length + " columns instead of " + COLUMNS);
        }
        List<KeySpec> keySpecs = new ArrayList<>();
        boolean unknownKeys = false;
        for (String keys : cells[6].equals("-") ? new String[0] : cells[6].split("\\+(?=[A-Za-z*])")) {
            if (keys.equals("*")) {
                unknownKeys = true;
            } else {
                keySpecs.add(KeySpec.parse(keys));
            }
        }
        Set<String> flags = words(cells[7]);
        return new Row(
                cells[0],
                Integer.parseInt(cells[1]),
                cells[2],
                group,
                Access.valueOf(cells[3].toUpperCase(Locale.ROOT)),
                secondRun(cells[4]),
                cells[5].equals("-") ? ArgumentRule.NONE : ArgumentRule.valueOf(cells[5].toUpperCase(Locale.ROOT)),
                List.copyOf(keySpecs),
                unknownKeys,
                flags,
                categories(flags, words(cells[8])));
    }

    private static RetryCategory secondRun(String cell) {
        return switch (cell) {
            case "-" -> RetryCategory.READ;
            case "checked" -> RetryCategory.CHECKED_WRITE;
            case "last" -> RetryCategory.LAST_WINS_WRITE;
            case "adds" -> RetryCategory.ACCUMULATING_WRITE;
            default -> throw new IllegalArgumentException("a second run is one of - checked last adds, not " + cell);
        };
    }

    /** Servers add the categories that follow from the flags; the table names only the others. */
    private static Set<String> categories(Set<String> flags, Set<String> named) {
        Set<String> all = new LinkedHashSet<>(named);
        if (flags.contains("write")) {
            all.add("write");
        }
        if (flags.contains("readonly") && !named.contains("scripting")) {
            all.add("read");
        }
        if (flags.contains("admin")) {
            all.addAll(List.of("admin", "dangerous"));
        }
        if (flags.contains("pubsub")) {
            all.add("pubsub");
        }
        if (flags.contains("blocking")) {
            all.add("blocking");
        }
        all.add(flags.contains("fast") ? "fast" : "slow");
        return Collections.unmodifiableSet(all);
    }

    /** The words of a comma-separated cell, in their order; none for a dash. */
    static Set<String> words(String cell) {
        return cell.equals("-") ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(List.of(cell.split(","))));
    }
}
