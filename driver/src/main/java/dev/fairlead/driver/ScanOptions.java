package dev.fairlead.driver;

/**
 * What a scan looks for.
 *
 * @param match a glob pattern; null for everything
 * @param count about how many entries the server looks at for one answer; 0 leaves it to the server (10)
 * @param type of a walk over keys, those of this type: {@code string}, {@code list}, {@code set}, {@code zset}, {@code hash},
 *     {@code stream}; null for all. Servers from 6.0
 */
public record ScanOptions(String match, int count, String type) {
    public static final ScanOptions ALL = new ScanOptions(null, 0, null);

    public ScanOptions {
        if (count < 0) {
            throw new IllegalArgumentException("a scan's count is positive, or 0 for the server's own: " + count);
        }
    }

    /** These options with another count. */
    public ScanOptions count(int entries) {
        return new ScanOptions(match, entries, type);
    }

    /** These options for keys of a type. */
    public ScanOptions type(String name) {
        return new ScanOptions(match, count, name);
    }

    /** For SCAN, which alone knows types. */
    Words addWithTypeTo(Words words) {
        addMatchTo(words);
        return type == null ? words : words.add("TYPE").add(type);
    }

    /** @throws IllegalArgumentException when a type is asked for: fields and members have none */
    Words addTo(Words words) {
        if (type != null) {
            throw new IllegalArgumentException(
                    "only a walk over keys can ask for a type, not one over the members of a key");
        }
        return addMatchTo(words);
    }

    private Words addMatchTo(Words words) {
        if (match != null) {
            words.add("MATCH").add(match);
        }
        if (count > 0) {
            words.addCount(count);
        }
        return words;
    }
}
