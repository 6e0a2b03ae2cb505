package dev.fairlead.driver;

/** What {@code COPY} may do. Immutable. */
public final class CopyOption extends Option {
    private CopyOption(String... words) {
        super(words);
    }

    /** Overwrites what is at the target. */
    public static CopyOption replace() {
        return new CopyOption("REPLACE");
    }

    /** The target is in this database. */
    public static CopyOption toDatabase(int database) {
        return new CopyOption("DB", Integer.toString(database));
    }
}
