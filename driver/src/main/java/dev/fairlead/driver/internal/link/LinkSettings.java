package dev.fairlead.driver.internal.link;

import dev.fairlead.resp.RespLimits;
import dev.fairlead.topology.Endpoint;
import java.time.Duration;
import java.util.function.Function;

/**
 * How to open a link and what it may hold. Immutable; the defaults are those of {@link Builder}.
 *
 * @param login whom to authenticate as, now and later
 * @param clientName for CLIENT SETNAME; null for none
 * @param database to SELECT; 0 is where a connection begins
 * @param connectTimeout bound on the TCP connect, and the same again on everything from there to a link in use
 * @param maxInFlight most calls sent and not answered, queued ones included; one more is refused
 * @param limits bounds on replies
 * @param use what is sent over this link
 * @param tls null for plain text
 * @param hostOf with TLS, the host whose certificate whoever answers at an address must have
 * @param resolver looks host names up
 */
public record LinkSettings(
        Login login,
        String clientName,
        int database,
        Duration connectTimeout,
        int maxInFlight,
        RespLimits limits,
        Use use,
        Tls tls,
        Function<Endpoint, String> hostOf,
        Resolver resolver) {
    public static final LinkSettings DEFAULT = builder().build();

    /** What a link is for. */
    public enum Use {
        /** Calls of anybody. */
        CALLS,
        /** One user at a time, with transactions: nothing may be put between its commands. */
        LENT,
        /** SUBSCRIBE and its kin. */
        SUBSCRIPTIONS
    }

    public LinkSettings {
        if (database < 0) {
            throw new IllegalArgumentException("database " + database + " is negative");
        }
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("at least 1 call must be allowed in flight, not " + maxInFlight);
        }
        if (connectTimeout.isZero() || connectTimeout.isNegative()) {
            throw new IllegalArgumentException("the connect timeout must be positive, not " + connectTimeout);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    public LinkSettings withUse(Use other) {
        return new LinkSettings(
                login, clientName, database, connectTimeout, maxInFlight, limits, other, tls, hostOf, resolver);
    }

    boolean subscriber() {
        return use == Use.SUBSCRIPTIONS;
    }

    @Override
    public String toString() {
        return "LinkSettings[login=" + login.current() + ", clientName=" + clientName
                + ", database=" + database + ", connectTimeout=" + connectTimeout + ", maxInFlight=" + maxInFlight
                + ", use=" + use + ", tls=" + (tls != null) + "]";
    }

    /** Settings in the making, of a link that does not subscribe. For one thread. */
    public static final class Builder {
        private Login login = Login.NONE;
        private String clientName;
        private int database;
        private Duration connectTimeout = Duration.ofSeconds(2);
        private int maxInFlight = 1 << 16;
        private RespLimits limits = RespLimits.DEFAULT;
        private Tls tls;
        private Function<Endpoint, String> hostOf = Endpoint::host;
        private Resolver resolver = Resolver.SYSTEM;

        private Builder() {}

        /** Default: {@link Login#NONE}. */
        public Builder login(Login credentials) {
            login = credentials;
            return this;
        }

        /** Default: none. */
        public Builder clientName(String name) {
            clientName = name;
            return this;
        }

        /** Default: 0. */
        public Builder database(int number) {
            database = number;
            return this;
        }

        /** Default: 2 s. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        /** Default: 65,536. */
        public Builder maxInFlight(int calls) {
            maxInFlight = calls;
            return this;
        }

        /** Default: {@link RespLimits#DEFAULT}. */
        public Builder limits(RespLimits bounds) {
            limits = bounds;
            return this;
        }

        /** Null for plain text, the default. */
        public Builder tls(Tls encryption) {
            tls = encryption;
            return this;
        }

        /** Default: the host of the address itself. */
        public Builder hostOf(Function<Endpoint, String> names) {
            hostOf = names;
            return this;
        }

        /** Default: {@link Resolver#SYSTEM}. */
        public Builder resolver(Resolver lookups) {
            resolver = lookups;
            return this;
        }

        /** @throws IllegalArgumentException when a setting is out of its range; the message names it */
        public LinkSettings build() {
            return new LinkSettings(
                    login, clientName, database, connectTimeout, maxInFlight, limits, Use.CALLS, tls, hostOf, resolver);
        }
    }
}
