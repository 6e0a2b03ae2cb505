package dev.fairlead.topology;

import java.util.Objects;

/** An address as the servers announce it: host name or literal address, and port (1 to 65535). */
public record Endpoint(String host, int port) implements Comparable<Endpoint> {
    public Endpoint {
        Objects.requireNonNull(host, "host");
        if (host.isBlank()) {
            throw new IllegalArgumentException("an endpoint needs a host, as in 10.0.0.1:6379");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " of host " + host + " is not between 1 and 65535");
        }
    }

    /**
     * Reads {@code host:port}; an IPv6 literal stands in brackets, {@code [::1]:6379}.
     *
     * @throws IllegalArgumentException naming the text and the form expected
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address; expected host:port, as in 10.0.0.1:6379");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address; an IPv6 host stands in brackets: [::1]:6379");
        }
        try {
            return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not an address; the port is not a number", e);
        }
    }

    @Override
    public int compareTo(Endpoint other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
