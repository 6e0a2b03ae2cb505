package dev.fairlead.driver;

/**
 * Which of the equal elements of a list LPOS looks for. Immutable.
 *
 * @param rank 1 for the first one, 2 for the second; negative from the tail
 * @param maxLength how many elements the server compares at most; 0 for all
 */
public record LposOptions(long rank, long maxLength) {
    /** From the head, through the whole list. */
    public static final LposOptions ALL = new LposOptions(1, 0);

    public LposOptions {
        if (rank == 0 || maxLength < 0) {
            throw new IllegalArgumentException(
                    "LPOS counts ranks from 1, or from -1 at the tail, and compares 0 (all) or more"
                            + " elements; not rank " + rank + ", maxLength " + maxLength);
        }
    }

    /** Beginning with the {@code rank}-th one. */
    public static LposOptions fromRank(long rank) {
        return new LposOptions(rank, 0);
    }

    Words addTo(Words words) {
        if (rank != 1) {
            words.add("RANK").add(rank);
        }
        return maxLength == 0 ? words : words.add("MAXLEN").add(maxLength);
    }
}
