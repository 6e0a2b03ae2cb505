package dev.fairlead.driver;

/** Which connections {@code CLIENT KILL} closes; never the one that asks. Immutable. */
public final class ClientFilter extends Option {
    private ClientFilter(String... words) {
        super(words);
    }

    /** The one of this number. */
    public static ClientFilter id(long id) {
        return new ClientFilter("ID", Long.toString(id));
    }

    /** The one from this address, {@code 10.0.0.5:41300}. */
    public static ClientFilter address(String address) {
        return new ClientFilter("ADDR", address);
    }

    /** Those of this user. */
    public static ClientFilter user(String user) {
        return new ClientFilter("USER", user);
    }

    /** Those of a type: {@code normal}, {@code master}, {@code replica}, {@code pubsub}. */
    public static ClientFilter type(String type) {
        return new ClientFilter("TYPE", type);
    }
}
