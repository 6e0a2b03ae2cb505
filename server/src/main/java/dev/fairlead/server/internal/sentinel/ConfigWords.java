package dev.fairlead.server.internal.sentinel;

import java.util.ArrayList;
import java.util.List;

/** The words of a line of {@code sentinel.conf}. */
final class ConfigWords {
    private ConfigWords() {}

    /** Words apart by blanks; quotes hold blanks in. */
    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (char c : line.strip().toCharArray()) {
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
                word = word == null ? new StringBuilder() : word;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
            } else if (quote == 0 && word == null && words.isEmpty() && c == '#') {
                return words;
            } else {
                word = word == null ? new StringBuilder() : word;
                word.append(c);
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("Unbalanced quotes in configuration line");
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }

    /** A word written so that {@link #of} reads it back. */
    static String quoted(String word) {
        boolean plain = !word.isEmpty() && word.chars().noneMatch(c -> c <= ' ' || c == '"' || c == '\'' || c == '#');
        String quote = word.indexOf('"') >= 0 ? "'" : "\"";
        return plain ? word : quote + word + quote;
    }
}
