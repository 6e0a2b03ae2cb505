package dev.fairlead.driver;

/** Commands that count different elements approximately, in 12 KB a key at most. */
abstract class HyperLogLogCommands extends GeoCommands {
    HyperLogLogCommands() {}

    /** Whether the count of different elements may have changed. */
    public static Command<Boolean> pfAdd(String key, Object... elements) {
        Words words = Words.of("PFADD").add(key);
        for (Object element : elements) {
            words.addValue(element);
        }
        return words.readsBoolean();
    }

    /** About how many different elements were added to any of the keys, within about 1%. */
    public static Command<Long> pfCount(String... keys) {
        return Words.of("PFCOUNT").addSome("key", keys).readsLong();
    }

    /** Adds to the target what was added to the sources. */
    public static Command<Void> pfMerge(String target, String... sources) {
        Words words = Words.of("PFMERGE").add(target);
        for (String source : sources) {
            words.add(source);
        }
        return words.readsOk();
    }
}
