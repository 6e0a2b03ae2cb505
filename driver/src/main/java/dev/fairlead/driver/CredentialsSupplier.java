package dev.fairlead.driver;

/**
 * Gives the credentials of the moment, where they change while the client runs: short-lived tokens, rotated passwords.
 *
 * <p>It is asked when the client is built, from then on once in {@link RoutingClientBuilder#credentialsPeriod}, and soon after a server
 * has refused what it gave. New connections use what it gave last. When that has changed, the open ones authenticate again, between the
 * calls that are on their way.
 */
@FunctionalInterface
public interface CredentialsSupplier {
    /**
     * The credentials to use from now on. Runs on a thread of its own and may take its time: while it does, the ones before are used. What
     * it throws is told in the log, and the ones before stay in use; when the client is built it goes to the caller. Never null.
     */
    Credentials get();
}
