package dev.fairlead.server;

import java.util.ArrayList;
import java.util.List;

/** The text form of redis.conf: words, quotes and escapes. */
final class ConfigFile {
    private ConfigFile() {}

    /**
     * The words of one line. Double quotes understand {@code \n \r \t \b \a \xHH}, single quotes only {@code \'}; a quote that
     * closes must end its word.
     *
     * @return null when quotes are not balanced; no words for a blank line or a comment
     */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        String text = line.strip();
        if (text.startsWith("#")) {
            return words;
        }
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
                continue;
            }
            StringBuilder word = new StringBuilder();
            at = word(text, at, word);
            if (at < 0) {
                return null;
            }
            words.add(word.toString());
        }
        return words;
    }

    /** Reads one word from {@code at} into {@code word}; the index behind it, or -1 for an open quote. */
    private static int word(String text, int at, StringBuilder word) {
        char quote = 0;
        int i = at;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0) {
                if (Character.isWhitespace(c)) {
                    return i;
                }
                if (c == '"' || c == '\'') {
                    quote = c;
                } else {
                    word.append(c);
                }
            } else if (c == quote) {
                boolean ends = i + 1 == text.length() || Character.isWhitespace(text.charAt(i + 1));
                return ends ? i + 1 : -1;
            } else if (c == '\\' && i + 1 < text.length() && (quote == '"' || text.charAt(i + 1) == '\'')) {
                i = escape(text, i + 1, word);
            } else {
                word.append(c);
            }
        }
        return quote == 0 ? i : -1;
    }

    /** Appends what the escape at {@code at} stands for; the index of its last character. */
    private static int escape(String text, int at, StringBuilder word) {
        char c = text.charAt(at);
        if (c == 'x' && at + 2 < text.length()) {
            int high = Character.digit(text.charAt(at + 1), 16);
            int low = Character.digit(text.charAt(at + 2), 16);
            if (high >= 0 && low >= 0) {
                word.append((char) (high << 4 | low));
                return at + 2;
            }
        }
        word.append(
                switch (c) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'b' -> '\b';
                    case 'a' -> (char) 7;
                    default -> c;
                });
        return at;
    }

    /** A word written so that {@link #words} reads it back: quoted where it has to be. */
    static String quoted(String word) {
        if (!word.isEmpty()
                && word.chars().noneMatch(c -> c <= ' ' || c == '"' || c == '\'' || c == '\\' || c == '#')) {
            return word;
        }
        StringBuilder out = new StringBuilder("\"");
        for (char c : word.toCharArray()) {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '"', '\\' -> out.append('\\').append(c);
                default -> out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
