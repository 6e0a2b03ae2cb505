package dev.fairlead.server.internal.sentinel;

/**
 * What a Sentinel says to be let in; {@code toString} keeps the password to itself.
 *
 * @param user null for the default user
 * @param password null when none is asked for
 */
public record Credentials(String user, String password) {
    public static final Credentials NONE = new Credentials(null, null);

    @Override
    public String toString() {
        return password == null ? "no password" : (user == null ? "default" : user) + ":***";
    }
}
