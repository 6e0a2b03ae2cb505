package dev.fairlead.driver;

/**
 * What a scan looks for.
 *
 * @param match a glob pattern; null for everything
 * @param count about how many entries the server looks at for one answer; 0 leaves it to the server (10)
 */
public record ScanOptions(String match, int count) {
    public static final ScanOptions ALL = new ScanOptions(null, 0);

    public ScanOptions {
        if (count < 0) {
            throw new IllegalArgumentException("a scan's count is positive, or 0 for the server's own: " + count);
        }
    }

    /** These options with another count. */
    public ScanOptions count(int entries) {
        return new ScanOptions(match, entries);
    }

    void addTo(Words words) {
        if (match != null) {
            words.add("MATCH").add(match);
        }
        if (count > 0) {
            words.add("COUNT").add(count);
        }
    }
}
