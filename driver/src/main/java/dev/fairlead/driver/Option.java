package dev.fairlead.driver;

import java.util.List;

/** An option of a command: the words that it sends. Immutable. */
abstract class Option {
    private final List<String> words;

    Option(String... words) {
        this.words = List.of(words);
    }

    final void addTo(Words out) {
        words.forEach(out::add);
    }

    @Override
    public final String toString() {
        return String.join(" ", words);
    }
}
