package dev.fairlead.policy;

import dev.fairlead.command.RetryCategory;

/**
 * Which calls may be sent again although an earlier sending may have been applied. What is known not to have been applied is sent again
 * whatever this says.
 */
public enum Retry {
    /** Reads only; a write whose outcome is unknown ends so. */
    READS(RetryCategory.READ),
    /** And writes that apply only where a check holds that their own first run breaks. Their reply may be that of the second run. */
    CHECKED_WRITES(RetryCategory.CHECKED_WRITE),
    /**
     * And writes that leave the same value however often they run. A copy that was taken for lost may still be applied late, over what
     * was written to the key since.
     */
    LAST_WINS(RetryCategory.LAST_WINS_WRITE);

    private final RetryCategory most;

    Retry(RetryCategory most) {
        this.most = most;
    }

    /** Whether calls of this category may run twice. */
    public boolean allows(RetryCategory category) {
        return category.compareTo(most) <= 0;
    }
}
