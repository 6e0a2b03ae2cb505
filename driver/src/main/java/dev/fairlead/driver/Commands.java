package dev.fairlead.driver;

/**
 * The typed commands of Redis 7.0, each a static method that gives a {@link Command}: {@code import static dev.fairlead.driver.Commands.*}.
 * The methods are named as the commands are, {@code hgetAll}, {@code xinfoStream}; where a command gives different results by its
 * options, one method for each ({@code setGet}, {@code zrangeWithScores}).
 *
 * <p>Keys, fields and the protocol's own words are text, sent as UTF-8. A <em>value</em> ({@code Object value}, {@code member},
 * {@code message}…) may be a string, bytes, a number, or what a {@link Codec} encodes; it comes back as text, or by
 * {@link Command.OfValue#as} as a codec decodes it: {@code set("user:1", USER.encode(ada))}, {@code get("user:1").as(USER)}. What cannot
 * be sent is refused where the command is made, with {@link IllegalArgumentException}.
 *
 * <p>Where the server answers nothing the result is null, and the method says so; lists, sets and maps are never null. What needs a
 * connection of its own, because it blocks or changes the connection, says that it needs {@link Session#dedicated}. For a binary key,
 * and for any command that is not here, see {@link Command#of}.
 */
/* The families stand in a line of classes, each the parent of the next, because a static import reaches inherited methods: one import
 * for the user, one readable file per family for us. */
public final class Commands extends ScriptCommands {
    private Commands() {}
}
