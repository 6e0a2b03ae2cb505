package dev.fairlead.driver;

/**
 * The typed commands, each a static method that gives a {@link Command}: {@code import static dev.fairlead.driver.Commands.*}. Keys and
 * values are strings, sent as UTF-8; for bytes, and for any command that is not here, see {@link Command#of}.
 *
 * <p>Where the server answers nothing the result is null, and the method says so; lists, sets and maps are never null.
 */
/* The families stand in a line of classes, each the parent of the next, because a static import reaches inherited methods: one import
 * for the user, one readable file per family for us. */
public final class Commands extends SortedSetCommands {
    private Commands() {}
}
