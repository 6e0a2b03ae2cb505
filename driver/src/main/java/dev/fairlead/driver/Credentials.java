package dev.fairlead.driver;

import java.util.Objects;

/**
 * Who the client says that it is.
 *
 * @param user an ACL user; null for the default user
 * @param password or a token that stands for one
 */
public record Credentials(String user, String password) {
    public Credentials {
        Objects.requireNonNull(password, "password");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Credentials[user=" + (user == null ? "default" : user) + ", password=hidden]";
    }
}
