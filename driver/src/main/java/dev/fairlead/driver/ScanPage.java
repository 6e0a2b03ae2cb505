package dev.fairlead.driver;

import java.util.List;

/**
 * One answer of the SCAN family.
 *
 * @param cursor where to go on, on the same node: cursors of one server mean nothing to another
 * @param items what this step found; may be empty before the end
 */
public record ScanPage<T>(String cursor, List<T> items) {
    /** Whether the walk is complete. */
    public boolean isLast() {
        return cursor.equals("0");
    }
}
