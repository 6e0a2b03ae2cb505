package dev.fairlead.driver.internal.link;

import dev.fairlead.resp.RespLimits;
import java.time.Duration;

/**
 * How to open a link and what it may hold.
 *
 * @param user for AUTH; null for the default user
 * @param password for AUTH; null when the server asks for none
 * @param clientName for CLIENT SETNAME; null for none
 * @param database to SELECT; 0 is where a connection begins
 * @param connectTimeout bound on the TCP connect. Default 2 s
 * @param handshakeTimeout bound on everything from there to a link in use. Default 2 s
 * @param tcpUserTimeout how long written bytes may stay unacknowledged before the system gives the connection up (epoll only).
 *     Default 5 s
 * @param maxInFlight most calls sent and not answered, queued ones included; one more is refused. Default 65,536
 * @param limits bounds on replies
 * @param subscriber whether SUBSCRIBE and its kin are sent over this link
 */
public record LinkSettings(
        String user,
        String password,
        String clientName,
        int database,
        Duration connectTimeout,
        Duration handshakeTimeout,
        Duration tcpUserTimeout,
        int maxInFlight,
        RespLimits limits,
        boolean subscriber) {
    public static final LinkSettings DEFAULT = new LinkSettings(
            null,
            null,
            null,
            0,
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            1 << 16,
            RespLimits.DEFAULT,
            false);

    public LinkSettings {
        if (user != null && password == null) {
            throw new IllegalArgumentException("user '" + user + "' is given without a password");
        }
        if (database < 0) {
            throw new IllegalArgumentException("database " + database + " is negative");
        }
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("at least 1 call must be allowed in flight, not " + maxInFlight);
        }
        if (isNotPositive(connectTimeout) || isNotPositive(handshakeTimeout) || isNotPositive(tcpUserTimeout)) {
            throw new IllegalArgumentException("timeouts of a link must be positive: connect " + connectTimeout
                    + ", handshake " + handshakeTimeout + ", TCP user timeout " + tcpUserTimeout);
        }
    }

    private static boolean isNotPositive(Duration timeout) {
        return timeout.isZero() || timeout.isNegative();
    }

    public LinkSettings withCredentials(String user, String password) {
        return new LinkSettings(
                user,
                password,
                clientName,
                database,
                connectTimeout,
                handshakeTimeout,
                tcpUserTimeout,
                maxInFlight,
                limits,
                subscriber);
    }

    public LinkSettings withClientName(String name) {
        return new LinkSettings(
                user,
                password,
                name,
                database,
                connectTimeout,
                handshakeTimeout,
                tcpUserTimeout,
                maxInFlight,
                limits,
                subscriber);
    }

    public LinkSettings withDatabase(int number) {
        return new LinkSettings(
                user,
                password,
                clientName,
                number,
                connectTimeout,
                handshakeTimeout,
                tcpUserTimeout,
                maxInFlight,
                limits,
                subscriber);
    }

    /** The same bound for the TCP connect and for the handshake after it. */
    public LinkSettings withConnectTimeout(Duration timeout) {
        return new LinkSettings(
                user,
                password,
                clientName,
                database,
                timeout,
                timeout,
                tcpUserTimeout,
                maxInFlight,
                limits,
                subscriber);
    }

    public LinkSettings withTcpUserTimeout(Duration timeout) {
        return new LinkSettings(
                user,
                password,
                clientName,
                database,
                connectTimeout,
                handshakeTimeout,
                timeout,
                maxInFlight,
                limits,
                subscriber);
    }

    public LinkSettings withMaxInFlight(int calls) {
        return new LinkSettings(
                user,
                password,
                clientName,
                database,
                connectTimeout,
                handshakeTimeout,
                tcpUserTimeout,
                calls,
                limits,
                subscriber);
    }

    public LinkSettings withLimits(RespLimits bounds) {
        return new LinkSettings(
                user,
                password,
                clientName,
                database,
                connectTimeout,
                handshakeTimeout,
                tcpUserTimeout,
                maxInFlight,
                bounds,
                subscriber);
    }

    public LinkSettings withSubscriber(boolean on) {
        return new LinkSettings(
                user,
                password,
                clientName,
                database,
                connectTimeout,
                handshakeTimeout,
                tcpUserTimeout,
                maxInFlight,
                limits,
                on);
    }

    @Override
    public String toString() {
        return "LinkSettings[user=" + user + ", password=" + (password == null ? "none" : "hidden") + ", clientName="
                + clientName
                + ", database=" + database + ", connectTimeout=" + connectTimeout + ", maxInFlight=" + maxInFlight
                + ", subscriber=" + subscriber + "]";
    }
}
