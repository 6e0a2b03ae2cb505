package dev.fairlead.driver;

/** How {@code XGROUP CREATE} makes a group. Immutable. */
public final class XgroupOption extends Option {
    private XgroupOption(String... words) {
        super(words);
    }

    /** Makes an empty stream where there is none. */
    public static XgroupOption makeStream() {
        return new XgroupOption("MKSTREAM");
    }

    /** How many entries stand ahead of the group's id, from which servers from 7.0 reckon its lag. */
    public static XgroupOption entriesRead(long entries) {
        return new XgroupOption("ENTRIESREAD", Long.toString(entries));
    }
}
